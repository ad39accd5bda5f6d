import Accounting
import Billing
import Reconciliation

/// A version of a price book, as it was imported.
package struct StoredPriceVersion: Hashable, Sendable {
  package var book: String
  package var version: String
  package var effectiveFrom: Instant
  package var format: String
  package var source: String
  package var models: Int
  package var prices: Int
  package var aliases: Int
  package var digest: String
  package var importedBy: String
  package var importedAt: Instant
}

/// The price books that were imported into schema tieout.
package struct PriceStore {
  let session: Connection

  /// - Throws: `BooksError` of category `configuration` where the tables are not there.
  package init(ledger conninfo: String) throws(BooksError) {
    let session = try Connection("ledger", conninfo: conninfo)
    guard let store = try PriceStore(session) else {
      throw BooksError(
        .configuration,
        "ledger: database \(session.database) has no schema tieout that keeps prices",
        hint: "run `tieout install` as the owner of the database")
    }
    self = store
  }

  /// `nil` where the installed schema keeps no prices.
  init?(_ session: Connection) throws(BooksError) {
    self.session = session
    guard
      try session.query(
        """
        select exists (select from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'tieout' and c.relname = 'price_version')
        """
      ).scalar == "t"
    else { return nil }
  }

  /// What became of an import.
  package enum Outcome: Hashable, Sendable {
    case imported
    /// The version is there, with the same content.
    case alreadyThere
    /// The version is there, with other content.
    case conflict
  }

  /// Adds a version, whole or not at all. Of two that import it at once one waits for the other.
  package func add(_ list: PriceList, as version: String, from start: Instant, source: String)
    throws(BooksError) -> Outcome
  {
    let digest = Self.digest(list)
    try session.execute("begin")
    do throws(BooksError) {
      let added = try session.query(
        """
        insert into tieout.price_version (price_book, version, effective_from, format, source,
          models, prices, aliases, digest)
        values ($1, $2, $3::timestamptz, $4, $5, $6::bigint, $7::bigint, $8::bigint, $9)
        on conflict do nothing
        """,
        [
          list.book, version, start.description, list.format.rawValue, source,
          "\(list.modelCount)", "\(list.prices.count)", "\(list.aliases.count)", digest,
        ]
      ).affectedRows
      guard added == 1 else {
        let known = try session.query(
          "select digest from tieout.price_version where price_book = $1 and version = $2",
          [list.book, version]
        ).scalar
        session.rollBack()
        return known == digest ? .alreadyThere : .conflict
      }
      try session.copyIn(
        "copy tieout.price (\(Self.columns.joined(separator: ", "))) from stdin",
        rows: list.prices.lazy.map { CopyText.line(Self.fields($0)) })
      try session.copyIn(
        """
        copy tieout.model_alias (price_book, version, provider, alias, model, effective_from)
        from stdin
        """,
        rows: list.aliases.lazy.map { alias in
          CopyText.line([list.book, version] + Self.fields(alias))
        })
      try session.commit()
      return .imported
    } catch {
      session.rollBack()
      throw error
    }
  }

  /// All versions, by book and in the order in which they take effect.
  package func versions(of book: String? = nil) throws(BooksError) -> [StoredPriceVersion] {
    let result = try session.query(
      """
      select price_book, version, \(History.microseconds("effective_from")), format, source,
        models, prices, aliases, digest, imported_role, \(History.microseconds("imported_at"))
      from tieout.price_version where $1::text is null or price_book = $1
      order by price_book collate "C", effective_from, import_number
      """, [book])
    return try (0..<result.rowCount).map { row throws(BooksError) in
      func text(_ column: Int) -> String { result.text(row, column) ?? "" }
      func number(_ column: Int) -> Int { Int(text(column)) ?? 0 }
      guard let effectiveFrom = result.instant(row, 2), let importedAt = result.instant(row, 10)
      else { throw Self.unreadable("price_version") }
      return StoredPriceVersion(
        book: text(0), version: text(1), effectiveFrom: effectiveFrom, format: text(3),
        source: text(4), models: number(5), prices: number(6), aliases: number(7),
        digest: text(8), importedBy: text(9), importedAt: importedAt)
    }
  }

  static func unreadable(_ table: String) -> BooksError {
    BooksError(
      .data, "tieout.\(table): a row holds what this program never wrote",
      hint: "it was written by a newer tieout, or changed by hand; upgrade, or look at it")
  }
}

