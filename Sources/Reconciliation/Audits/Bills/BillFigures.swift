import Accounting
import Billing

/// What a provider's bill, or the log, comes to for a model and day.
struct BillFigures: Hashable, Sendable {
  /// By component; what is not told by component is under `nil`.
  var tokens: [TokenComponent: Int128] = [:]
  var allTokens: Int128?
  var requests: Int128?
  /// By component as far as that is told, and in all; one currency's.
  var amounts: [TokenComponent: Money] = [:]
  var amount: Money?
  /// What went into it, for evidence and for what binary arithmetic may have added.
  var terms = 0

  mutating func add(_ row: ProviderBillRow) throws(MoneyError) {
    terms += 1
    let component = row.component.flatMap { TokenComponent(rawValue: $0) }
    if row.basis.tellsAmount, let more = row.amount {
      amount = try (amount ?? .zero) + more
      if let component { try amounts[component, default: .zero] += more }
    }
    guard row.basis.tellsQuantity, let quantity = row.quantity else { return }
    let count = quantity.units / Money.unitsPerMajor
    if let component {
      tokens[component, default: 0] += count
    } else if row.component == nil {
      allTokens = (allTokens ?? 0) + count
    } else if row.component == "request" {
      requests = (requests ?? 0) + count
    }
  }

  mutating func add(_ event: UsageEvent) throws(MoneyError) {
    terms += 1
    for component in TokenComponent.allCases {
      tokens[component, default: 0] += Int128(component.count(of: event.tokens))
    }
    requests = (requests ?? 0) + 1
    if let more = event.details.cost { amount = try (amount ?? .zero) + more }
  }

  mutating func add(_ other: BillFigures) throws(MoneyError) {
    terms += other.terms
    tokens.merge(other.tokens) { $0 + $1 }
    if let more = other.allTokens { allTokens = (allTokens ?? 0) + more }
    if let more = other.requests { requests = (requests ?? 0) + more }
    for (component, more) in other.amounts {
      amounts[component] = try (amounts[component] ?? .zero) + more
    }
    if let more = other.amount { amount = try (amount ?? .zero) + more }
  }

  var tellsQuantity: Bool { !tokens.isEmpty || allTokens != nil }

  var totalTokens: Int128 {
    TokenComponent.allCases.reduce(allTokens ?? 0) { $0 + (tokens[$1] ?? 0) }
  }
}

/// Bill less log, of the quantities that the bill tells.
package struct QuantityGap: Hashable, Sendable {
  /// Only those that differ.
  package var tokens: [TokenComponent: Int128] = [:]
  package var total: Int128 = 0

  package var isZero: Bool { tokens.isEmpty && total == 0 }

  init() {}

  mutating func add(_ count: Int128, of component: TokenComponent) {
    tokens[component, default: 0] += count
    total += count
  }

  mutating func add(_ count: Int128) { total += count }

  /// - Parameter bill: what it does not tell by component is compared in all.
  init(bill: BillFigures, log: BillFigures) {
    guard bill.tellsQuantity else { return }
    total = bill.totalTokens - log.totalTokens
    guard bill.allTokens == nil else { return }
    for component in TokenComponent.allCases {
      let gap = (bill.tokens[component] ?? 0) - (log.tokens[component] ?? 0)
      if gap != 0 { tokens[component] = gap }
    }
  }

  static func + (left: QuantityGap, right: QuantityGap) -> QuantityGap {
    var sum = left
    sum.total += right.total
    sum.tokens.merge(right.tokens) { $0 + $1 }
    sum.tokens = sum.tokens.filter { $0.value != 0 }
    return sum
  }

  /// Log less bill.
  var reversed: QuantityGap {
    var other = QuantityGap()
    other.total = -total
    other.tokens = tokens.mapValues { -$0 }
    return other
  }

  /// Whether all of it may have been counted on the next day: the log's calls of the last minutes
  /// hold that much of each.
  func isWithin(edge: BillFigures) -> Bool {
    let parts = TokenComponent.allCases.allSatisfy { component in
      let moved = -(tokens[component] ?? 0)
      return moved >= 0 && moved <= (edge.tokens[component] ?? 0)
    }
    return parts && total <= 0 && -total <= edge.totalTokens
  }
}
