-- October 2026 at constructive. Months of the plans begin on the 15th. The platform's ledger knows
-- databases, the ledger in acme's own schema knows its users; in the one a positive delta is usage, in
-- the other a negative one.
create function pg_temp.id(name text) returns uuid language sql immutable
  return case name when 'platform' then '00000000-0000-0000-0000-000000000000'::uuid
                   when 'acme' then 'aaaaaaaa-0000-4000-8000-000000000000'
                   when 'beta' then 'bbbbbbbb-0000-4000-8000-000000000000'
                   when 'gamma' then 'cccccccc-0000-4000-8000-000000000000'
                   when 'delta' then 'dddddddd-0000-4000-8000-000000000000'
                   when 'echo' then 'eeeeeeee-0000-4000-8000-000000000000'
                   else md5('constructive ' || name)::uuid end;

insert into metaschema_public.database
select pg_temp.id(name), name
  from unnest(array['platform', 'acme', 'beta', 'gamma', 'delta', 'echo']) name;
insert into metaschema_public.schema (id, database_id, schema_name)
select pg_temp.id(schema_name), pg_temp.id(split_part(schema_name, '_', 1)), schema_name
  from unnest(array['platform_billing', 'platform_billing_private', 'platform_usage', 'acme_billing',
                    'acme_billing_private']) schema_name;
-- Only the platform and acme have meters: of the others' users there is no book.
insert into metaschema_modules_public.billing_module
       (database_id, schema_id, private_schema_id, ledger_table_name)
select pg_temp.id(name), pg_temp.id(name || '_billing'), pg_temp.id(name || '_billing_private'), 'ledger'
  from unnest(array['platform', 'acme']) name;
insert into metaschema_modules_public.plans_module (database_id, schema_id)
select pg_temp.id(name), pg_temp.id(name || '_billing') from unnest(array['platform', 'acme']) name;
insert into metaschema_modules_public.inference_log_module (database_id, schema_id)
values (pg_temp.id('platform'), pg_temp.id('platform_usage'));

insert into platform_billing.meters
       (slug, meter_type, credit_cost, category_meter, period_interval, unit)
values ('claude-sonnet', 'quota', 0.01, 'inference', '1 month', 'tokens'),
       ('claude-haiku', 'quota', 0.002, 'inference', '1 month', 'tokens'),
       ('gpt-mini', 'quota', 0.001, 'inference', '1 month', 'tokens'),
       ('inference', 'usage_pool', 2, 'universal', '1 month', 'unit'),
       ('universal', 'usage_pool', 1, null, null, 'credit'),
       ('vision', 'boolean', 1, null, null, null);
insert into acme_billing.meters select * from platform_billing.meters;

-- -1 is unlimited, 0 is none; without a row there is none either.
insert into platform_billing.plan_meter_limits
values ('team', 'claude-sonnet', 300000), ('team', 'claude-haiku', -1), ('team', 'inference', 400),
       ('free', 'claude-sonnet', 0), ('free', 'claude-haiku', 50000), ('free', 'inference', 100),
       ('tiny', 'claude-sonnet', 10000), ('tiny', 'inference', 60);
insert into platform_billing.plan_subscriptions (entity_id, plan_id, started_at)
values (pg_temp.id('acme'), 'team', '2026-07-15'), (pg_temp.id('beta'), 'free', '2026-07-15'),
       (pg_temp.id('delta'), 'tiny', '2026-07-15'), (pg_temp.id('echo'), 'tiny', '2026-07-15');
insert into platform_billing.meter_credits
       (entity_id, meter_slug, credit_type, amount, created_at, expires_at)
values (pg_temp.id('delta'), 'universal', 'purchase', 200, '2026-10-01', null),
       (pg_temp.id('delta'), 'universal', 'promotion', 500, '2026-09-01', '2026-10-01');
insert into acme_billing.plan_meter_limits
values ('seat', 'claude-sonnet', -1), ('seat', 'claude-haiku', -1), ('seat', 'gpt-mini', -1);
insert into acme_billing.plan_subscriptions (entity_id, plan_id, started_at)
values (pg_temp.id('ann'), 'seat', '2026-07-15'), (pg_temp.id('bob'), 'seat', '2026-07-15');

-- What is recorded: the balance is reset by whoever comes first in a new month, and told after it.
create procedure pg_temp.record(
  billing text, entity text, meter text, amount numeric, at timestamptz,
  type text default 'increment'
) language plpgsql as $$
declare
  usage numeric;
  begun timestamptz := date_trunc('month', at - interval '14 days') + interval '14 days';
  way int := case billing when 'acme_billing' then -1 else 1 end;
