import Accounting
import Reconciliation

/// Months under plans: what they cost, how pools are shared out, and what a running month looks
/// like.
struct PlanSection {
  struct Row {
    let place: PlaceText
    let derived: String
    let given: String
    let trueUps: String
    let arithmetic: String
  }

  struct Share {
    let place: PlaceText
    let member: String
    let requests: String
    let tokens: String
    let allowance: String
    let due: String
  }

  struct Estimate {
    let place: PlaceText
    let usage: String
    let charge: String
    let accruedTrueUp: String
    let forecastCharge: String
    let forecastTrueUp: String
    let through: String
  }

  static let limit = 200

  let hasPlans: Bool
  let planRows: [Row]
  let hasShares: Bool
  let shares: [Share]
  let hasEstimates: Bool
  let estimates: [Estimate]
  let planNote: String

  init(_ plans: [PlanResult]) {
    let settled = plans.filter { $0.projection == nil }
    let running = plans.filter { $0.projection != nil }
    hasPlans = !settled.isEmpty
    planRows = settled.prefix(Self.limit).map(Row.init)
    let members = settled.flatMap { plan in plan.deployments.map { Share($0, of: plan.key) } }
    shares = Array(members.prefix(Self.limit))
    hasShares = !shares.isEmpty
    estimates = running.prefix(Self.limit).compactMap(Estimate.init)
    hasEstimates = !estimates.isEmpty
    let isCut = max(settled.count, members.count, running.count) > Self.limit
    planNote = isCut ? "The first \(Self.limit) of each table; all are in plans.csv." : ""
  }
}

extension PlanSection.Row {
  fileprivate init(_ plan: PlanResult) {
    func text(_ amount: Money?) -> String {
      amount.map { AmountText.plain($0, in: plan.key.currency) } ?? "not known"
    }
    place = PlaceText(plan.key)
    derived = text(plan.derived)
    given =
      plan.periodCharge == nil
      ? "none" : text(plan.periodCharge) + (plan.revision.map { " (revision \($0))" } ?? "")
    trueUps = text(plan.trueUps)
    arithmetic = clipped(plan.arithmetic ?? "", to: 1000)
  }
}

extension PlanSection.Share {
  fileprivate init(_ share: DeploymentShare, of key: GroupKey) {
    place = PlaceText(key)
    member = clipped(share.deployment ?? "no deployment", to: 120)
    requests = AmountText.count(share.requests)
    tokens = AmountText.count(share.tokens)
    allowance = share.allowance?.description ?? "all"
    due = AmountText.plain(share.due, in: key.currency)
  }
}

extension PlanSection.Estimate {
  fileprivate init?(_ plan: PlanResult) {
    guard let projection = plan.projection else { return nil }
    func text(_ amount: Money) -> String { AmountText.plain(amount, in: plan.key.currency) }
    place = PlaceText(plan.key)
    usage = text(projection.usage)
    charge = text(projection.charge)
    accruedTrueUp = AmountText.signed(projection.accruedTrueUp, in: plan.key.currency)
    forecastCharge = text(projection.forecastCharge)
    forecastTrueUp = AmountText.signed(projection.forecastTrueUp, in: plan.key.currency)
    through = projection.through.description
  }
}
