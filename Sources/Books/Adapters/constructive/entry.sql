-- The ledger of meters of each database: quantities, and no money.
select l.id as entry_id,
       l.entity_id::text as tenant_id,
       null::text as deployment_id,
       -- What names a meter that is not there stands in that meter's account all the same.
       case when m.meter_type is distinct from 'usage_pool' then 'meter:' || l.meter_slug
            when m.category_meter is null then 'credits'
            else 'pool:' || l.meter_slug end as account,
       case l.entry_type when 'increment' then 'usage'
                         when 'credit_deduction' then 'usage'
                         when 'decrement' then 'adjustment'
                         when 'adjustment' then 'adjustment'
                         when 'plan_grant' then 'grant'
                         when 'credit_purchase' then 'grant'
                         else l.entry_type end as kind,
       -- Only what answers a break of meters names what it rights.
       case when c.is_correction then l.metadata ->> 'request_id' end as request_id,
       0::numeric as amount,
       'USD'::text as currency,
       -- The type tells which way usage goes; for an adjustment the sign must be known.
       case l.entry_type when 'increment' then abs(l.delta)
                         when 'credit_deduction' then abs(l.delta)
                         when 'decrement' then -abs(l.delta)
                         else l.delta * s.sign end as quantity,
       coalesce(nullif(m.unit, ''), 'token') as unit,
       date_trunc('month', l.created_at at time zone 'UTC')::date as period,
       case when c.is_correction and l.metadata ->> 'service_period' ~ '^[0-9]+-(0[1-9]|1[0-2])-01$'
            then (l.metadata ->> 'service_period')::date end as service_period,
       l.created_at as posted_at,
       case when c.is_correction then l.metadata ->> 'reverses_entry_id' end as reverses_entry_id,
       case when c.is_correction then l.metadata ->> 'idempotency_key' end as idempotency_key,
       case when c.is_correction then l.metadata ->> 'reason' else l.entry_type end as reason,
       null::text as run_id,
       l.metadata
  from {ledger} l
  left join {meters} m on m.slug = l.meter_slug,
       lateral (select l.entry_type = 'adjustment'
                   and coalesce(l.metadata ->> 'reason' = 'meter-misallocation', false)
                       as is_correction) c,
       -- Whether a positive delta is more usage or less is told by what usage came to after it.
       (select coalesce(nullif(sign(sum(sign(d.delta) * sign(d.after - d.before))), 0), 1) as sign
          from (select r.delta, r.usage_after as after,
                       lag(r.usage_after) over (partition by r.entity_id, r.meter_slug
                         order by r.created_at, r.id) as before
                  from (select * from {ledger}
                         where entry_type in ('increment', 'credit_deduction', 'decrement')
                         order by created_at desc limit 1000) r) d) s
