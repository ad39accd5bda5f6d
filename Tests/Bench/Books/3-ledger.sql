-- The tenants' ledger, about in the order of posting, or shuffled.
insert into ledger.entry
  (entry_id, tenant_id, deployment_id, kind, request_id, amount, currency, period, posted_at,
   reverses_entry_id, idempotency_key)
select
  cast(bench.id('ent', n * 4 + copy) as :id_type),
  tenant_id, deployment_id,
  case when fault = 12 and copy = 2 then 'reversal' else 'usage' end,
  cast(bench.id('req', case when fault in (10, 11) then n * 2 + copy else n * 2 end) as :id_type),
  case when fault = 12 and copy = 2 then -amount
       when fault <> 5 then amount
       when bench.draw(n, 28, 4) = 0 then 0
       else amount + (1 + bench.draw(n, 29, 400)) * case decimals when 0 then 1 else 0.01 end end,
  currency,
  case when fault = 7 then date '2026-11-01' else date '2026-10-01' end,
  bench.at(arrival),
  case when fault = 12 and copy = 2 then cast(bench.id('ent', n * 4 + 1) as :id_type) end,
  'usage:' || n || ':' || copy
from (
  select l.n, l.copy, l.arrival, bench.fault(l.n) as fault, booked.tenant_id, booked.deployment_id,
         p.currency, p.decimals,
         round((m.input * bench.input(l.n) + m.cache_read * bench.cache_read(l.n)
             + m.cache_write * bench.cache_write(l.n) + m.output * bench.output(l.n))
           * p.rate * p.markup, p.decimals) as amount
    from (select * from bench.entry_line
           order by case when :shuffled = 1 then bench.draw(n * 4 + copy, 30, 1 << 40)
                         else arrival end, n, copy) l
    join bench.place p on p.slot = bench.draw(l.n, 1, 65536)
    join bench.place booked on booked.slot
      = (p.slot + case when bench.fault(l.n) = 6 then 32768 else 0 end) % 65536
    join bench.model m on m.model_no = bench.draw(l.n, 14, 8)
) lines;
