-- The gateway's log, about in the order of arrival, or shuffled.
insert into gateway.usage_event
  (event_id, request_id, provider_request_id, attempt_kind, tenant_id, deployment_id, user_id,
   session_id, caller_type, occurred_at, recorded_at, provider, model, status, billable,
   input_tokens, cache_read_tokens, cache_write_5m_tokens, output_tokens, reasoning_tokens,
   cost, charge, charge_minor, currency, price_version)
select
  cast(bench.id('evt', n * 2 + copy) as :id_type),
  cast(bench.id('req', case when fault in (10, 11) then n * 2 + copy else n * 2 end) as :id_type),
  case when bench.draw(n, 15, 100) > 7 or fault in (10, 11)
    then 'call_' || substr(
      md5(case when fault = 11 then n * 2 + copy else n * 2 end || 'call' || :seed), 1, 24) end,
  case when is_billed
    then (array['primary', 'primary', 'primary', 'primary', 'primary', 'primary', 'primary',
      'primary', 'retry', 'fallback'])[1 + bench.draw(n, 16, 10)]
    else (array['primary', 'internal', 'poll'])[1 + bench.draw(n, 17, 100)] end,
  tenant_id, deployment_id,
  case when bench.draw(n, 23, 10) > 0 then 'usr_' || lpad(to_hex(bench.draw(n, 24, 900)), 6, '0') end,
  'ses_' || substr(md5(n / 64 || '-' || bench.draw(n, 25, 8) || 'ses' || :seed), 1, 16),
  'production_agent',
  bench.at(bench.occurred(n) + case when fault = 11 then copy * 2000000 else 0 end),
  bench.at(arrival),
  provider, model,
  case when fault = 8 or not is_billed and bench.draw(n, 17, 100) = 0 then 'error' else 'ok' end,
  is_billed or bench.draw(n, 17, 100) <> 1,
  input, cache_read, cache_write, output,
  case when reasons then output * bench.draw(n, 26, 80) / 100 else 0 end,
  cost, charge, round(charge, decimals) * (case decimals when 0 then 1 else 100 end), currency,
  '2026-07'
from (
  select l.n, l.copy, l.arrival, bench.fault(l.n) as fault, bench.is_billed(l.n) as is_billed,
         p.tenant_id, p.deployment_id, p.currency, p.decimals, m.provider, m.model, m.reasons,
         t.input, t.cache_read, t.cache_write, t.output, c.cost, c.cost * p.markup as charge
    from (select * from bench.event_line
           order by case when :shuffled = 1 then bench.draw(n * 2 + copy, 27, 1 << 40)
                         else arrival end, n, copy) l
    join bench.place p on p.slot = bench.draw(l.n, 1, 65536)
    join bench.model m on m.model_no = bench.draw(l.n, 14, 8)
   cross join lateral (
     select bench.input(l.n) as input, bench.cache_read(l.n) as cache_read,
            bench.cache_write(l.n) as cache_write, bench.output(l.n) as output offset 0) t
   cross join lateral (
     select (m.input * t.input + m.cache_read * t.cache_read + m.cache_write * t.cache_write
       + m.output * t.output) * p.rate as cost offset 0) c
) calls;
