-- Common table expressions that judge the requests named in `doubtful (request_id)`: what each peer
-- does with the few that its own join has not found clean. Plain SQL, read by PostgreSQL and DuckDB.
-- Result: finding (code, subject, amount); amount is the break's share at home, or where the first
-- entry stands. Deployments may be NULL: compared as ''. A reversal names the entry it reverses.

-- Charge candidates, first recorded first.
candidate as (
  select u.*, coalesce(deployment_id, '') as deployment,
         date_trunc('month', occurred_at)::date as period,
         case currency when 'JPY' then cast(round(charge, 0) as decimal(38, 2)) else round(charge, 2) end as expected,
         row_number() over (partition by request_id order by recorded_at, event_id) as turn
    from gateway.usage_event u
   where request_id in (select request_id from doubtful)
     and status = 'ok' and billable and attempt_kind in ('primary', 'retry', 'fallback')
),
-- Requests whose candidate tells of a provider call that an earlier one has told.
told_before as (
  select distinct c.request_id
    from candidate c
    join gateway.usage_event f on f.provider_request_id = c.provider_request_id
   where c.turn = 1
     and f.status = 'ok' and f.billable and f.attempt_kind in ('primary', 'retry', 'fallback')
     and (f.recorded_at < c.recorded_at
       or f.recorded_at = c.recorded_at and f.event_id < c.event_id)
     and f.input_tokens = c.input_tokens and f.cache_read_tokens = c.cache_read_tokens
     and f.cache_write_5m_tokens = c.cache_write_5m_tokens
     and f.cache_write_1h_tokens = c.cache_write_1h_tokens
     and f.output_tokens = c.output_tokens and f.reasoning_tokens = c.reasoning_tokens
),
home as (
  select * from candidate
   where turn = 1 and request_id not in (select request_id from told_before)
),
posting as (
  select e.*, coalesce(deployment_id, '') as deployment,
         coalesce(service_period, period) as month,
         row_number() over (partition by request_id order by posted_at, entry_id) as turn
    from ledger.entry e
   where request_id in (select request_id from doubtful)
     and account = 'llm_usage' and kind in ('usage', 'adjustment', 'reversal')
),
net as (
  select request_id, tenant_id, deployment, currency, month, sum(amount) as amount
    from posting group by request_id, tenant_id, deployment, currency, month
),
reversed as (
  select reverses_entry_id, sum(amount) as amount
    from posting where kind = 'reversal' group by reverses_entry_id
),
-- Usage entries that reversals have not brought to zero.
live as (
  select p.*, p.amount + coalesce(r.amount, 0) as rest,
         row_number() over (partition by p.request_id order by p.posted_at, p.entry_id) as place
    from posting p left join reversed r on r.reverses_entry_id = p.entry_id
   where p.kind = 'usage' and (r.amount is null or p.amount + r.amount <> 0)
),
surplus as (
  select request_id, tenant_id, deployment, currency, month, sum(rest) as amount
    from live where place > 1
   group by request_id, tenant_id, deployment, currency, month
),
-- Each group in which a charged request has something, or should have.
account as (
  select h.request_id, h.tenant_id, h.deployment, h.currency, h.period as month, true as is_home,
         h.charge, h.expected, coalesce(n.amount, 0) as posted, coalesce(s.amount, 0) as surplus
    from home h
    left join net n on n.request_id = h.request_id and n.tenant_id = h.tenant_id
     and n.deployment = h.deployment and n.currency = h.currency and n.month = h.period
    left join surplus s on s.request_id = h.request_id and s.tenant_id = h.tenant_id
     and s.deployment = h.deployment and s.currency = h.currency and s.month = h.period
  union all
  select n.request_id, n.tenant_id, n.deployment, n.currency, n.month, false,
         0, 0, n.amount, coalesce(s.amount, 0)
    from net n
    join home h on h.request_id = n.request_id
     and (n.tenant_id <> h.tenant_id or n.deployment <> h.deployment
       or n.currency <> h.currency or n.month <> h.period)
    left join surplus s on s.request_id = n.request_id and s.tenant_id = n.tenant_id
     and s.deployment = n.deployment and s.currency = n.currency and s.month = n.month
),
-- By request: what stands at home once surplus and what stands astray are told apart. Less than
-- half a minor unit from the charge is rounding.
verdict as (
  select request_id, charge, expected, smallest, surplus_at_home, misposted, cut_off, is_whole,
         posted_at_home - surplus_at_home + misposted + cut_off as rest
    from (
      select a.request_id, h.charge, h.expected,
             case h.currency when 'JPY' then 1 else 0.01 end as smallest,
             sum(a.posted) filter (where is_home) as posted_at_home,
             sum(a.surplus) filter (where is_home) as surplus_at_home,
             coalesce(sum(a.posted - a.surplus) filter (where a.tenant_id <> h.tenant_id
               or a.deployment <> h.deployment), 0) as misposted,
             coalesce(sum(a.posted - a.surplus) filter (where not is_home
               and a.tenant_id = h.tenant_id and a.deployment = h.deployment), 0) as cut_off,
             bool_and(case when is_home
               then abs(a.posted - h.charge) + abs(a.posted - h.charge)
                 < case h.currency when 'JPY' then 1 else 0.01 end or a.posted = h.expected
               else a.posted = 0 end) as is_whole
        from account a join home h on h.request_id = a.request_id
       group by a.request_id, h.charge, h.expected, h.currency) v
),
unexplained as (
  select v.*, rest <> expected and abs(rest - charge) + abs(rest - charge) >= smallest as is_off,
         not exists (select 1 from live where live.request_id = v.request_id)
           and not exists (select 1 from net where net.request_id = v.request_id and amount <> 0)
           as is_unbilled
    from verdict v where not is_whole
),
-- What stands where the first entry of a request stands, for those that have no home.
standing as (
  select n.request_id, n.amount,
         exists (select 1 from gateway.usage_event u where u.request_id = n.request_id) as is_logged
    from net n
    join posting p on p.request_id = n.request_id and p.turn = 1 and p.tenant_id = n.tenant_id
     and p.deployment = n.deployment and p.currency = n.currency and p.month = n.month
   where n.amount <> 0 and n.request_id not in (select request_id from home)
),
finding as (
  select case when not is_logged then 'unsupported-charge'
              when request_id in (select request_id from told_before) then 'double-billed'
              else 'nonbillable-charge' end as code,
         request_id as subject, amount
    from standing
  union all
  select 'double-billed', request_id, surplus_at_home from unexplained where surplus_at_home <> 0
  union all
  select 'misposted', request_id, -misposted from unexplained where misposted <> 0
  union all
  select 'cut-off-error', request_id, -cut_off from unexplained where cut_off <> 0
  union all
  select case when is_unbilled then 'unbilled' else 'amount-mismatch' end, request_id,
         rest - expected
    from unexplained where is_off
  union all
  select 'duplicate-event', request_id, 0 from told_before
   where request_id not in (select request_id from standing)
  union all
  select distinct 'duplicate-event', h.request_id, 0
    from candidate h join candidate c on c.request_id = h.request_id
   where h.turn = 1 and c.turn > 1 and c.tenant_id = h.tenant_id and c.deployment = h.deployment
     and c.model = h.model and c.charge = h.charge and c.currency = h.currency
     and c.input_tokens = h.input_tokens and c.cache_read_tokens = h.cache_read_tokens
     and c.cache_write_5m_tokens = h.cache_write_5m_tokens
     and c.cache_write_1h_tokens = h.cache_write_1h_tokens
     and c.output_tokens = h.output_tokens and c.reasoning_tokens = h.reasoning_tokens
)
