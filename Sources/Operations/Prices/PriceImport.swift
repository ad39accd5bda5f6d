import Accounting
import Billing
import Books
import Foundation

/// A price list read from a file, put beside the ledger as a version of a price book.
package struct PriceImport {
  /// What was done, for people: warnings first, then one line.
  package let lines: [String]
  private let outcome: PriceStore.Outcome
  private let list: PriceList
  private let order: PriceOrder

  /// - Parameters:
  ///   - job: where the ledger is, and in which zone a day begins.
  ///   - path: the file.
  /// - Throws: `PriceError`, `UsageError`, `SettingsError`, `BooksError`.
  package init(_ job: Job, file path: String, _ order: PriceOrder) throws {
    let start = try order.start(in: job)
    let list = try Self.read(path, order.terms(from: start))
    let store = try PriceStore(ledger: job.ledger.dsn ?? "")
    let findings = try Self.doubts(about: list, order, from: start, store)
    let certain = findings.filter(\.isCertain)
    guard certain.isEmpty || order.acceptsMagnitudes else {
      throw PriceError.magnitude(path, certain.map(\.line))
    }
    let source = URL(fileURLWithPath: path).lastPathComponent
    outcome = try store.add(list, as: order.version, from: start, source: source)
    guard outcome != .conflict else { throw PriceError.otherContent(list.book, order.version) }
    lines = Self.warnings(findings) + [Self.summary(list, order, start, outcome)]
    self.list = list
    self.order = order
  }

  /// What looks wrong beside the version before. A version that is there already is not looked at
  /// again: nothing comes of it.
  private static func doubts(
    about list: PriceList, _ order: PriceOrder, from start: Instant, _ store: PriceStore
  ) throws -> [MagnitudeLint.Finding] {
    let versions = try store.versions(of: list.book)
    guard !versions.contains(where: { $0.version == order.version }) else { return [] }
    let before = versions.last { $0.effectiveFrom <= start }
    let earlier = try before.map { try store.prices(of: list.book, version: $0.version) } ?? []
    return MagnitudeLint.findings(in: list.prices, earlier: earlier)
  }

  private static func read(_ path: String, _ terms: PriceList.Terms) throws -> PriceList {
    let text: Data
    do { text = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw PriceError.unreadable(path)
    }
    do throws(PriceListError) { return try PriceList(parsing: text, terms) } catch {
      throw PriceError.noPrices(path, error)
    }
  }

  /// As many doubts as a person reads.
  private static let doubtsTold = 20

  private static func warnings(_ findings: [MagnitudeLint.Finding]) -> [String] {
    let rest = findings.count - doubtsTold
    return findings.prefix(doubtsTold).map { "warning: \($0.line)" }
      + (rest > 0 ? ["warning: \(rest) more prices of a doubtful magnitude"] : [])
  }

  private static func summary(
    _ list: PriceList, _ order: PriceOrder, _ start: Instant, _ outcome: PriceStore.Outcome
  ) -> String {
    let name = "\(list.book.harmless) \(order.version.harmless)"
    guard outcome == .imported else { return "\(name) is there already, with the same prices" }
    let counts = [(list.prices.count, "price"), (list.modelCount, "model")]
      .map { "\(Summary.number($0)) \($1)\($0 == 1 ? "" : "s")" }
    let aliases = list.aliases.isEmpty ? "" : ", \(list.aliases.count) aliases"
    let left = Dictionary(grouping: list.leftOut, by: \.why).mapValues(\.count)
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\(Summary.number($0.value)) (\($0.key))" }
    return "imported \(name), in force from \(start): \(counts[0]) of \(counts[1])\(aliases)"
      + (left.isEmpty ? "" : "; left out: " + left.joined(separator: ", "))
  }

  package var json: String {
    "{\"price_book\": \(JSONText.quoted(list.book)), "
      + "\"version\": \(JSONText.quoted(order.version)), "
      + "\"format\": \(JSONText.quoted(list.format.rawValue)), "
      + "\"models\": \(list.modelCount), \"prices\": \(list.prices.count), "
      + "\"aliases\": \(list.aliases.count), \"left_out\": \(list.leftOut.count), "
      + "\"outcome\": \"\(outcome == .imported ? "imported" : "already_there")\"}\n"
  }
}

