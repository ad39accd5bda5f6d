-- Common table expressions for the groups' figures, from `charged_sum` (tenant_id, deployment,
-- currency, charge, rounded) and `entry_sum` (tenant_id, deployment, currency, kind, amount) of the
-- month. Groups under a plan are left out: their rounding is part of the true-up.
-- Result: figures (code, subject, amount).
figure as (
  select tenant_id, deployment, currency, sum(charge) as charge, sum(rounded) as rounded,
         sum(posted) as posted, sum(rounding) as rounding
    from (
      select tenant_id, deployment, currency, charge, rounded, 0 as posted, 0 as rounding
        from charged_sum
      union all
      select tenant_id, deployment, currency, 0, 0, amount,
             case kind when 'rounding' then amount else 0 end
        from entry_sum) f
   where not exists (
     select 1 from gateway.charge_policy p
      where p.kind = 'plan_inclusive' and p.tenant_id = f.tenant_id
        and (p.deployment_id is null or p.deployment_id = f.deployment))
   group by tenant_id, deployment, currency
),
figures as (
  select 'recorded' as code, tenant_id || '/' || deployment || '/' || currency as subject,
         charge as amount from figure
  union all
  select 'posted', tenant_id || '/' || deployment || '/' || currency, posted from figure
  union all
  select 'rounding-drift', tenant_id || '/' || deployment || '/' || currency, drift
    from (
      select *, rounded + rounding
          - case currency when 'JPY' then cast(round(charge, 0) as decimal(38, 2)) else round(charge, 2) end as drift
        from figure) d
   where drift <> 0
)
