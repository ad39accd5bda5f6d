import Accounting
import Books
import Reconciliation

/// The breaks on record, as the last run that looked at each left it.
package struct BreakList {
  private let session: Connection
  private let selection: BreakSelection
  private let asOf: Instant

  /// - Parameters:
  ///   - job: where the ledger is.
  ///   - asOf: the moment that ages are told for.
  /// - Throws: `BooksError`, `HistoryError`, `UsageError` for a code that does not exist.
  package init(
    _ job: Job, isOpen: Bool, tenants: [String], codes: [String], asOf: Instant
  ) throws {
    selection = BreakSelection(
      states: isOpen ? BreakState.allCases.filter(\.isOutstanding) : [],
      places: PlaceFilter(tenants: tenants),
      codes: try codes.map { code in
        guard let known = BreakCode(rawValue: code) else {
          throw UsageError(
            "--code: there is no break '\(code.harmless)'",
            hint: Nearest.hint(code, in: BreakCode.allCases.map(\.rawValue)))
        }
        return known
      })
    self.asOf = asOf
    session = try Connection("ledger", conninfo: job.ledger.dsn ?? "")
    guard try session.keepsLife() else { throw HistoryError.noHistory }
  }

  /// A table of the first `limit` breaks, and what all of them come to.
  package func text(limit: Int) throws -> String {
    var table = TextTable([.left, .left, .left, .left, .left, .decimal, .left, .left, .right])
    var totals = Totals()
    try session.breaks(selection) { listed in
      totals.add(listed.record)
      guard totals.count <= limit else { return }
      table.append(Self.cells(listed, asOf))
    }
    guard totals.count > 0 else {
      return selection == BreakSelection()
        ? "no break is on record\n" : "no such break is on record\n"
    }
    var lines = table.lines(
      headings: ["break", "code", "state", "place", "month", "amount", "", "first seen", "days"],
      indent: 0)
    if totals.count > limit {
      lines.append("\(Summary.number(totals.count - limit)) more: --limit \(totals.count)")
    }
    return (lines + [""] + totals.lines).map { $0 + "\n" }.joined()
  }

  private static func cells(_ listed: ListedBreak, _ asOf: Instant) -> [String] {
    let record = listed.record
    let group = record.group
    return [
      record.id, record.code.rawValue, record.state.rawValue,
      (group.deployment.map { "\(group.tenant)/\($0)" } ?? group.tenant).harmless,
      group.period.description, record.amount.text(in: group.currency), group.currency.code,
      String(record.firstSeen.description.prefix(10)), "\(record.age(asOf: asOf))",
    ]
  }

  /// One object a line, each as it arrives.
  package func writeJSON(to sink: (String) -> Void) throws {
    try session.breaks(selection) { listed in
      let record = listed.record
      let texts: [(String, String?)] = [
        ("id", record.id), ("code", record.code.rawValue), ("state", record.state.rawValue),
        ("tenant_id", record.group.tenant), ("deployment_id", record.group.deployment),
        ("currency", record.group.currency.code), ("period", record.group.period.description),
        ("request_id", record.requestID), ("entry_id", record.entryID),
        ("amount", record.amount.text(in: record.group.currency)),
        ("occurred_at", record.occurredAt?.description),
        ("first_seen", record.firstSeen.description), ("last_seen", listed.lastSeen.description),
        ("last_run", listed.lastRunID), ("state_since", listed.stateSince?.description),
        ("age", AgeBucket(days: record.age(asOf: asOf)).rawValue),
      ]
      let fields = texts.map { "\"\($0)\": \($1.map(JSONText.quoted) ?? "null")" }
      sink("{" + (fields + ["\"days\": \(record.age(asOf: asOf))"]).joined(separator: ", ") + "}\n")
    }
  }
}

/// What breaks come to, by state and currency.
private struct Totals {
  private struct Key: Hashable {
    let state: BreakState
    let currency: Currency
  }

  private(set) var count = 0
  private var sums: [Key: Tally.Sum] = [:]

  mutating func add(_ record: BreakRecord) {
    count += 1
    sums[Key(state: record.state, currency: record.group.currency), default: Tally.Sum()]
      .add(record.amount)
  }

  var lines: [String] {
    var table = TextTable([.left, .right, .left, .decimal])
    for state in BreakState.allCases {
      let known = sums.filter { $0.key.state == state }
      for (key, sum) in known.sorted(by: { $0.key.currency < $1.key.currency }) {
        table.append(
          state.rawValue, Summary.number(sum.count), key.currency.code,
          Summary.text(sum.amount, key.currency))
      }
    }
    return table.lines(indent: 0)
  }
}
