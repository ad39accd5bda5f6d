extension PostgresBooks {
  /// Throws the first thing that would make a run fail: a relation, a column or a right that is
  /// missing. Cheap; to be called before anything else.
  /// - Parameters:
  ///   - posting: whether the run writes to the ledger.
  ///   - recording: whether it leaves its record, where schema tieout is installed.
  package func verify(posting: Bool, recording: Bool = false) throws(BooksError) {
    for relation in Relation.allCases {
      for finding in try examine(relation) where !finding.ok { throw BooksError(finding) }
    }
    var findings = try examineAccounts()
    if posting { findings += try examinePosting() }
    if posting || recording { findings.append(try examineSchema()) }
    for finding in findings where !finding.ok { throw BooksError(finding) }
  }

  /// All that could fail or be better, in the order of the books.
  package func check(posting: Bool) throws(BooksError) -> [Finding] {
    precondition(!ledger.connection.isInTransaction, "the check comes before the snapshot")
    var findings: [Finding] = []
    for book in [gateway, ledger] { findings.append(try examineServer(of: book)) }
    for relation in Relation.allCases {
      let found = try examine(relation)
      findings += found
      guard found.allSatisfy({ $0.ok }) else { continue }
      findings += try examineIndexes(of: relation)
      findings += try reporting { () throws(BooksError) in try examineWords(of: relation) }
      if relation == .entry { findings += try examineAccounts() }
    }
    if posting { findings += try reporting(checkPosting) }
    findings += try reporting(examineRights)
    findings += try reporting(checkSchema)
    return findings
  }

  /// An entry without an account would be taken for none of usage, and its call for unbilled. Looked
  /// for where the relation does not rule it out itself.
  private func examineAccounts() throws(BooksError) -> [Finding] {
    let session = ledger.connection
    let entry = ledger.adapter.name(of: .entry)
    if ledger.adapter.isNative {
      let isRuledOut = try session.query(
        """
        select attnotnull from pg_catalog.pg_attribute
        where attrelid = to_regclass('ledger.entry') and attname = 'account'
        """
      ).scalar
      if isRuledOut == "t" { return [] }
    }
    let isMissing = try session.query(
      "select exists (select from (\(ledger.requiredSelect(.entry))\n) e where account is null)"
    ).scalar
    guard isMissing == "t" else { return [] }
    return [
      Finding(
        .fault, "\(entry): entries have no account",
        hint: "give each its own: 'llm_usage' for usage, meter:…, pool:… or credits for units")
    ]
  }

  private func checkSchema() throws(BooksError) -> [Finding] {
    let schema = try examineSchema()
    guard schema.ok, try isInstalled() else { return [schema] }
    return [schema, try AuditChain.examine(on: ledger.connection)] + (try examineClosedMonths())
  }

  /// What a step finds; where a right to look is missing, that is what it finds.
  private func reporting(
    _ step: () throws(BooksError) -> [Finding]
  ) throws(BooksError) -> [Finding] {
    do throws(BooksError) {
      return try step()
    } catch {
      guard error.category == .configuration else { throw error }
      return [Finding(error)]
    }
  }

  private func examineServer(of book: Book) throws(BooksError) -> Finding {
    let session = book.connection
    let version = "\(session.serverVersion / 10_000).\(session.serverVersion % 10_000)"
    let place = "\(session.book): database \(session.database), as \(try session.role())"
    guard session.serverVersion >= 130_000 else {
      return Finding(
        .fault, "\(place), PostgreSQL \(version)", hint: "upgrade to PostgreSQL 13 or later")
    }
    let encoding = try session.query("show server_encoding").scalar ?? ""
    guard encoding == "UTF8" else {
      return Finding(
        .advice, "\(place), PostgreSQL \(version), in encoding \(encoding)",
        hint: "a text that one of the two books cannot hold ends a run: keep both in UTF8")
    }
    return Finding(.ok, "\(place), PostgreSQL \(version)")
  }
}

extension BooksError {
  init(_ finding: Finding) {
    self.init(.configuration, finding.what, hint: finding.hint ?? "run `tieout check`")
  }
}

extension PostgresBooks {
  /// The optional relations that the native adapter reads and the database does not have.
  func findAbsentRelations() throws(BooksError) {
    for relation in Relation.allCases where !relation.isRequired {
      let book = book(of: relation)
      guard book.adapter.isNative, book.adapter.select(relation) != nil else { continue }
      if try columns(of: relation, in: book).isEmpty { book.absent.insert(relation) }
    }
  }

