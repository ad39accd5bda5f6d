import Accounting
import Reconciliation

/// The groups, those with the largest variance where there are too many to show.
struct GroupSection {
  struct Row {
    let place: PlaceText
    let policy: String
    let requests: String
    let recorded: String
    let due: String
    let posted: String
    let variance: String
    let varianceKind: String
    let drift: String
    let bound: String
    let notes: [String]
  }

  static let limit = 500

  let groupRows: [Row]
  let groupNote: String
  let hasGroups: Bool

  init(_ groups: [GroupResult]) {
    let shown = largest(GroupSection.limit, of: groups) { ($0.variance, $0.key.currency) }
    let column = { (amount: (GroupResult) -> Money, isSigned: Bool) in
      AmountText.aligned(
        shown.map {
          isSigned
            ? AmountText.signed(amount($0), in: $0.key.currency)
            : AmountText.plain(amount($0), in: $0.key.currency)
        })
    }
    let recorded = column(\.recorded, false)
    let due = column(\.due, false)
    let posted = column(\.posted, false)
    let variance = column(\.variance, true)
    let drift = column(\.roundingDrift, true)
    let bound = column(\.roundingBound, false)
    groupRows = shown.enumerated().map { index, group in
      Row(
        place: PlaceText(group.key), policy: group.policy.map { clipped($0, to: 60) } ?? "none",
        requests: AmountText.count(group.requests), recorded: recorded[index], due: due[index],
        posted: posted[index], variance: variance[index],
        varianceKind: ["under", "even", "over"][group.variance.sign + 1], drift: drift[index],
        bound: "±\(bound[index])",
        notes: GroupSection.notes(group))
    }
    hasGroups = !groups.isEmpty
    groupNote =
      shown.count == groups.count
      ? ""
      : """
      The \(shown.count) groups with the largest variance; all \(AmountText.count(groups.count)) \
      are in groups.csv.
      """
  }

  private static func notes(_ group: GroupResult) -> [String] {
    (group.isWholePeriod ? [] : ["part of the month"])
      + group.blockedBy.map { "blocked by \($0.rawValue)" }
  }
}
