import Accounting
import Billing

/// How a call's charge follows from what the call costs, where it does.
struct RatedCharge {
  private enum Basis {
    /// By the price book, times a number.
    case cost(times: Int128, over: Int128)
    case notDerived
  }

  private let basis: Basis

  /// - Parameter policies: `nil` = none are kept; what is charged is then the cost, if that is not
  ///   recorded apart.
  init(of call: UsageEvent, by policies: PolicyBook?) {
    guard let policies else {
      let isApart = call.details.cost != nil || call.details.isCostUnreadable
      basis = isApart ? .notDerived : .cost(times: 1, over: 1)
      return
    }
    let inForce = policies.inForce(
      tenant: call.tenant, deployment: call.deployment, at: call.occurredAt)
    guard inForce.count == 1, let policy = inForce.first, policy.currency == call.currency else {
      basis = .notDerived
      return
    }
    switch policy.kind {
    case .passThrough: basis = .cost(times: 1, over: 1)
    case .flatPercent:
      let whole = Money.unitsPerMajor * 100
      basis =
        policy.percent.map { .cost(times: whole + $0.units, over: whole) } ?? .notDerived
    case .fixedPerToken, .planInclusive, .other: basis = .notDerived
    }
  }

  var hasMarkup: Bool {
    if case .cost(let factor, let divisor) = basis { factor != divisor } else { false }
  }

  /// What is to be charged for a cost; `nil` where the policy does not tell.
  func expected(at cost: ExactAmount) -> ExactAmount? {
    guard case .cost(let factor, let divisor) = basis else { return nil }
    return cost.times(factor, over: divisor)
  }
}
