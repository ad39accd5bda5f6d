-- October 2026 in reflexio's events, and beside them the tenants' ledger, which is the contract's own.

insert into signal_prices values
  ('extraction_tokens', 0.000002, '2026-09'), ('learnings_generated', 0.01, '2026-09'),
  ('learning_applied', 0.005, '2026-09');

create function pg_temp.signal(
  key text, name text, pipeline text, count bigint, at timestamptz default '2026-10-15T10:30Z',
  org text default 'acme', request text default null, caller text default 'production_agent',
  platform boolean default true, entity text default 'record', category text default 'value',
  usr text default null
) returns void language sql as $$
  insert into usage_events
    (org_id, event_name, event_category, user_id, request_id, session_id, pipeline, entity_type,
     event_key, count_value, billing_input_tokens, prompt_tokens, completion_tokens, platform_llm,
     caller_type, created_at)
  values (org, name, category, usr, request, request, pipeline, entity, key,
          case when name <> 'extraction_tokens' then count end,
          case when name = 'extraction_tokens' then count end,
          case when name = 'extraction_tokens' then count + 200 end,
          case when name = 'extraction_tokens' then 150 end, platform, caller,
          extract(epoch from at))
$$;
create function pg_temp.billed(
  key text, amount numeric, org text default 'acme', at timestamptz default '2026-10-15T11:00Z'
) returns void language sql as $$
  insert into ledger.entry (entry_id, tenant_id, request_id, amount, period, posted_at)
  values ('e-' || key, org, key, amount, '2026-10-01', at)
$$;

------------------------------------------------------------------ good rows
-- Runs of profile and of playbook generation: tokens of the whole tool loop, and what was learned.
select pg_temp.signal(format('%s-x-%s', o.org, n), 'extraction_tokens',
         (array['profile_generation', 'playbook_generation'])[1 + n % 2], 5000 * (n % 3 + 1) + 500 * n,
         t.at, o.org, format('%s-run-%s', o.org, n), 'internal', (array[true, null])[1 + n % 2],
         usr => 'u' || n % 5),
       pg_temp.signal(format('%s-l-%s', o.org, n), 'learnings_generated',
         (array['profile_generation', 'playbook_generation'])[1 + n % 2], n % 4 + 1,
         t.at + interval '1 second', o.org, format('%s-run-%s', o.org, n), 'internal', n % 7 > 0,
         usr => 'u' || n % 5)
  from (values ('acme', 120), ('globex', 30)) o (org, runs), generate_series(1, o.runs) n,
       lateral (select timestamptz '2026-10-01T01:00Z' + n * interval '5 hours' as at) t;
-- Learnings applied for a production agent, and the searches they came by, which are never billed.
select pg_temp.signal(format('acme-a-%s', n), 'learning_applied', 'serving', n % 5 + 1, t.at, 'acme',
         format('acme-turn-%s', n), usr => 'u' || n % 5),
       pg_temp.signal(format('acme-s-%s', n), 'search_request', 'serving', 1, t.at, 'acme',
         format('acme-turn-%s', n), usr => 'u' || n % 5)
  from generate_series(1, 200) n,
       lateral (select timestamptz '2026-10-01T02:00Z' + n * interval '3 hours' as at) t;
insert into ledger.entry (entry_id, tenant_id, request_id, amount, period, posted_at)
select 'e-' || event_key, org_id, event_key,
       coalesce(billing_input_tokens, count_value) * unit_price, '2026-10-01',
       to_timestamp(created_at) + interval '1 hour'
  from usage_events join signal_prices using (event_name);

------------------------------------------------------------------ faults: billed, though excluded
-- On the tenant's own LLM key.
select pg_temp.signal('own-key', 'extraction_tokens', 'profile_generation', 60000, platform => false,
         request => 'r-1'), pg_temp.billed('own-key', 0.12);
-- The platform's own pipelines.
select pg_temp.signal('evaluated', 'extraction_tokens', 'evaluation', 70000, request => 'r-2'),
       pg_temp.billed('evaluated', 0.14),
       pg_temp.signal('reflected', 'learnings_generated', 'reflection', 3, request => 'r-3'),
       pg_temp.billed('reflected', 0.03);
-- A run that its gate skipped.
select pg_temp.signal('gated', 'learnings_generated', 'playbook_generation', 2, request => 'r-4',
         category => 'skipped'), pg_temp.billed('gated', 0.02);
