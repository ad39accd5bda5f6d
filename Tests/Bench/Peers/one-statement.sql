-- The audit in one statement, as one writes it for a monthly check: both books netted by request
-- and place, one FULL JOIN, and the details of what does not agree. work_mem 1 GB, so that nothing
-- spills.
\set judge `cat "$PEERS/judge.sql"`
\set groups `cat "$PEERS/groups.sql"`
set work_mem = '1GB';
set hash_mem_multiplier = 2;
copy (
with event as (
  select distinct on (request_id) request_id, tenant_id, coalesce(deployment_id, '') as deployment,
         currency, date_trunc('month', occurred_at)::date as month, charge,
         case currency when 'JPY' then round(charge, 0) else round(charge, 2) end as expected
    from gateway.usage_event
   where status = 'ok' and billable and attempt_kind in ('primary', 'retry', 'fallback')
   order by request_id, recorded_at, event_id
),
account_net as (
  select request_id, tenant_id, coalesce(deployment_id, '') as deployment, currency,
         coalesce(service_period, period) as month, sum(amount) as amount
    from ledger.entry
   where account = 'llm_usage' and kind in ('usage', 'adjustment', 'reversal')
   group by 1, 2, 3, 4, 5
),
doubtful as (
  select request_id
    from event full join account_net using (request_id, tenant_id, deployment, currency, month)
   where coalesce(expected, 0) <> coalesce(amount, 0)
  union
  select request_id from gateway.usage_event
   where status = 'ok' and billable and attempt_kind in ('primary', 'retry', 'fallback')
   group by request_id having count(*) > 1
  union
  select unnest(array_agg(request_id)) from gateway.usage_event
   where status = 'ok' and billable and attempt_kind in ('primary', 'retry', 'fallback')
     and provider_request_id is not null
   group by provider_request_id having count(*) > 1
),
:judge,
charged_sum as (
  select tenant_id, deployment, currency, sum(charge) as charge, sum(expected) as rounded
    from event where request_id not in (select request_id from told_before)
   group by tenant_id, deployment, currency
),
entry_sum as (
  select tenant_id, coalesce(deployment_id, '') as deployment, currency, kind,
         sum(amount) as amount
    from ledger.entry
   where account = 'llm_usage'
     and (service_period = '2026-10-01' or service_period is null and period = '2026-10-01')
   group by 1, 2, 3, 4
),
:groups
select code, subject::text, trim_scale(amount) from finding
union all
select code, subject, trim_scale(amount) from figures
) to stdout (format csv);
