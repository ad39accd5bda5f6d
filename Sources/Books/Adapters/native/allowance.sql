-- Plan limits, credits and daily token budgets.
select allowance_id, tenant_id, user_id, account, unit, kind, credit_type, amount, threshold, period,
       starts_at, ends_at
  from gateway.allowance
