import Accounting
import Reconciliation

/// The months so far by stored control totals, and stored totals that are no longer right.
struct ToDateSection {
  struct Row {
    let place: PlaceText
    let usageRows: String
    let usageCharge: String
    let ledgerRows: String
    let ledgerAmount: String
  }

  struct Difference {
    let book: String
    let owner: String
    let storedRows: String
    let storedAmount: String
    let countedRows: String
    let countedAmount: String
  }

  static let limit = 200

  let isShown: Bool
  let toDateRows: [Row]
  let toDateNotes: [String]
  let hasDifferences: Bool
  let differences: [Difference]
  let differenceNote: String

  init(_ report: RunReport) {
    let places = report.monthsToDate.flatMap(\.places)
    let shown = largest(Self.limit, of: places) { ($0.usage.amount, $0.key.currency) }
    isShown = !places.isEmpty
    toDateRows = shown.map { place in
      Row(
        place: PlaceText(place.key), usageRows: AmountText.count(place.usage.rows),
        usageCharge: AmountText.plain(place.usage.amount, in: place.key.currency),
        ledgerRows: AmountText.count(place.ledger.rows),
        ledgerAmount: AmountText.plain(place.ledger.amount, in: place.key.currency))
    }
    let left = places.count - shown.count
    toDateNotes =
      report.monthsToDate.compactMap(Self.missing)
      + (left > 0 ? ["The largest; \(counted(left, "more place")) in report.json."] : [])
    hasDifferences = !report.differingTotals.isEmpty
    differences = report.differingTotals.prefix(Self.limit).map(Difference.init)
    let more = report.differingTotals.count - differences.count
    differenceNote = more > 0 ? "\(counted(more, "more total")) in report.json." : ""
  }

  private static func missing(_ month: MonthToDate) -> String? {
    guard !month.missingDays.isEmpty else { return nil }
    let days = month.missingDays.map(\.description)
    return """
      Of \(month.period) through \(month.through), no run has counted \(listed(days)): their rows are \
      in no figure.
      """
  }
}

extension ToDateSection.Difference {
  fileprivate init(_ total: DifferingTotal) {
    let place = total.deployment.map { "\(total.tenant) / \($0)" } ?? total.tenant
    let period = total.period.map { " \($0)" } ?? ""
    book = "\(total.relation == .usageEvent ? "usage" : "ledger") of \(total.day)"
    owner = clipped("\(place) \(total.currency)\(period)")
    storedRows = AmountText.count(total.stored.rows)
    storedAmount = AmountText.hashTotal(total.stored.amount)
    countedRows = AmountText.count(total.counted.rows)
    countedAmount = AmountText.hashTotal(total.counted.amount)
  }
}
