import Accounting
import Reconciliation

extension ReportFields {
  /// What a plan's month costs, by everyone who tells it.
  static let plan: [Field<PlanResult>] = [
    Field("tenant_id") { .text($0.key.tenant) },
    Field("deployment_id") { .text($0.key.deployment) },
    Field("currency") { .word($0.key.currency) },
    Field("period") { .word($0.key.period) },
    Field("derived") { amount($0.derived, $0) },
    Field("arithmetic") { .text($0.arithmetic) },
    Field("period_charge") { amount($0.periodCharge, $0) },
    Field("revision") { .text($0.revision.map { String($0) }) },
    Field("true_ups") { amount($0.trueUps, $0) },
    Field("deployments") { plan in
      .records(plan.deployments.map { named($0, plan.key.currency) }, each: "share")
    },
    Field("projection") { plan in
      .records(plan.projection.map { [named($0, plan.key.currency)] } ?? [], each: "estimate")
    },
  ]

  private static func amount(_ amount: Money?, _ plan: PlanResult) -> Value {
    amount.map { .amount($0, plan.key.currency) } ?? .text(nil)
  }

  private static func named(_ share: DeploymentShare, _ currency: Currency) -> [NamedValue] {
    [
      NamedValue("deployment_id", .text(share.deployment)),
      NamedValue("requests", .count(share.requests)),
      NamedValue("tokens", .count(share.tokens)),
      NamedValue("recorded", .amount(share.recorded, currency)),
      NamedValue("allowance", .text(share.allowance?.description)),
      NamedValue("due", .amount(share.due, currency)),
    ]
  }

  private static func named(_ projection: Projection, _ currency: Currency) -> [NamedValue] {
    [
      NamedValue("through", .word(projection.through)),
      NamedValue("usage", .amount(projection.usage, currency)),
      NamedValue("charge", .amount(projection.charge, currency)),
      NamedValue("accrued_true_up", .amount(projection.accruedTrueUp, currency)),
      NamedValue("forecast_usage", .amount(projection.forecastUsage, currency)),
      NamedValue("forecast_charge", .amount(projection.forecastCharge, currency)),
      NamedValue("forecast_true_up", .amount(projection.forecastTrueUp, currency)),
    ]
  }
}
