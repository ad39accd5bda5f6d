-- October 2026 at learnpro: 20,000 tokens a day and user, the model steps down from 80 percent of
-- them on. Tenants are billed in the contract's own ledger, call by call.
do $$ begin
  execute format('alter database %I set learnpro.daily_limit_tokens = %L', current_database(), '20000');
  execute format('alter database %I set learnpro.downgrade_threshold = %L', current_database(), '0.8');
end $$;

insert into organizations (id, name) values ('north', 'North School'), ('south', 'South School');

create function pg_temp.id(name text) returns uuid language sql immutable
  return md5('learnpro ' || name)::uuid;

insert into users (id, org_id, email)
select pg_temp.id(name), org, name || '@example.org'
  from (values ('ann', 'north'), ('ben', 'north'), ('cid', 'north'), ('dot', 'north'), ('eve', 'north'),
               ('fay', 'south'), ('gus', 'south'), ('hal', 'south'), ('ida', 'south')) u (name, org);

-- A call as learnpro records it: priced by its own table, exact to the sixth decimal.
create procedure pg_temp.call(
  name text, caller text, org text, role agent_role, model text, input integer, output integer,
  at timestamptz, task agent_task default 'complete', latency integer default 2000,
  ok boolean default true
) language plpgsql as $$
declare
  input_price numeric;
  output_price numeric;
begin
  select p.i, p.o into input_price, output_price
    from (values ('claude-opus-4-7', 15, 75), ('claude-sonnet-4-6', 3, 15),
                 ('claude-haiku-4-5-20251001', 1, 5)) p (m, i, o) where p.m = model;
  insert into agent_calls (id, org_id, user_id, session_id, provider, model, role, task,
    input_tokens, output_tokens, cost_usd, pricing_version, latency_ms, ok, called_at)
  values (pg_temp.id(name), org, case when caller <> '' then pg_temp.id(caller) end,
    'session of ' || caller || ' ' || at::date, 'anthropic', model, role, task, input, output,
    coalesce(round((input * input_price + output * output_price) / 1000000, 6), 0),
    case when input_price is null then 'unknown' else '2026-04-26' end, latency, ok, at);
end $$;

-- Good days: every user 5 calls a day, 1,900 to 2,000 tokens each, below 16,000 in all.
do $$
declare c record;
begin
  for c in
    select u.email, split_part(u.email, '@', 1) as who, u.org_id, d, n
      from users u, generate_series(1, 31) d, generate_series(1, 5) n
     where u.email not like 'eve@%' order by 1, 4, 5
  loop
    call pg_temp.call(format('%s %s %s', c.who, c.d, c.n), c.who, c.org_id,
      (array['tutor', 'tutor', 'grader', 'reflection', 'router'])[c.n]::agent_role,
      (array['claude-opus-4-7', 'claude-opus-4-7', 'claude-haiku-4-5-20251001', 'claude-opus-4-7',
             'claude-haiku-4-5-20251001'])[c.n],
      1600 + 31 * c.n + ascii(c.who), 150 + 3 * c.n,
      '2026-10-01T08:00:00Z'::timestamptz + (c.d - 1) * interval '1 day' + c.n * interval '1 hour'
        + ascii(c.who) * interval '1 minute');
  end loop;
end $$;

-- What must not be found ------------------------------------------------------------------------