begin
  if type = 'increment' and meter in ('inference', 'universal') then type := 'credit_deduction'; end if;
  execute format('insert into %I.balances as b values ($1, $2, $3, $4, $5)
    on conflict (entity_id, meter_slug) do update
      set usage = case when b.period_start < excluded.period_start then 0 else b.usage end + $3,
          period_start = greatest(b.period_start, excluded.period_start), updated_at = $5
    returning usage', billing)
    into usage using pg_temp.id(entity), meter, amount, begun, at;
  execute format('insert into %I.ledger (entity_id, meter_slug, entry_type, delta, usage_after, created_at)
    values ($1, $2, $3, $4, $5, $6)', billing)
    using pg_temp.id(entity), meter, type, way * amount, usage, at;
end $$;

create procedure pg_temp.log(
  name text, db text, actor text, model text, input bigint, output bigint, at timestamptz,
  service text default 'chat', status text default 'success', raw jsonb default '{}',
  cached bigint default null
) language sql as $$
  insert into platform_usage.usage_log_inferences (id, database_id, entity_id, actor_id, model,
    provider, service, operation, input_tokens, output_tokens, total_tokens, cache_read_tokens,
    status, raw_usage, created_at)
  values (pg_temp.id(name), pg_temp.id(db), pg_temp.id(db), pg_temp.id(actor), model, 'mixed', service,
    'chat/completions', input, output, input + output, cached, status, raw, at)
$$;

-- A call as it should be told: logged, and recorded some seconds later in both tiers.
create procedure pg_temp.call(
  name text, db text, actor text, model text, input bigint, output bigint, at timestamptz,
  account text default null, amount numeric default null, lag interval default '3 seconds'
) language plpgsql as $$
begin
  call pg_temp.log(name, db, actor, model, input, output, at);
  call pg_temp.record('platform_billing', db, coalesce(account, model),
    coalesce(amount, input + output), at + lag);
  if actor in ('ann', 'bob') then
    call pg_temp.record('acme_billing', actor, model, input + output, at + lag * 1.5);
  end if;
end $$;

-- Good days.
do $$
declare d int;
declare n int;
declare at timestamptz;
begin
  for d in 0..30 loop
    for n in 1..4 loop
      at := '2026-10-01T08:00:00Z'::timestamptz + d * interval '1 day' + n * interval '2 hours';
      call pg_temp.call(format('a %s %s', d, n), 'acme', 'ann', 'claude-sonnet', 900 + 7 * d + n, 150 + d, at,
        lag => n * interval '4 seconds');
      call pg_temp.call(format('b %s %s', d, n), 'acme', 'bob', 'claude-haiku', 500 + 3 * d + n, 90 + d,
        at + interval '10 minutes');
      -- gpt-mini is in no plan: 1,000 tokens are 1 unit of the pool.
      call pg_temp.call(format('c %s %s', d, n), 'beta', 'cyd', 'gpt-mini', 600 + d + n, 100 + d,
        at + interval '20 minutes', 'inference', (700 + 2 * d + n) * 0.001);
      call pg_temp.call(format('h %s %s', d, n), 'beta', 'cyd', 'claude-haiku', 200 + d + n, 50,
        at + interval '30 minutes');
    end loop;
  end loop;
end $$;

-- What must not be found ------------------------------------------------------------------------

-- Down the waterfall, each quantity whole. September's usage is of a month that is over, though nobody
-- has reset the balance since: 10,000 tokens, 60 units and 200 credits are to be had.
call pg_temp.record('platform_billing', 'delta', 'claude-sonnet', 9999, '2026-09-20T09:00:00Z');
call pg_temp.call('w1', 'delta', 'dan', 'claude-sonnet', 8000, 1000, '2026-10-20T09:00:00Z');
call pg_temp.call('w2', 'delta', 'dan', 'claude-sonnet', 1500, 500, '2026-10-20T09:10:00Z', 'inference', 20);
call pg_temp.call('w3', 'delta', 'dan', 'claude-sonnet', 900, 100, '2026-10-20T09:20:00Z');
call pg_temp.call('w4', 'delta', 'dan', 'claude-sonnet', 4900, 100, '2026-10-20T09:30:00Z', 'universal', 100);
call pg_temp.call('w5', 'delta', 'dan', 'claude-sonnet', 2900, 100, '2026-10-20T09:40:00Z', 'inference', 30);
-- A balance of August that nobody has looked at since.
call pg_temp.record('platform_billing', 'echo', 'claude-sonnet', 9000, '2026-08-20T09:00:00Z');
-- A limit of 0 is none: the pool takes it.
call pg_temp.call('z1', 'beta', 'cyd', 'claude-sonnet', 900, 100, '2026-10-20T10:00:00Z', 'inference', 10);
-- Estimated tokens, a failed call, a model without a meter, a database without billing.
call pg_temp.call('e1', 'acme', 'bob', 'claude-haiku', 25, 13, '2026-10-20T10:10:00Z');
update platform_usage.usage_log_inferences set raw_usage = null where id = pg_temp.id('e1');
call pg_temp.log('x1', 'acme', 'ann', 'claude-sonnet', 0, 0, '2026-10-20T10:20:00Z', status => 'error');
call pg_temp.log('x2', 'acme', 'ann', 'nomic-embed-text', 500, 0, '2026-10-20T10:30:00Z', 'embed');
call pg_temp.log('x3', 'gamma', 'gil', 'claude-sonnet', 500, 50, '2026-10-20T10:40:00Z');
-- Recorded twice, and taken back an hour later.
call pg_temp.call('t1', 'acme', 'ann', 'claude-sonnet', 700, 77, '2026-10-21T09:00:00Z');
call pg_temp.record('platform_billing', 'acme', 'claude-sonnet', 777, '2026-10-21T09:00:05Z');
call pg_temp.record('platform_billing', 'acme', 'claude-sonnet', -777, '2026-10-21T10:00:00Z', 'decrement');

-- The same, found by October's run and taken back in November, by hand: the entry tells what it rights.
call pg_temp.call('t2', 'acme', 'ann', 'claude-sonnet', 800, 88, '2026-10-21T11:00:00Z');
call pg_temp.record('platform_billing', 'acme', 'claude-sonnet', 888, '2026-10-21T11:00:05Z');
insert into platform_billing.ledger (entity_id, meter_slug, entry_type, delta, created_at, metadata)
select entity_id, meter_slug, 'adjustment', -888, '2026-11-02T08:00:00Z',
       jsonb_build_object('reason', 'meter-misallocation', 'service_period', '2026-10-01',
                          'reverses_entry_id', id, 'idempotency_key', 'by hand')
  from platform_billing.ledger where delta = 888 and created_at = '2026-10-21T11:00:05Z';

-- What must be found ----------------------------------------------------------------------------

-- meter-misallocation, the call should not have been made: a test of 1 unit let it through, and 10
-- units and 100 credits are too little for 8,000 tokens.
call pg_temp.log('f1', 'delta', 'dan', 'claude-sonnet', 7900, 100, '2026-10-20T11:00:00Z');
-- … past the limit: as before, and booked to the pool all the same.
call pg_temp.call('f2', 'delta', 'dan', 'claude-sonnet', 6900, 100, '2026-10-20T11:10:00Z', 'inference', 70);
-- … unrecorded: fire and forget, and forgotten.
call pg_temp.log('f3', 'acme', 'ann', 'claude-sonnet', 1000, 100, '2026-10-22T09:00:00Z');
-- … twice: a retry records again.
call pg_temp.call('f4', 'acme', 'ann', 'claude-sonnet', 1200, 34, '2026-10-23T09:00:00Z');
call pg_temp.record('platform_billing', 'acme', 'claude-sonnet', 1234, '2026-10-23T09:00:04Z');
-- … wrong account: the pool, though the meter had room.
call pg_temp.call('f5', 'acme', 'ann', 'claude-sonnet', 1150, 50, '2026-10-24T09:00:00Z', 'inference', 12);
-- … wrong amount.
call pg_temp.call('f6', 'acme', 'ann', 'claude-sonnet', 950, 50, '2026-10-25T09:00:00Z', 'claude-sonnet', 1500);
-- … wrong meter.
call pg_temp.call('f7', 'acme', 'bob', 'claude-haiku', 1300, 13, '2026-10-26T09:00:00Z', 'claude-sonnet');
-- … no usage behind it.
call pg_temp.record('platform_billing', 'acme', 'claude-sonnet', 4321, '2026-10-27T09:00:00Z');

-- tier-gap: in the platform's ledger alone, and in acme's alone.
call pg_temp.log('f8', 'acme', 'ann', 'claude-sonnet', 800, 8, '2026-10-28T09:00:00Z');
call pg_temp.record('platform_billing', 'acme', 'claude-sonnet', 808, '2026-10-28T09:00:03Z');
call pg_temp.log('f9', 'acme', 'bob', 'claude-haiku', 600, 6, '2026-10-28T10:00:00Z');
call pg_temp.record('acme_billing', 'bob', 'claude-haiku', 606, '2026-10-28T10:00:03Z');

-- suspected-duplicate: a turn that the proxy has seen and the agent reports, cached tokens and all.
call pg_temp.call('f10', 'acme', 'ann', 'claude-sonnet', 400, 44, '2026-10-29T09:00:00Z');
update platform_usage.usage_log_inferences set cache_read_tokens = 5000 where id = pg_temp.id('f10');
call pg_temp.log('f10 again', 'acme', 'ann', 'claude-sonnet', 5400, 44, '2026-10-29T09:00:02Z', 'agent',
  cached => 5000);
