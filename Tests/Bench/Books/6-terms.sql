-- What belongs to groups as a whole: policies, period charges, rounding and true-up entries,
-- invoice lines; and the faults in them.

-- The charged events by place: all that are nobody's copy.
create table bench.copied_event as
select cast(bench.id('evt', n * 2 + 1) as :id_type) as event_id
  from bench.fault_call where fault in (4, 9, 10);

create table bench.sum as
select tenant_id, deployment_id, currency, case currency when 'JPY' then 0 else 2 end as decimals,
       sum(charge) as charge,
       sum(round(charge, case currency when 'JPY' then 0 else 2 end)) as rounded
  from gateway.usage_event
 where status = 'ok' and billable and attempt_kind in ('primary', 'retry', 'fallback')
   and event_id not in (select event_id from bench.copied_event)
 group by tenant_id, deployment_id, currency;

-- What each group owes, and which of these figures the books lack.
create table bench.group as
select s.tenant_id, t.k, case when t.is_pooled then null else s.deployment_id end as deployment_id,
       s.currency, s.decimals, t.is_planned, t.is_pooled, t.percent,
       sum(s.charge) as charge, sum(s.rounded) as rounded,
       trunc(sum(s.charge) * 0.8, 2) as included,
       case when t.is_planned
         then round((sum(s.charge) - trunc(sum(s.charge) * 0.8, 2)) * 0.9, s.decimals)
         else round(sum(s.charge), s.decimals) end as due
  from bench.sum s join bench.tenant t using (tenant_id)
 group by 1, 2, 3, 4, 5, 6, 7, 8;
alter table bench.group add is_unsettled boolean;
update bench.group set is_unsettled
  = rounded <> 0 and rounded <> due and case when is_planned then k / 32 % 3 = 0 else k % 97 = 13 end;

insert into gateway.charge_policy
  (policy_id, tenant_id, deployment_id, kind, percent, included_quantity, included_unit,
   overage_price, currency, effective_from)
select 'pol_' || tenant_id || coalesce('_' || deployment_id, ''), tenant_id, deployment_id,
       case when is_planned then 'plan_inclusive' when percent > 0 then 'flat_percent'
            else 'pass_through' end,
       nullif(percent, 0), case when is_planned then coalesce(included, 1000) end,
       case when is_planned then 'charge' end, case when is_planned then 0.9 end,
       currency, timestamptz '2025-12-31 00:00Z'
  from (select distinct t.tenant_id, t.is_planned, t.percent, t.currency,
               case when t.is_planned and not t.is_pooled then p.deployment_id end as deployment_id
          from bench.tenant t join bench.place p using (tenant_id)) place
  left join (select tenant_id, deployment_id, included from bench.group) g
    using (tenant_id, deployment_id);

-- A plan without deployment is joined here, where NULL is a value.
update gateway.charge_policy p set included_quantity = g.included
  from bench.group g
 where g.tenant_id = p.tenant_id and g.is_planned and g.deployment_id is not distinct from p.deployment_id;

insert into gateway.period_charge (tenant_id, deployment_id, period, amount, currency, computed_at)
select tenant_id, deployment_id, '2026-10-01', due, currency, '2026-11-01 02:00Z'
  from bench.group where is_pooled;

insert into ledger.entry
  (entry_id, tenant_id, deployment_id, kind, amount, currency, period, posted_at, idempotency_key)
select cast(bench.id('grp', row_number() over by_place) as :id_type), tenant_id, deployment_id,
       case when is_planned then 'true_up' else 'rounding' end, due - rounded, currency,
       '2026-10-01', timestamptz '2026-11-01 03:00Z' + row_number() over by_place * interval '1 ms',
       'month-end:2026-10:' || tenant_id || ':' || coalesce(deployment_id, '')
  from bench.group where due <> rounded and not is_unsettled
window by_place as (order by tenant_id, deployment_id);

insert into ledger.invoice_line
  (line_id, invoice_id, tenant_id, deployment_id, period, amount_minor, currency)
select 'line_' || row_number() over (order by g.tenant_id, g.deployment_id),
       'inv_' || g.tenant_id || '_2026_10', g.tenant_id, g.deployment_id, '2026-10-01',
       (g.due + coalesce(u.amount, 0)) * case g.decimals when 0 then 1 else 100 end
         + case when g.k % 40 = 1 then 37 else 0 end,
       g.currency
  from bench.group g
  left join lateral (
    select sum(p.amount) as amount from bench.planted p
     where p.code = 'unsupported-charge' and p.tenant_id = g.tenant_id
       and (g.is_pooled or p.deployment_id is not distinct from g.deployment_id)) u on true
 where g.k % 5 = 1;

-- Breaks of groups as a whole.
insert into bench.planted (code, tenant_id, deployment_id, currency, request_id, amount)
select case when is_planned then 'true-up-due' else 'rounding-drift' end, tenant_id, deployment_id,
       currency, null, rounded - due
  from bench.group where is_unsettled
union all
select 'invoice-untied', tenant_id, deployment_id, currency, null, 0
  from bench.group where k % 40 = 1;
analyze bench.planted;