-- Applied for a dashboard, and for a caller who is not told.
select pg_temp.signal('dashboard', 'learning_applied', 'serving', 4, request => 'r-5',
         caller => 'dashboard'), pg_temp.billed('dashboard', 0.02),
       pg_temp.signal('nobody', 'learning_applied', 'serving', 2, request => 'r-6', caller => null),
       pg_temp.billed('nobody', 0.01);
-- A search is for analytics only.
select pg_temp.signal('search', 'search_request', 'serving', 1, request => 'r-7'),
       pg_temp.billed('search', 0.005);
-- Nothing was learned, and a count was billed all the same.
select pg_temp.signal('nothing', 'learnings_generated', 'profile_generation', 0, request => 'r-8'),
       pg_temp.billed('nothing', 0.01);
-- A batch's event and one for each of its records: the work is billed twice.
select pg_temp.signal('batch', 'learnings_generated', 'profile_generation', 3, request => 'r-9',
         entity => 'batch'), pg_temp.billed('batch', 0.03);
select pg_temp.signal('record-' || n, 'learnings_generated', 'profile_generation', 1,
         timestamptz '2026-10-15T10:31Z' + n * interval '1 minute', request => 'r-9'),
       pg_temp.billed('record-' || n, 0.01) from generate_series(1, 3) n;

------------------------------------------------------------------ other faults
-- Retried under a fresh random key, within seconds: of a count, and of tokens.
select pg_temp.signal('applied-1', 'learning_applied', 'serving', 3, '2026-10-16T09:00:00Z',
         request => 'r-10', usr => 'u8'), pg_temp.billed('applied-1', 0.015),
       pg_temp.signal('applied-2', 'learning_applied', 'serving', 3, '2026-10-16T09:00:02Z',
         request => 'r-10', usr => 'u8'), pg_temp.billed('applied-2', 0.015);
select pg_temp.signal('tokens-1', 'extraction_tokens', 'profile_generation', 40000,
         '2026-10-16T09:10:00Z', request => 'r-11'), pg_temp.billed('tokens-1', 0.08),
       pg_temp.signal('tokens-2', 'extraction_tokens', 'profile_generation', 40000,
         '2026-10-16T09:10:03Z', request => 'r-11'), pg_temp.billed('tokens-2', 0.08);
-- A value signal that nobody billed.
select pg_temp.signal('forgotten', 'learnings_generated', 'playbook_generation', 5,
         request => 'r-12');
-- Billed by prompt tokens, which are cost only, instead of the canonical count.
select pg_temp.signal('by-prompt', 'extraction_tokens', 'profile_generation', 50000,
         request => 'r-13'), pg_temp.billed('by-prompt', 0.1004);

------------------------------------------------------------------ false alarms
-- On the tenant's own key, and not billed; a real zero, and not billed.
select pg_temp.signal('own-key-free', 'extraction_tokens', 'profile_generation', 61000,
         platform => false, request => 'r-20'),
       pg_temp.signal('zero', 'learnings_generated', 'profile_generation', 0, request => 'r-21');
-- Learnings made on the tenant's own key are billed: only tokens ask whose key it is.
select pg_temp.signal('own-learning', 'learnings_generated', 'profile_generation', 2,
         platform => false, request => 'r-22'), pg_temp.billed('own-learning', 0.02);
-- A platform key that is not told is the platform's.
select pg_temp.signal('untold', 'extraction_tokens', 'playbook_generation', 10000, platform => null,
         request => 'r-23'), pg_temp.billed('untold', 0.02);
-- The same count in two requests, and the same request again a minute later, are two.
select pg_temp.signal('same-1', 'learning_applied', 'serving', 2, '2026-10-17T09:00:00Z',
         request => 'r-24', usr => 'u8'), pg_temp.billed('same-1', 0.01),
       pg_temp.signal('same-2', 'learning_applied', 'serving', 2, '2026-10-17T09:00:01Z',
         request => 'r-25', usr => 'u8'), pg_temp.billed('same-2', 0.01),
       pg_temp.signal('same-3', 'learning_applied', 'serving', 2, '2026-10-17T09:01:00Z',
         request => 'r-24', usr => 'u8'), pg_temp.billed('same-3', 0.01);
-- A batch alone, and records alone, are each billed once.
select pg_temp.signal('batch-alone', 'learnings_generated', 'profile_generation', 4,
         request => 'r-26', entity => 'batch'), pg_temp.billed('batch-alone', 0.04);
select pg_temp.signal('alone-' || n, 'learnings_generated', 'profile_generation', n,
         request => 'r-27'), pg_temp.billed('alone-' || n, 0.01 * n) from generate_series(1, 3) n;
