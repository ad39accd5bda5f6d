import Accounting
import Reconciliation

/// Which of the breaks on record to read.
package struct BreakSelection: Hashable, Sendable {
  /// Those alone whose state is one of these; empty = all.
  package var states: [BreakState] = []
  package var places = PlaceFilter.everything
  package var codes: [BreakCode] = []

  package init(
    states: [BreakState] = [], places: PlaceFilter = .everything, codes: [BreakCode] = []
  ) {
    self.states = states
    self.places = places
    self.codes = codes
  }
}

/// A break on record, with what a list of them tells beside.
package struct ListedBreak: Hashable, Sendable {
  package var record: BreakRecord
  package var lastSeen: Instant
  package var lastRunID: String
  /// `nil` where it was recorded by an older version.
  package var stateSince: Instant?
}

extension PostgresBooks {
  /// Whether schema tieout keeps reports, and what becomes of breaks.
  package func keepsLife() throws(BooksError) -> Bool {
    try ledger.connection.keepsLife()
  }

  /// The breaks that stood when the last run ended, by id.
  package func standingBreaks(
    at places: PlaceFilter, in scratch: Scratch
  ) throws -> Spool<BreakRecord> {
    var records = SpoolWriter<BreakRecord>(in: scratch)
    let standing = BreakSelection(states: BreakState.allCases.filter(\.stands), places: places)
    try ledger.connection.breaks(standing, order: "break_id collate \"C\"") {
      try records.append($0.record)
    }
    return try records.finish()
  }

  /// The moment of the latest run on record.
  package func latestRun() throws(BooksError) -> Instant? {
    try ledger.connection.query("select \(History.microseconds("max(as_of)")) from tieout.run")
      .instant(0, 0)
  }
}

extension Connection {
  /// Whether schema tieout stands here, and keeps reports and what becomes of breaks.
  package func keepsLife() throws(BooksError) -> Bool { try RunRecord.keepsLife(on: self) }

  /// Breaks on record, one by one as they arrive.
  package func breaks(
    _ selection: BreakSelection, order: String = BreakSelection.reportOrder,
    receive: (ListedBreak) throws -> Void
  ) throws {
    let columns = [
      "break_id", "code", "tenant_id", "deployment_id", "currency", "to_char(period, 'YYYY-MM')",
      "request_id", "entry_id", "amount", History.microseconds("occurred_at"),
      History.microseconds("first_seen"), "state", History.microseconds("last_seen"),
      "last_run_id", History.microseconds("state_since"),
    ]
    let statement = """
      copy (select \(columns.map { "(\($0))::text" }.joined(separator: ", ")) from tieout.break
        where \(try condition(selection)) order by \(order)) to stdout (format binary)
      """
    try copyOut(statement) { row in
      guard
        let listed = ListedBreak(row.fields.map { $0.map { String(decoding: $0, as: UTF8.self) } })
      else {
        throw BooksError(
          .data, "tieout.break: a row holds what this program never wrote",
          hint: "it was written by a newer tieout, or changed by hand; upgrade, or look at it")
      }
      try receive(listed)
    }
  }

  private func condition(_ selection: BreakSelection) throws(BooksError) -> String {
    let places = selection.places
    let lists = [
      ("state", selection.states.map(\.rawValue)), ("code", selection.codes.map(\.rawValue)),
      ("tenant_id", places.tenants), ("deployment_id", places.deployments),
    ]
    var conditions = ["true"]
    for (column, values) in lists where !values.isEmpty {
      conditions.append("\(column) = any (\(try literal(values)))")
    }
    return conditions.joined(separator: " and ")
  }
}

extension BreakSelection {
  package static let reportOrder = """
    tenant_id collate "C", deployment_id collate "C" nulls first, currency, period, code,
    break_id collate "C"
    """
}

extension ListedBreak {
  /// The columns of `Connection.breaks`.
  fileprivate init?(_ fields: [String?]) {
    func instant(_ column: Int) -> Instant? {
      fields[column].flatMap { Int64($0) }.map(Instant.init(microseconds:))
    }
    guard let id = fields[0], let code = fields[1].flatMap(BreakCode.init), let tenant = fields[2],
      let currency = fields[4].flatMap(Currency.init(stored:)),
      let period = fields[5].flatMap({ AccountingPeriod($0) }),
      let amount = fields[8].flatMap({ try? Money($0) }), let firstSeen = instant(10),
      let state = fields[11].flatMap(BreakState.init), let lastSeen = instant(12)
    else { return nil }
    record = BreakRecord(
      id: id, code: code,
      group: GroupKey(tenant: tenant, deployment: fields[3], currency: currency, period: period),
      requestID: fields[6], entryID: fields[7], amount: amount, occurredAt: instant(9),
      firstSeen: firstSeen, state: state)
    self.lastSeen = lastSeen
    lastRunID = fields[13] ?? ""
    stateSince = instant(14)
  }
}

extension Currency {
  /// As tieout's own tables and reports have it: `XXX` for what concerns no currency.
  package init?(stored code: String) {
    if code == Currency.none.code { self = .none } else { self.init(code) }
  }
}