  /// The columns of a native relation, whether one may read them or not.
  private func columns(of relation: Relation, in book: Book) throws(BooksError) -> [String] {
    let native = relation.nativeName
    let result = try book.connection.query(
      """
      select a.attname from pg_catalog.pg_attribute a
        join pg_catalog.pg_class c on c.oid = a.attrelid
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped
       order by a.attnum
      """, [native.schema, native.table])
    return (0..<result.rowCount).compactMap { result.text($0, 0) }
  }

  /// Has the server plan and start the adapter's SELECT, for no rows: that tells its columns, their
  /// types and the right to read them, which merely describing the statement would not.
  private func examine(_ relation: Relation) throws(BooksError) -> [Finding] {
    let book = book(of: relation)
    let name = book.adapter.name(of: relation)
    guard let select = book.select(relation) else {
      return [
        Finding(
          .advice, "\(name) is not provisioned",
          hint: "the checks that need \(relation.rawValue) are listed as not examined")
      ]
    }
    do throws(BooksError) {
      let result = try book.connection.query("select * from (\(select)\n) r limit 0")
      let faults = try compare(result, with: relation, name, book)
      return faults.isEmpty ? [Finding(.ok, "\(name) can be read")] : faults
    } catch {
      guard error.category == .configuration else { throw error }
      return try explain(error, relation, name, book)
    }
  }

  private func compare(
    _ result: borrowing QueryResult, with relation: Relation, _ name: String, _ book: Book
  ) throws(BooksError) -> [Finding] {
    var types: [String: UInt32] = [:]
    for column in 0..<result.columnCount {
      types[result.columnName(column)] = result.columnType(column)
    }
    var faults: [Finding] = []
    for column in relation.columns {
      guard let type = types[column.name] else {
        faults.append(missing(column, of: name, among: types.keys.sorted(), book))
        continue
      }
      guard let accepted = column.kind.accepted, !accepted.contains(type) else { continue }
      let found = try book.connection.query("select format_type(\(type), null)").scalar ?? "?"
      faults.append(
        Finding(
          .fault, "\(name): column \(column.name) is \(found), not \(column.kind.name)",
          hint: "have an adapter of your own return \(column.name)::\(column.kind.typeName)"))
    }
    return faults
  }

  private func missing(
    _ column: ContractColumn, of name: String, among names: [String], _ book: Book
  ) -> Finding {
    let others = names.filter { name in !Relation.allCases.contains { $0.has(name) } }
    let like = nearest(column.name, among: others).map { "; is it '\($0)'?" } ?? ""
    let how =
      book.adapter.isNative
      ? "add it (\(column.kind.name)), or write an adapter that provides it"
      : "add it to the SELECT, as \(column.kind.name)"
    return Finding(.fault, "\(name) has no column \(column.name)", hint: how + like)
  }

  /// Says in the contract's terms why the server refused an adapter's SELECT.
  private func explain(
    _ error: BooksError, _ relation: Relation, _ name: String, _ book: Book
  ) throws(BooksError) -> [Finding] {
    let database = book.connection.database
    guard book.adapter.isNative else {
      return [Finding(.fault, "\(name): \(error.what)", hint: error.hint)]
    }
    switch error.sqlState {
    case "42P01", "3F000":
      return [
        Finding(
          .fault, "\(book.connection.book): there is no \(name) in database \(database)",
          hint: "check the database name, or write an adapter for your own tables")
      ]
    case "42703":
      let names = try columns(of: relation, in: book)
      let faults = relation.columns.filter { !names.contains($0.name) }
        .map { missing($0, of: name, among: names, book) }
      return faults.isEmpty ? [Finding(error)] : faults
    case "42501":
      let user = try book.connection.role()
      let role = try book.connection.identifier(user)
      return [
        Finding(
          .fault, "\(book.connection.book): \(user) may not read \(name)",
          hint: "run: grant usage on schema \(relation.nativeName.schema) to \(role); "
            + "grant select on \(name) to \(role)")
      ]
    default:
      return [Finding(error)]
    }
  }
}

extension Relation {
  func has(_ name: String) -> Bool { columns.contains { $0.name == name } }
}
