-- The manifest: every break that these books hold, with its share of the variance of its group,
-- when it took place, and when its event arrived. Breaks of whole groups have no time.
create table bench.planted as
with line as (
  select f.n, f.fault, p.tenant_id, p.deployment_id, p.currency,
         cast(bench.id('req', n * 2) as :id_type) as request_id,
         cast(bench.id('req', n * 2 + 1) as :id_type) as copy_id,
         coalesce(round(u.charge, p.decimals), e.amount) as amount, e.posted,
         bench.at(case f.fault when 2 then bench.posted(n) when 11 then bench.occurred(n) + 2000000
           else bench.occurred(n) end) as at,
         bench.at(bench.recorded(n)) as recorded_at
    from bench.fault_call f
    join bench.place p on p.slot = bench.draw(n, 1, 65536)
    left join gateway.usage_event u on u.event_id = cast(bench.id('evt', n * 2) as :id_type)
    left join lateral (
      select sum(amount) filter (where entry_id = cast(bench.id('ent', n * 4) as :id_type)) as amount,
             sum(amount) as posted
        from ledger.entry
       where request_id in (cast(bench.id('req', n * 2) as :id_type))) e on true
   where f.fault <= 11
)
select k.code, tenant_id, deployment_id, currency,
       case when fault in (10, 11) then copy_id else request_id end::text as request_id,
       case fault
         when 1 then -amount when 2 then amount when 3 then posted - amount when 4 then amount
         when 5 then posted - amount when 6 then -amount when 7 then -amount when 8 then amount
         when 10 then bench.draw(n, 22, 2) * amount else 0 end as amount,
       at, recorded_at
  from line join bench.fault_kind k using (fault)
 where not (fault = 10 and bench.draw(n, 22, 2) = 0)
union all
select 'duplicate-event', tenant_id, deployment_id, currency,
       case when fault = 10 then copy_id else request_id end::text, 0, at, recorded_at
  from line where fault = 4 or fault = 10 and bench.draw(n, 22, 2) = 0;
