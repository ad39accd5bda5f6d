import Accounting
import Billing

/// The gateway's terms: policies, its own monthly figures and the price book.
extension DemoBooks {
  var policyTable: DemoTable {
    DemoTable(
      "gateway.charge_policy",
      """
      policy_id tenant_id deployment_id kind percent input_price output_price base_fee
      base_fee_billed included_quantity included_unit overage_price overage_tiers currency
      effective_from effective_to
      """,
      policies.lazy.map { row in
        let policy = row.policy
        return [
          policy.policyID, policy.tenant, policy.deployment, policy.kind.text,
          row.percent.map { String($0) }, row.inputPrice?.description, row.outputPrice?.description,
          policy.plan.baseFee?.description, policy.plan.baseFeeInUsage ? "in_usage" : "separately",
          policy.plan.includedQuantity?.description, policy.plan.includedUnit,
          policy.plan.overagePrice?.description, row.overageTiers, policy.currency.code,
          policy.effectiveFrom.description, policy.effectiveTo?.description,
        ]
      })
  }

  var periodChargeTable: DemoTable {
    DemoTable(
      "gateway.period_charge",
      "tenant_id deployment_id period amount currency revision computed_at",
      periodCharges.lazy.map { row in
        [
          row.charge.tenant, row.charge.deployment, row.charge.period.firstDay.description,
          row.charge.amount.description, row.charge.currency.code, String(row.charge.revision),
          row.computedAt.description,
        ]
      })
  }

  var priceTable: DemoTable {
    DemoTable(
      "gateway.price",
      """
      price_book version provider model component context_over unit_price unit_size currency
      effective_from
      """,
      models.lazy.flatMap { model in
        model.rates.flatMap { rates in
          rates.perMillion.map { component, price in
            [
              "list", DemoModel.listVersion, model.provider, model.name, component,
              String(rates.contextOver), price.description, "1000000", "USD",
              "2026-07-01T00:00:00Z",
            ]
          }
        }
      })
  }
}