-- The last call of a day passes the limit: it started below it.
call pg_temp.call('overshoot 1', 'ann', 'north', 'tutor', 'claude-opus-4-7', 4000, 500, '2026-10-05T15:00:00Z');
call pg_temp.call('overshoot 2', 'ann', 'north', 'tutor', 'claude-sonnet-4-6', 9000, 900, '2026-10-05T15:10:00Z');
-- Embeddings pass, and count in no budget.
call pg_temp.call('embedding', 'ann', 'north', null, 'voyage-3', 50000, 0, '2026-10-05T15:20:00Z', 'embed');
-- A refused call: it failed, and used nothing.
call pg_temp.call('refused', 'ann', 'north', 'tutor', 'claude-opus-4-7', 0, 0, '2026-10-05T15:30:00Z', ok => false);
-- The next UTC day begins anew, an hour before midnight in New York.
call pg_temp.call('next day', 'ann', 'north', 'tutor', 'claude-opus-4-7', 1000, 100, '2026-10-06T00:00:02Z', latency => 1000);
-- A tutor steps down from opus to sonnet, a grader stays on haiku, a request names opus itself.
call pg_temp.call('down 1', 'ben', 'north', 'tutor', 'claude-opus-4-7', 6000, 900, '2026-10-07T16:00:00Z');
call pg_temp.call('down 2', 'ben', 'north', 'tutor', 'claude-sonnet-4-6', 300, 20, '2026-10-07T16:10:00Z');
call pg_temp.call('down 3', 'ben', 'north', 'grader', 'claude-haiku-4-5-20251001', 300, 21, '2026-10-07T16:20:00Z');
call pg_temp.call('down 4', 'ben', 'north', null, 'claude-opus-4-7', 300, 22, '2026-10-07T16:30:00Z');
-- Two long calls side by side: neither could know of the other.
call pg_temp.call('side 1', 'cid', 'north', 'tutor', 'claude-opus-4-7', 8000, 500, '2026-10-08T16:00:50Z', latency => 50000);
call pg_temp.call('side 2', 'cid', 'north', 'tutor', 'claude-opus-4-7', 8000, 501, '2026-10-08T16:00:52Z', latency => 50000);
-- Work of the system itself is nobody's budget.
call pg_temp.call('system', '', 'north', 'reflection', 'claude-opus-4-7', 90000, 500, '2026-10-08T20:00:00Z');
-- A stream: output by its characters, no input.
call pg_temp.call('stream', 'dot', 'north', 'tutor', 'claude-opus-4-7', 0, 333, '2026-10-09T16:00:00Z', 'stream');

-- What must be found ----------------------------------------------------------------------------

-- budget-overrun: two calls that started when 20,000 tokens were used up. They were stepped down.
call pg_temp.call('overrun 1', 'eve', 'north', 'tutor', 'claude-opus-4-7', 15000, 999, '2026-10-12T09:00:00Z');
call pg_temp.call('overrun 2', 'eve', 'north', 'tutor', 'claude-opus-4-7', 4000, 1, '2026-10-12T09:10:00Z');
call pg_temp.call('overrun 3', 'eve', 'north', 'tutor', 'claude-sonnet-4-6', 700, 50, '2026-10-12T09:20:00Z');
call pg_temp.call('overrun 4', 'eve', 'north', 'tutor', 'claude-sonnet-4-6', 800, 60, '2026-10-12T09:30:00Z');
-- missed-downgrade: opus again with 17,000 of 20,000 used.
call pg_temp.call('missed 1', 'eve', 'north', 'tutor', 'claude-opus-4-7', 16500, 500, '2026-10-13T09:00:00Z');
call pg_temp.call('missed 2', 'eve', 'north', 'tutor', 'claude-opus-4-7', 600, 40, '2026-10-13T09:10:00Z');
call pg_temp.call('missed 3', 'eve', 'north', 'tutor', 'claude-opus-4-7', 700, 45, '2026-10-13T09:20:00Z');
-- suspected-duplicate: a retry is a row of its own.
call pg_temp.call('retry 1', 'eve', 'north', 'grader', 'claude-haiku-4-5-20251001', 901, 77, '2026-10-14T09:00:00Z');
call pg_temp.call('retry 2', 'eve', 'north', 'grader', 'claude-haiku-4-5-20251001', 901, 77, '2026-10-14T09:00:03Z');
-- A model of no price: it costs 0 and is flagged.
call pg_temp.call('unknown', 'fay', 'south', 'tutor', 'claude-opus-5', 1000, 100, '2026-10-15T16:00:00Z');
-- price-variance: every call of opus, for the table has it at 15 and 75 where the provider's list says
-- 5 and 25. One call was rated anew by the list, and is right.
update agent_calls set cost_usd = cost_usd / 3 where id = pg_temp.id('ida 20 1');

-- The tenants' ledger: each call once, at its cost.
insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period, posted_at)
select 'entry ' || c.id, c.org_id, c.role::text, c.id::text, c.cost_usd, '2026-10-01',
       c.called_at + interval '1 minute'
  from agent_calls c
 where c.ok and c.pricing_version <> 'unknown';

-- unbilled: a call that never reached the ledger.
delete from ledger.entry where request_id = pg_temp.id('gus 9 1')::text;
-- double-billed: one that reached it twice.
insert into ledger.entry (entry_id, tenant_id, deployment_id, request_id, amount, period, posted_at)
select entry_id || ' again', tenant_id, deployment_id, request_id, amount, period,
       posted_at + interval '1 minute'
  from ledger.entry where request_id = pg_temp.id('hal 9 1')::text;
