import Accounting

/// Divides the breaks of one kind into clusters. Of all choices of two or more facts (place, model,
/// price version, hour), the one is taken whose breaks come to the most money, counted once for each
/// fact they share: a wider choice must come to more to be taken before a sharper one. Its breaks
/// are a cluster, and the next is sought among what is left.
struct Clustering {
  /// Breaks of one cluster.
  struct Part {
    let origin: Origin
    let sum: ClusterSum
    let isRest: Bool
  }

  private(set) var parts: [Part] = []
  private var left: [(origin: Origin, sum: ClusterSum)]
  private var weights: [Origin: Weight] = [:]

  init(_ sums: [Origin: ClusterSum], limit: Int) throws(MoneyError) {
    left = sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    for item in left {
      let weight = Weight(item.sum)
      for choice in item.origin.choices { weights[choice, default: Weight()].add(weight) }
    }
    while parts.count < limit, let choice = heaviest { try take(choice) }
    if let rest = try Clustering.part(of: left, isRest: true) { parts.append(rest) }
  }

  private var heaviest: Origin? {
    weights.max { left, right in
      let (leftScore, rightScore) = (left.value.score(left.key), right.value.score(right.key))
      return leftScore == rightScore ? left.key > right.key : leftScore < rightScore
    }?.key
  }

  private mutating func take(_ choice: Origin) throws(MoneyError) {
    let members = left.filter { $0.origin.has(choice) }
    left.removeAll { $0.origin.has(choice) }
    for member in members {
      let weight = Weight(member.sum)
      for choice in member.origin.choices {
        weights[choice]?.remove(weight)
        if weights[choice]?.breaks == 0 { weights[choice] = nil }
      }
    }
    if let part = try Clustering.part(of: members, isRest: false) { parts.append(part) }
  }

  private static func part(
    of members: [(origin: Origin, sum: ClusterSum)], isRest: Bool
  ) throws(MoneyError) -> Part? {
    guard let first = members.first else { return nil }
    var (origin, sum) = first
    for member in members.dropFirst() {
      origin = origin.shared(with: member.origin)
      try sum.add(member.sum)
    }
    return Part(origin: origin, sum: sum, isRest: isRest)
  }
}

/// How much speaks for a choice: money, and where that is equal, as where there is none, the number
/// of breaks.
private struct Weight {
  private(set) var breaks = 0
  /// Of so coarse a step that the sum over all origins fits.
  private var money: UInt128 = 0

  init() {}

  init(_ sum: ClusterSum) {
    breaks = sum.breaks
    money = sum.amount.units.magnitude >> 16
  }

  mutating func add(_ other: Weight) {
    breaks += other.breaks
    money += other.money
  }

  mutating func remove(_ other: Weight) {
    breaks -= other.breaks
    money -= other.money
  }

  func score(_ choice: Origin) -> (UInt128, Int) {
    (money * UInt128(choice.facts), breaks * choice.facts)
  }
}

extension Clustering.Part {
  func cluster(_ kind: ClusterKind) -> Cluster {
    Cluster(
      code: kind.code, severity: kind.severity, currency: kind.currency, tenant: origin.tenant,
      deployment: origin.deployment, model: origin.model, priceVersion: origin.priceVersion,
      from: sum.firstHour, to: sum.lastHour?.adding(seconds: 3600), breaks: sum.breaks,
      amount: sum.amount, largestBreakID: sum.largest.id, isRest: isRest)
  }
}