/// What a price list is to be imported as.
package struct PriceOrder: Hashable, Sendable {
  package var version: String
  /// A day, or a moment.
  package var effective: String
  /// `nil` = named after the file's format.
  package var book: String?
  /// Of prices that name no provider.
  package var provider: String?
  package var currency: String
  /// Whether prices that look wrong by orders of magnitude are taken at their word.
  package var acceptsMagnitudes: Bool

  package init(
    version: String, effective: String, book: String? = nil, provider: String? = nil,
    currency: String = "USD", acceptsMagnitudes: Bool = false
  ) {
    self.version = version
    self.effective = effective
    self.book = book
    self.provider = provider
    self.currency = currency
    self.acceptsMagnitudes = acceptsMagnitudes
  }

  /// A day begins at its midnight in the job's zone.
  fileprivate func start(in job: Job) throws -> Instant {
    if let moment = Instant(effective) { return moment }
    guard let day = CivilDate(effective) else {
      throw UsageError(
        "--effective: there is no day '\(effective.harmless)'",
        hint: "write it as 2026-10-01, or as a moment such as 2026-10-01T00:00:00Z")
    }
    return try Zones.billingZone(named: job.timezone).start(of: day)
  }

  fileprivate func terms(from start: Instant) throws -> PriceList.Terms {
    for (flag, name) in [("--as", version), ("--book", book ?? "-")] where name.isEmpty {
      throw UsageError("\(flag): the name is empty", hint: "give one, such as 2026-10")
    }
    guard let currency = Currency(currency) else {
      throw UsageError(
        "--currency: '\(currency.harmless)' is no currency of ISO 4217", hint: "such as USD")
    }
    return PriceList.Terms(
      book: book, version: version, effectiveFrom: start,
      provider: provider ?? PriceBook.anyProvider, currency: currency)
  }
}

extension MagnitudeLint.Finding {
  fileprivate var line: String {
    "\(model.harmless) (\(provider.harmless)) \(component.text.harmless): \(text)"
  }
}

/// Why prices cannot be imported or shown.
package enum PriceError: UserFacingError, Hashable {
  case unreadable(String)
  case noPrices(String, PriceListError)
  case magnitude(String, [String])
  case otherContent(String, String)
  case unknownVersion(String, known: [String])
  case severalBooks(String, [String])

  /// A list that was read and refused is bad data; a list or a version that is not there, a slip.
  package var exitStatus: ExitStatus {
    switch self {
    case .noPrices, .magnitude, .otherContent: .incompleteData
    case .unreadable, .unknownVersion, .severalBooks: .usage
    }
  }

  package var message: String {
    switch self {
    case .unreadable(let path): "\(path.harmless): there is no such file, or it cannot be read"
    case .noPrices(let path, let error): "\(path.harmless): \(error.what.harmless)"
    case .magnitude(let path, let findings):
      "\(path.harmless): \(findings.count == 1 ? "a price is" : "\(findings.count) prices are") "
        + "of another order of magnitude: " + findings.prefix(5).joined(separator: "; ")
    case .otherContent(let book, let version):
      "version \(version.harmless) of \(book.harmless) was imported with other prices, or from "
        + "another date, and versions are never changed"
    case .unknownVersion(let version, _):
      "no version '\(version.harmless)' of a price book was imported"
    case .severalBooks(let version, let books):
      "version '\(version.harmless)' is one of several price books: "
        + books.map(\.harmless).joined(separator: ", ")
    }
  }

  package var hint: String? {
    switch self {
    case .unreadable: "check the path and its permissions"
    case .noPrices(_, let error): error.hint
    case .magnitude: "mend the file, or say --accept-magnitudes if they are right"
    case .otherContent: "give what is new another version; tieout prices diff compares two"
    case .unknownVersion(_, let known):
      known.isEmpty
        ? "tieout prices import reads one"
        : "there is \(known.prefix(6).map(\.harmless).joined(separator: ", "))"
    case .severalBooks: "name the book with --book"
    }
  }
}
