import Accounting

/// Breaks summed up by what tells their clusters apart, as they come and in any order. However many
/// there are, at most `ClusterSums.most` origins of a kind are kept: beyond that the hours are no
/// longer told apart, then the places, then nothing. How far depends on the breaks and not on their
/// order, and every sum stays exact.
package struct ClusterSums {
  /// Origins that are kept for one kind: as many as a table of 1,024 places takes.
  static let most = 768

  private let most: Int
  private var kinds: [ClusterKind: OriginSums] = [:]

  /// - Parameter most: origins that are kept for one kind.
  package init(most: Int = ClusterSums.most) { self.most = most }

  package mutating func add(_ found: Break, from origin: Origin) throws(MoneyError) {
    let kind = ClusterKind(
      code: found.code, severity: found.severity, currency: found.group.currency,
      direction: found.stake.sign)
    try kinds[kind, default: OriginSums()].add(found, from: origin, most)
  }

  /// - Parameter limit: clusters of one kind, beside its rest.
  /// - Returns: in report order.
  package func clusters(limit: Int = 20) throws(MoneyError) -> [Cluster] {
    var clusters: [Cluster] = []
    for (kind, sums) in kinds {
      for part in try Clustering(sums.sums, limit: limit).parts {
        clusters.append(part.cluster(kind))
      }
    }
    return clusters.sorted(by: Cluster.inReportOrder)
  }
}

/// Breaks that may be in one cluster. Over- and under-billed are apart, so that they cannot hide each
/// other.
struct ClusterKind: Hashable {
  let code: BreakCode
  let severity: Severity
  let currency: Currency
  let direction: Int
}

/// What the breaks of one origin come to.
struct ClusterSum {
  private(set) var breaks: Int
  private(set) var amount: Money
  private(set) var firstHour: Instant?
  private(set) var lastHour: Instant?
  private(set) var largest: (magnitude: UInt128, id: String)

  init(_ found: Break, at hour: Instant?) {
    breaks = 1
    amount = found.stake
    firstHour = hour
    lastHour = hour
    largest = (found.stake.units.magnitude, found.id)
  }

  mutating func add(_ other: ClusterSum) throws(MoneyError) {
    breaks += other.breaks
    try amount += other.amount
    firstHour = [firstHour, other.firstHour].compactMap(\.self).min()
    lastHour = [lastHour, other.lastHour].compactMap(\.self).max()
    let isLarger = other.largest.magnitude > largest.magnitude
    if isLarger || (other.largest.magnitude == largest.magnitude && other.largest.id < largest.id) {
      largest = other.largest
    }
  }
}

/// The sums of one kind.
private struct OriginSums {
  /// What origins are told apart by.
  private enum Detail: Int {
    case hours, places, models, nothing
  }

  private var detail = Detail.hours
  private(set) var sums: [Origin: ClusterSum] = [:]

  mutating func add(_ found: Break, from origin: Origin, _ most: Int) throws(MoneyError) {
    try add(ClusterSum(found, at: origin.hour), from: coarse(origin))
    while sums.count > most, let coarser = Detail(rawValue: detail.rawValue + 1) {
      detail = coarser
      let finer = sums
      sums = [:]
      for (origin, sum) in finer { try add(sum, from: coarse(origin)) }
    }
  }

  private mutating func add(_ sum: ClusterSum, from origin: Origin) throws(MoneyError) {
    if var known = sums[origin] {
      try known.add(sum)
      sums[origin] = known
    } else {
      sums[origin] = sum
    }
  }

  private func coarse(_ origin: Origin) -> Origin {
    var coarse = origin
    if detail.rawValue > Detail.hours.rawValue { coarse.hour = nil }
    if detail.rawValue > Detail.places.rawValue { (coarse.tenant, coarse.deployment) = (nil, nil) }
    return detail == .nothing ? Origin() : coarse
  }
}
