import Accounting
import Reconciliation

extension Summary {
  /// As many clusters as a hurried reader looks at.
  private static let clustersShown = 5
  /// Columns that one thing a cluster shares may take.
  private static let factWidth = 60

  /// The largest clusters that want something done, each in a line with a line for what it shares.
  static func clusters(_ clusters: [Cluster]) -> [String] {
    let open = clusters.filter { $0.severity != .info && !$0.isRest && !$0.amount.isZero }
    let shown = open.prefix(clustersShown)
    var table = TextTable([.decimal, .left, .left, .right])
    for cluster in shown {
      table.append(
        text(cluster.amount, cluster.currency), cluster.currency.code, cluster.code.rawValue,
        count(cluster.breaks, "break"))
    }
    let lines = zip(table.lines(), shown).flatMap { [$0] + facts(of: $1) }
    let more = open.count - shown.count
    guard more > 0 else { return lines }
    return lines + ["  \(count(more, "smaller cluster")): see the report"]
  }

  private static func facts(of cluster: Cluster) -> [String] {
    let facts = cluster.sharedInWords.map { fact in
      let text = fact.harmless
      return text.count <= factWidth ? text : String(text.prefix(factWidth - 1)) + "…"
    }
    return facts.joined(separator: ", ").wrapped(to: 90).map { "      " + $0 }
  }
}
