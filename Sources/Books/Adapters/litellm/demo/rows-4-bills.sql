-- What is billed: to the tenants by the ledger, and by the providers.

------------------------------------------------------------------------------- the tenants' ledger
insert into ledger.entry
  (entry_id, tenant_id, deployment_id, kind, request_id, amount, period, posted_at)
select 'e-' || id, team, model, 'usage', id, round(spend::float8::text::numeric, 18),
       date_trunc('month', at)::date, at + interval '10 minutes'
  from call where billed;
-- What each good group loses by rounding once, so that October ties out but for the faults.
insert into ledger.entry (entry_id, tenant_id, deployment_id, kind, amount, period, posted_at)
select 'round-' || team || '-' || model || '-' || month, team, model, 'rounding',
       round(total, 2) - total, month, '2026-10-31 23:59:59+00'
  from (select team, model, date_trunc('month', at)::date as month,
               sum(round(spend::float8::text::numeric, 18)) as total
          from call where billed group by 1, 2, 3) g
 where round(total, 2) <> total;
insert into ledger.entry
  (entry_id, tenant_id, deployment_id, kind, request_id, amount, period, posted_at, reverses_entry_id)
values
  -- edges: to November alone; and once more, to November.
  ('e-edge-1', 'edges', 'mistral-large-latest', 'usage', 'msg_edge_1', 0.60, '2026-11-01',
   '2026-11-01 00:10:00+00', null),
  ('e-edge-3', 'edges', 'mistral-large-latest', 'usage', 'msg_edge_2', 0.70, '2026-11-01',
   '2026-11-01 00:12:00+00', null),
  -- free: billed all the same.
  ('e-hit', 'free', 'mistral-large-latest', 'usage', 'msg_hit_cache_hit1', 0.20, '2026-10-01',
   '2026-10-16 12:00:00+00', null),
  ('e-fail', 'free', 'mistral-large-latest', 'usage', 'msg_fail', 0.10, '2026-10-01',
   '2026-10-16 12:00:00+00', null),
  -- ghost: for a call that no log has.
  ('e-ghost', 'ghost', 'mistral-large-latest', 'usage', 'msg_ghost', 0.35, '2026-10-01',
   '2026-10-16 12:00:00+00', null),
  -- rebilled: 0.95, taken back, then 0.90.
  ('e-re-1', 'rebilled', 'mistral-large-latest', 'usage', 'msg_rebilled', 0.95, '2026-10-01',
   '2026-10-19 12:00:00+00', null),
  ('e-re-2', 'rebilled', 'mistral-large-latest', 'reversal', 'msg_rebilled', -0.95, '2026-10-01',
   '2026-10-19 13:00:00+00', 'e-re-1'),
  ('e-re-3', 'rebilled', 'mistral-large-latest', 'usage', 'msg_rebilled', 0.90, '2026-10-01',
   '2026-10-19 14:00:00+00', null);
-- mite and lines: each rounded to cents by itself.
insert into ledger.entry
  (entry_id, tenant_id, deployment_id, kind, request_id, amount, period, posted_at)
select 'e-' || id, team, model, 'usage', id, round(spend, 2), '2026-10-01', at + interval '10 minutes'
  from call where team in ('mite', 'lines');

-------------------------------------------------------------------------------- the providers' bills
-- As `tieout bills import` leaves them: tokens and amounts per day, model and kind of token. What the
-- provider counted is the log, but for the faults.
create temp table billed as
select case when id = 'chatcmpl-midnight' then date '2026-10-21' else at::date end as day,
       model, rated, prompt - cache_read - cache_write as input, cache_read,
       cache_write - hour_write as write_5m, hour_write as write_1h, output
  from call
 where provider in ('anthropic', 'openai') and at >= '2026-10-01' and cache_hit = 'False'
   and id not in ('chatcmpl-chunks', 'msgbatch_2_batch_cost')
union all
-- The log has three times what the stream of chunks used.
select '2026-10-25', 'gpt-4.1-nano', 'standard', 1000000, 0, 0, 0, 200000
union all
select '2026-10-27', 'claude-haiku-4-5', 'batch', 100000, 0, 0, 0, 20000
union all
-- A client that went away: the provider answered and bills it, and no row was ever written.
select '2026-10-12', 'claude-sonnet-4-5', 'standard', 5000, 0, 0, 0, 800;

create temp table charged as
select b.day, r.provider, model,
       case when rated in ('batch', 'flex', 'priority') then rated else 'standard' end as tier,
       p.component, sum(p.quantity) as quantity, sum(p.quantity * p.price) / 1000000 as amount
  from billed b join rate r using (model, rated)
  cross join lateral (values
    ('input', b.input, r.input), ('cache_read', b.cache_read, r.cache_read),
    ('cache_write_5m', b.write_5m, r.write_5m), ('cache_write_1h', b.write_1h, r.write_1h),
    ('output', b.output, r.output)) p (component, quantity, price)
 where p.quantity > 0
 group by 1, 2, 3, 4, 5;

insert into tieout.bill_import (import_number, provider, account, report, source)
values (1, 'anthropic', 'production', 'usage', 'anthropic-usage.json'),
       (2, 'anthropic', 'production', 'cost', 'anthropic-cost.json'),
       (3, 'openai', 'production', 'usage', 'openai-usage.json'),
       (4, 'openai', 'production', 'cost', 'openai-costs.json');
insert into tieout.bill_bucket (import_number, bucket_start, bucket_end, digest)
select i.import_number, d at time zone 'UTC', (d + interval '1 day') at time zone 'UTC', 'fixture'
  from tieout.bill_import i,
       generate_series(timestamp '2026-10-01', '2026-10-31', '1 day') d;
insert into tieout.bill_row
  (import_number, bucket_start, bucket_end, row_id, basis, model, component, service_tier, quantity,
   amount, currency)
select i.import_number, c.day::timestamp at time zone 'UTC',
       (c.day + 1)::timestamp at time zone 'UTC', concat_ws(' ', i.report, c.day, c.model, c.component, c.tier),
       case i.report when 'usage' then 'quantity' else 'amount' end,
       -- Providers tell the release that answered.
       c.model || case c.provider when 'anthropic' then '-20250929' else '-2025-08-07' end,
       c.component, c.tier, case i.report when 'usage' then c.quantity end,
       case i.report when 'cost' then c.amount end, 'USD'
  from charged c join tieout.bill_import i using (provider);
