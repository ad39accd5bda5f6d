import Accounting
import Billing
import Books
import Reconciliation
import TestSupport

/// Both books in one new database, and a second session to change them with.
struct TestBooks {
  let dsn: String
  let session: Connection

  init() async throws {
    dsn = try await TestCluster.database()
    session = try Connection("test", conninfo: dsn, patience: .none)
  }

  func open(
    zone: BillingZone = .utc, adapter: String = "native", as role: String? = nil
  ) throws -> PostgresBooks {
    let conninfo = role.map { "\(dsn) options='-c role=\($0)'" } ?? dsn
    return try PostgresBooks(
      gateway: BookPlace(adapter: adapter, conninfo: conninfo),
      ledger: BookPlace(conninfo: conninfo),
      zone: zone, patience: .none)
  }

  /// Inserts a row; the values are SQL.
  func insert(into relation: String, _ values: [String: String]) throws {
    let columns = values.keys.sorted()
    try session.execute(
      """
      insert into \(relation) (\(columns.joined(separator: ", ")))
      values (\(columns.map { values[$0] ?? "null" }.joined(separator: ", ")))
      """)
  }

  func event(_ id: String, _ values: [String: String] = [:]) throws {
    let standard = [
      "event_id": "'\(id)'", "request_id": "'req-\(id)'", "tenant_id": "'acme'",
      "occurred_at": "'2026-10-05T12:00Z'", "recorded_at": "'2026-10-05T12:01Z'",
      "model": "'m-1'", "charge": "1.25",
    ]
    try insert(into: "gateway.usage_event", standard.merging(values) { $1 })
  }

  func entry(_ id: String, _ values: [String: String] = [:]) throws {
    let standard = [
      "entry_id": "'\(id)'", "request_id": "'req-\(id)'", "tenant_id": "'acme'",
      "amount": "1.25", "period": "'2026-10-01'", "posted_at": "'2026-10-06T00:00Z'",
    ]
    try insert(into: "ledger.entry", standard.merging(values) { $1 })
  }
}

extension Pulled {
  var row: Row? { if case .row(let row) = self { row } else { nil } }
  var setAside: SetAsideRow? { if case .setAside(let row) = self { row } else { nil } }
}

extension PostgresBooks {
  func usageRows(_ selection: UsageSelection) throws -> [Pulled<UsageEvent>] {
    var rows: [Pulled<UsageEvent>] = []
    try usage(selection) { rows.append($0) }
    return rows
  }

  func entryRows(_ selection: EntrySelection) throws -> [Pulled<LedgerEntry>] {
    var rows: [Pulled<LedgerEntry>] = []
    try entries(selection) { rows.append($0) }
    return rows
  }
}

extension UsageSelection {
  static let october = UsageSelection.occurred(Instants.october, .everything)
}

extension EntrySelection {
  static let october = EntrySelection.booked(
    periods: [Instants.period("2026-10")], orPostedFrom: Instants.at("2026-10-01T00:00:00Z"),
    .everything)
}

enum Instants {
  static let october = at("2026-10-01T00:00:00Z")..<at("2026-11-01T00:00:00Z")

  static func at(_ text: String) -> Instant {
    guard let instant = Instant(text) else { preconditionFailure("no time: \(text)") }
    return instant
  }

  static func period(_ text: String) -> AccountingPeriod {
    guard let period = AccountingPeriod(text) else { preconditionFailure("no month: \(text)") }
    return period
  }
}

extension Currency {
  static func of(_ code: String) -> Currency {
    guard let currency = Currency(code) else { preconditionFailure("no currency: \(code)") }
    return currency
  }
}

/// What a closure throws, where it throws a `BooksError`.
func booksError(_ body: () throws -> Void) -> BooksError? {
  do {
    try body()
    return nil
  } catch {
    return error as? BooksError
  }
}

/// A repeatable source of random numbers (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