// MARK: Rows

extension PriceStore {
  static let columns = [
    "price_book", "version", "provider", "model", "component", "service_tier", "is_batch",
    "context_over", "over_inclusive", "unit_price", "unit_size", "currency", "effective_from",
    "effective_to",
  ]

  static func fields(_ price: Price) -> [String?] {
    [
      price.book, price.version, price.provider, price.model, price.component.text,
      price.serviceTier.text, "\(price.isBatch)", "\(price.contextOver)",
      "\(price.isOverInclusive)", price.unitPrice.description, "\(price.unitSize)",
      price.currency.code, price.effectiveFrom.description, price.effectiveTo?.description,
    ]
  }

  static func fields(_ alias: ModelAlias) -> [String?] {
    [alias.provider, alias.alias, alias.model, alias.effectiveFrom.description]
  }

  private static func digest(_ list: PriceList) -> String {
    var digest = Digest()
    for field in list.prices.lazy.flatMap(fields) { digest.add(field) }
    for field in list.aliases.lazy.flatMap(fields) { digest.add(field) }
    return digest.hex
  }

  /// The prices of a book, of one version of it, or of one model, in the order of versions and
  /// within each by provider, model and component.
  package func prices(
    of book: String, version: String? = nil, model: String? = nil
  ) throws -> [Price] {
    var conditions = ["p.price_book = \(try session.literal(book))"]
    if let version { conditions.append("p.version = \(try session.literal(version))") }
    if let model { conditions.append("p.model = \(try session.literal(model))") }
    let selected = Self.columns.map { column in
      column.hasPrefix("effective")
        ? "(\(History.microseconds("p.\(column)")))::text" : "p.\(column)::text"
    }
    var prices: [Price] = []
    try session.copyOut(
      """
      copy (select \(selected.joined(separator: ", "))
        from tieout.price p join tieout.price_version v using (price_book, version)
        where \(conditions.joined(separator: " and "))
        order by v.effective_from, v.import_number, p.provider collate "C", p.model collate "C",
          p.component collate "C", p.is_batch, p.service_tier collate "C", p.context_over)
      to stdout (format binary)
      """
    ) { row in
      let fields = row.fields.map { $0.map { String(decoding: $0, as: UTF8.self) } }
      guard let price = Price(stored: fields) else { throw Self.unreadable("price") }
      prices.append(price)
    }
    return prices
  }

  package func aliases(
    of book: String, version: String? = nil
  ) throws(BooksError) -> [ModelAlias] {
    let result = try session.query(
      """
      select provider, alias, model, \(History.microseconds("effective_from"))
      from tieout.model_alias where price_book = $1 and ($2::text is null or version = $2)
      order by effective_from, provider collate "C", alias collate "C"
      """, [book, version])
    return try (0..<result.rowCount).map { row throws(BooksError) in
      guard let effectiveFrom = result.instant(row, 3) else { throw Self.unreadable("model_alias") }
      return ModelAlias(
        provider: result.text(row, 0) ?? "", alias: result.text(row, 1) ?? "",
        model: result.text(row, 2) ?? "", effectiveFrom: effectiveFrom)
    }
  }
}

extension Price {
  /// The columns of `PriceStore`, times in microseconds.
  fileprivate init?(stored fields: [String?]) {
    func instant(_ column: Int) -> Instant? {
      fields[column].flatMap { Int64($0) }.map(Instant.init(microseconds:))
    }
    guard let book = fields[0], let version = fields[1], let provider = fields[2],
      let model = fields[3], let component = fields[4], let tier = fields[5],
      let contextOver = fields[7].flatMap({ Int64($0) }),
      let unitPrice = fields[9].flatMap({ try? Money($0) }),
      let unitSize = fields[10].flatMap({ Int64($0) }), unitSize > 0,
      let currency = fields[11].flatMap({ Currency($0) }), let effectiveFrom = instant(12)
    else { return nil }
    self.init(
      book: book, version: version, provider: provider, model: model,
      component: PriceComponent(component), serviceTier: ServiceTier(tier),
      isBatch: fields[6] == "true", contextOver: contextOver,
      isOverInclusive: fields[8] == "true", unitPrice: unitPrice, unitSize: unitSize,
      currency: currency, effectiveFrom: effectiveFrom, effectiveTo: instant(13))
  }
}
