-- How each tenant's usage is charged, and from when to when.
select policy_id, tenant_id, deployment_id, kind, percent, input_price, output_price, unit_size,
       base_fee, base_fee_billed, included_quantity, included_unit, overage_price, overage_tiers,
       minimum_charge, rollover_cap, currency, effective_from, effective_to
  from gateway.charge_policy
