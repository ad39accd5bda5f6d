import Accounting
import Reconciliation

/// The largest clusters: what most of the money has in common.
struct ClusterSection {
  struct Row {
    let code: String
    let severity: String
    let severityMark: String
    let breaks: String
    let currency: String
    let amount: String
    let amountKind: String
    let shared: [String]
    let restOf: String
    let largestBreak: String
  }

  static let limit = 12

  let hasClusters: Bool
  let clusterRows: [Row]
  let clusterNote: String

  init(_ clusters: [Cluster]) {
    let shown = clusters.prefix(ClusterSection.limit)
    let amounts = AmountText.aligned(
      shown.map { AmountText.signed($0.amount, in: $0.currency) })
    hasClusters = !clusters.isEmpty
    clusterRows = zip(shown, amounts).map { Row($0, amount: $1) }
    let more = clusters.count - shown.count
    clusterNote = more > 0 ? "\(counted(more, "smaller cluster")) in clusters.csv." : ""
  }
}

extension ClusterSection.Row {
  fileprivate init(_ cluster: Cluster, amount: String) {
    code = cluster.code.rawValue
    severity = cluster.severity.rawValue
    severityMark = cluster.severity.mark
    breaks = AmountText.count(cluster.breaks)
    currency = cluster.currency.code
    self.amount = amount
    amountKind = ["under", "even", "over"][cluster.amount.sign + 1]
    shared = cluster.sharedInWords.map { clipped($0, to: 160) }
    restOf = cluster.isRest ? "all that is left of its kind" : ""
    largestBreak = clipped(cluster.largestBreakID, to: 120)
  }
}
