-- The gateway's own figure for a billing month, where it gives one.
select tenant_id, deployment_id, period, amount, currency, revision, computed_at
  from gateway.period_charge
