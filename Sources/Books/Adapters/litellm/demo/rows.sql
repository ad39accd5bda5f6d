-- A proxy's October 2026: three teams with nothing wrong, and every fault once, each with a team of
-- its own. Times are UTC, as LiteLLM keeps them. The tenants' ledger beside it is the contract's own.


------------------------------------------------------------------------------------------ prices
-- US dollars for a million tokens, as the calls below were rated.
create temp table rate (model text primary key, provider text, input numeric, output numeric,
                        cache_read numeric, cache_write numeric);
insert into rate values
  ('claude-sonnet-4-5', 'anthropic', 3,    15, 0.30,  3.75),
  ('claude-opus-4-7',   'anthropic', 5,    25, 0.50,  6.25),
  ('claude-haiku-4-5',  'anthropic', 1,    5,  0.10,  1.25),
  ('gpt-4o-mini',       'openai',    0.15, 0.6, 0.075, 0),
  ('gpt-5',             'openai',    1.25, 10, 0.125, 0),
  ('gpt-5-nano',        'openai',    0.05, 0.4, 0.005, 0),
  ('gpt-4.1-nano',      'openai',    0.10, 0.4, 0.025, 0),
  ('gemini-2.5-pro',    'gemini',    1.25, 10, 0.125, 0),
  ('mistral-large-latest', 'mistral', 0.5, 1.5, 0.05, 0);

-- What a call comes to, exactly; LiteLLM then keeps it as float8.
create function pg_temp.cost(of_model text, prompt bigint, answer bigint, reads bigint, writes bigint)
returns numeric language sql as $$
  select ((prompt - reads - writes) * r.input + answer * r.output + reads * r.cache_read
          + writes * r.cache_write) / 1000000
    from rate r where r.model = of_model
$$;

-- LiteLLM's usage object: the provider's counts, the cache's share of the prompt among them.
create function pg_temp.usage(prompt bigint, output bigint, cache_read bigint, cache_write bigint,
                              tier text) returns jsonb language sql as $$
  select jsonb_build_object('usage_object', jsonb_strip_nulls(jsonb_build_object(
    'prompt_tokens', prompt, 'completion_tokens', output, 'total_tokens', prompt + output,
    'cache_read_input_tokens', nullif(cache_read, 0),
    'cache_creation_input_tokens', nullif(cache_write, 0),
    'service_tier', tier,
    'prompt_tokens_details', jsonb_build_object('cached_tokens', cache_read))))
$$;

create temp table call (
  id text primary key, at timestamp not null, team text not null, key text not null,
  owner text not null, model text not null, prompt bigint not null, output bigint not null,
  cache_read bigint not null default 0, cache_write bigint not null default 0,
  spend numeric,                              -- NULL = by the rates above
  call_type text not null default 'acompletion', call_id text, session text,
  status text not null default 'success', cache_hit text not null default 'False',
  tier text, tags jsonb not null default '[]',
  billed boolean not null default true        -- whether the ledger has it, at its exact cost
);

------------------------------------------------------------------------------------- good traffic
-- acme: Claude with a cache; a fresh session each time.
insert into call (id, at, team, key, owner, model, prompt, output, cache_read, cache_write)
select 'msg_a' || to_char(d, 'MMDD') || '_' || k || '_' || n,
       d + interval '6 hours' + n * interval '97 minutes' + k * interval '13 seconds',
       'acme', 'key-acme-' || k, 'ann', 'claude-sonnet-4-5',
       4000 + 37 * n + 11 * extract(day from d)::int, 300 + 7 * n, 2500, case when n = 1 then 900 else 0 end
  from generate_series(timestamp '2026-09-15', '2026-10-31', '1 day') d,
       generate_series(1, 2) k, generate_series(1, 6) n;
-- globex: two models of OpenAI.
insert into call (id, at, team, key, owner, model, prompt, output, cache_read, tags)
select 'chatcmpl-g' || to_char(d, 'MMDD') || '-' || n,
       d + interval '2 hours' + n * interval '51 minutes', 'globex', 'key-globex', 'gil',
       case when n % 3 = 0 then 'gpt-5' else 'gpt-4o-mini' end,
       1500 + 53 * n, 220 + 3 * n, case when n % 2 = 0 then 1024 else 0 end,
       -- Some are tagged twice: their tags' days come to more than the log, and that is no fault.
       case n % 4 when 0 then '["prod", "chat"]'::jsonb when 1 then '["prod"]' else '[]' end
  from generate_series(timestamp '2026-10-01', '2026-10-31', '1 day') d, generate_series(1, 12) n;
-- initech: the large model, and one without any bill to hold it against.
insert into call (id, at, team, key, owner, model, prompt, output)
select 'msg_i' || to_char(d, 'MMDD') || '_' || n,
       d + interval '9 hours' + n * interval '40 minutes', 'initech', 'key-initech', 'ida',
       case when n = 4 then 'mistral-large-latest' else 'claude-opus-4-7' end,
       2000 + 101 * n, 500 + 17 * n
  from generate_series(timestamp '2026-10-01', '2026-10-31', '1 day') d, generate_series(1, 4) n;
-- The log reaches back to August, so that a total since a key was made can be held against it.
insert into call (id, at, team, key, owner, model, prompt, output)
values ('msg_first', '2026-08-15 08:00', 'acme', 'key-acme-1', 'ann', 'claude-opus-4-7', 1000, 200);
-- A call of the last minutes of the 20th, which OpenAI counts on the 21st: no fault of either.
insert into call (id, at, team, key, owner, model, prompt, output)
values ('chatcmpl-midnight', '2026-10-20 23:57:30', 'globex', 'key-globex', 'gil', 'gpt-5', 8000, 1000);
-- One call id that a client gives to all it does, with different tokens each time: no duplicates.
insert into call (id, at, team, key, owner, model, prompt, output, call_id)
select 'msg_job_' || n, timestamp '2026-10-05 10:00' + n * interval '1 second', 'initech',
       'key-initech', 'ida', 'mistral-large-latest', 1000 + n, 100, 'job-1'
  from generate_series(1, 3) n;
-- The same question a minute later is another call.
insert into call (id, at, team, key, owner, model, prompt, output, session)
select 'msg_again_' || n, timestamp '2026-10-05 11:00' + n * interval '1 minute', 'initech',
       'key-initech', 'ida', 'mistral-large-latest', 777, 77, 'same-session'
  from generate_series(1, 2) n;
-- Float artefacts: 0.1 + 0.2, and twenty decimals.
insert into call (id, at, team, key, owner, model, prompt, output, spend) values
  ('msg_float_1', '2026-10-06 10:00', 'initech', 'key-initech', 'ida', 'mistral-large-latest',
   100, 10, 0.30000000000000004),
  ('msg_float_2', '2026-10-06 11:00', 'initech', 'key-initech', 'ida', 'mistral-large-latest',
   100, 11, 0.00030000000000000003);
-- An answer out of the gateway's own cache costs nothing and bills nobody.
insert into call (id, at, team, key, owner, model, prompt, output, spend, cache_hit, billed)
values ('chatcmpl-g1007-1_cache_hit1759827600.25', '2026-10-07 08:00', 'globex', 'key-globex', 'gil',
        'gpt-4o-mini', 1553, 223, 0, 'True', false);
-- A failed call, free, as it should be.
insert into call (id, at, team, key, owner, model, prompt, output, spend, status, billed)
values ('d1c7-failed', '2026-10-07 09:00', 'globex', 'key-globex', 'gil', 'gpt-5', 0, 0, 0,
        'failure', false);

----------------------------------------------------------------------------------- faults of the log
-- batchworks: the batch's cost is a charge; looks at it are polls, and an older version let each
-- carry the cost again. One poll was billed.
insert into call (id, at, team, key, owner, model, prompt, output, spend, call_type, billed) values
  ('batch_b1_batch_cost', '2026-10-08 12:00', 'batchworks', 'key-batch', 'bea',
   'mistral-large-latest', 400000, 100000, 1.20, 'aretrieve_batch', true),
  ('0e4dpoll1', '2026-10-08 12:30', 'batchworks', 'key-batch', 'bea', 'mistral-large-latest',
   400000, 100000, 1.20, 'aretrieve_batch', true),
  ('0e4dpoll2', '2026-10-08 13:00', 'batchworks', 'key-batch', 'bea', 'mistral-large-latest',
   400000, 100000, 1.20, 'aretrieve_batch', false),
  -- Billed by its provider on the 27th, while it was worked at, and logged when it was asked for.
  ('msgbatch_2_batch_cost', '2026-10-29 12:00', 'batchworks', 'key-batch', 'bea',
   'claude-haiku-4-5', 100000, 20000, 0.10, 'aretrieve_batch', true);
-- A response in the background: its cost is a charge too, a look at it is none.
insert into call (id, at, team, key, owner, model, prompt, output, spend, call_type, billed) values
  ('resp_1_background_cost', '2026-10-08 14:00', 'batchworks', 'key-batch', 'bea',
   'mistral-large-latest', 50000, 10000, 0.04, 'aget_responses', true),
  ('resp_1_look', '2026-10-08 14:05', 'batchworks', 'key-batch', 'bea', 'mistral-large-latest',
   0, 0, 0, 'aget_responses', false);
-- spans: the root and the one call under it are both logged, with one call id, and both billed.
insert into call (id, at, team, key, owner, model, prompt, output, spend, call_type, call_id) values
  ('resp_root', '2026-10-09 10:00:00', 'spans', 'key-spans', 'sam', 'mistral-large-latest',
   700000, 100000, 0.50, 'aresponses', 'span-1'),
  ('msg_child', '2026-10-09 10:00:00.5', 'spans', 'key-spans', 'sam', 'mistral-large-latest',
   700000, 100000, 0.50, 'acompletion', 'span-1');
-- retries: a retry minted a fresh id, and both were answered and billed.
insert into call (id, at, team, key, owner, model, prompt, output, spend, session) values
  ('msg_try_1', '2026-10-10 10:00:00', 'retries', 'key-retries', 'rob', 'mistral-large-latest',
   300000, 100000, 0.30, 'chat-9'),
  ('msg_try_2', '2026-10-10 10:00:02', 'retries', 'key-retries', 'rob', 'mistral-large-latest',
   300000, 100000, 0.30, 'chat-9');
-- dropped: a provider that gives no id, or the same one again. One row of five was kept; the totals
-- below have all five.
insert into call (id, at, team, key, owner, model, prompt, output, spend)
values ('None', '2026-10-11 10:00', 'dropped', 'key-dropped', 'dan', 'mistral-large-latest',
        200000, 100000, 0.25);
-- swarm: 120 keys in one flush, of which the daily totals kept the first hundred.
insert into call (id, at, team, key, owner, model, prompt, output, spend)
select 'msg_swarm_' || n, timestamp '2026-10-13 10:00' + n * interval '1 second', 'swarm',
       'key-swarm-' || to_char(n, 'FM000'), 'sue', 'mistral-large-latest', 20000, 0, 0.01
  from generate_series(1, 120) n;
-- carried: a key whose total was not set back on the first of the month.
insert into call (id, at, team, key, owner, model, prompt, output, spend) values
  ('msg_sept', '2026-09-20 10:00', 'carried', 'key-carried', 'cat', 'mistral-large-latest', 1, 1, 2.00),
  ('msg_oct', '2026-10-20 10:00', 'carried', 'key-carried', 'cat', 'mistral-large-latest', 1, 1, 0.50);
-- flushed: the team's total was lost in part when a pod went down, and so was a day of its user's.
insert into call (id, at, team, key, owner, model, prompt, output, spend)
select 'msg_flush_' || n, timestamp '2026-10-14 10:00' + n * interval '1 hour', 'flushed',
       'key-flushed', 'fay', 'mistral-large-latest', 10000, 1000, 0.25
  from generate_series(1, 4) n;

------------------------------------------------------------------------------- faults of the ledger
-- lost: the id was claimed, the write failed, and the retry was told success: nobody billed it.
insert into call (id, at, team, key, owner, model, prompt, output, spend, billed)
values ('msg_lost', '2026-10-15 10:00', 'lost', 'key-lost', 'lea', 'mistral-large-latest',
        100000, 10000, 0.40, false);
-- edges: the last half hour of October in UTC is November further east. One call was billed to
-- November alone, another to both months.
insert into call (id, at, team, key, owner, model, prompt, output, spend, billed) values
  ('msg_edge_1', '2026-10-31 23:31', 'edges', 'key-edges', 'eve', 'mistral-large-latest',
   100000, 10000, 0.60, false),
  ('msg_edge_2', '2026-10-31 23:45', 'edges', 'key-edges', 'eve', 'mistral-large-latest',
   110000, 10000, 0.70, true);
-- free: an answer out of the cache was billed, and a failed call was.
insert into call (id, at, team, key, owner, model, prompt, output, spend, status, cache_hit, billed)
values
  ('msg_hit_cache_hit1', '2026-10-16 10:00', 'free', 'key-free', 'fia', 'mistral-large-latest',
   5000, 500, 0, 'success', 'True', false),
  ('msg_fail', '2026-10-16 11:00', 'free', 'key-free', 'fia', 'mistral-large-latest', 0, 0, 0,
   'failure', 'False', false);
-- mite: a thousand calls of 37 in and 9 out are 0.01095 together, and nothing one by one.
insert into call (id, at, team, key, owner, model, prompt, output, spend, billed)
select 'msg_mite_' || n, timestamp '2026-10-17' + n * interval '1 minute', 'mite', 'key-mite', 'mia',
       'mistral-large-latest', 37, 9, 0.00001095, false
  from generate_series(1, 1000) n;
-- lines: 81 entries rounded one by one lose two cents.
insert into call (id, at, team, key, owner, model, prompt, output, spend, billed)
select 'msg_line_' || n, timestamp '2026-10-18' + n * interval '1 minute', 'lines', 'key-lines', 'lin',
       'mistral-large-latest', 15000 + n, 1500, 0.010247, false
  from generate_series(1, 81) n;
-- rebilled: billed wrongly, reversed, and billed right. Nothing is wrong with it any more.
insert into call (id, at, team, key, owner, model, prompt, output, spend, billed)
values ('msg_rebilled', '2026-10-19 10:00', 'rebilled', 'key-rebilled', 'ron',
        'mistral-large-latest', 60000, 6000, 0.90, false);

--------------------------------------------------------------------------- faults of rating, billed on
-- fullprice: cache reads at the price of input, eleven times what they cost.
insert into call (id, at, team, key, owner, model, prompt, output, cache_read, spend)
values ('msg_full', '2026-10-21 10:00', 'fullprice', 'key-full', 'flo', 'claude-haiku-4-5',
        1000000, 10000, 950000, 1.05);
-- flexes: asked for and served as flex, rated as standard.
insert into call (id, at, team, key, owner, model, prompt, output, tier, spend)
values ('chatcmpl-flex', '2026-10-22 10:00', 'flexes', 'key-flex', 'fred', 'gpt-5-nano',
        2000000, 500000, 'flex', 0.30);
-- longtier: past 200,000 tokens of prompt the whole call costs more; it was rated as a short one.
insert into call (id, at, team, key, owner, model, prompt, output, cache_read, spend)
values ('gen_long', '2026-10-23 10:00', 'longtier', 'key-long', 'lou', 'gemini-2.5-pro',
        262960, 1744, 257955, 0.055940625);
-- unknown: a model that the price map does not have was recorded at 0, and so billed at 0.
insert into call (id, at, team, key, owner, model, prompt, output, spend)
values ('chatcmpl-new', '2026-10-24 10:00', 'unknown', 'key-new', 'uma', 'gpt-5.9-preview',
        3000000, 200000, 0);
-- chunks: a stream's usage was added up chunk by chunk.
insert into call (id, at, team, key, owner, model, prompt, output)
values ('chatcmpl-chunks', '2026-10-25 10:00', 'chunks', 'key-chunks', 'chu', 'gpt-4.1-nano',
        3000000, 600000);

update call set spend = pg_temp.cost(model, prompt, output, cache_read, cache_write)
 where spend is null;

insert into "LiteLLM_SpendLogs"
  (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens, "startTime",
   "endTime", model, model_group, custom_llm_provider, "user", metadata, cache_hit, request_tags,
   team_id, organization_id, session_id, status, litellm_call_id, created_at)
select c.id, c.call_type, c.key, c.spend::float8, c.prompt + c.output, c.prompt, c.output, c.at,
       c.at + interval '2 seconds', c.model, c.model, coalesce(r.provider, 'openai'), c.owner,
       pg_temp.usage(c.prompt, c.output, c.cache_read, c.cache_write, c.tier), c.cache_hit, c.tags,
       c.team, '', coalesce(c.session, 'session-' || c.id), c.status,
       coalesce(c.call_id, 'call-' || c.id), c.at + interval '5 seconds'
  from call c left join rate r using (model);

-- broken: a spend that is no number at all.
insert into "LiteLLM_SpendLogs"
  (request_id, call_type, api_key, spend, "startTime", "endTime", model, model_group,
   custom_llm_provider, "user", team_id, status)
values ('msg_nan', 'acompletion', 'key-broken', 'NaN', '2026-10-26 10:00', '2026-10-26 10:01',
        'mistral-large-latest', 'mistral-large-latest', 'mistral', 'bob', 'broken', 'success');

------------------------------------------------------------------------------------ running totals
-- Added up as LiteLLM adds them, in float8 and in the order of the calls. All but acme's were made in
-- September, when the log was there already.
insert into "LiteLLM_TeamTable" (team_id, team_alias, spend, created_at, updated_at)
select team, initcap(team), sum(spend::float8 order by at),
       case team when 'acme' then date '2026-08-01' else '2026-09-01' end, '2026-11-01'
  from call group by team;
insert into "LiteLLM_UserTable" (user_id, spend, created_at, updated_at)
select owner, sum(spend::float8 order by at),
       case owner when 'ann' then date '2026-08-01' else '2026-09-01' end, '2026-11-01'
  from call group by owner;
-- A monthly budget: set back on the first of October.
insert into "LiteLLM_VerificationToken"
  (token, spend, total_spend, user_id, team_id, max_budget, budget_duration, budget_reset_at,
   created_at, updated_at)
select key, coalesce(sum(spend::float8 order by at) filter (where at >= '2026-10-01'), 0),
       sum(spend::float8 order by at), min(owner), min(team), 1000, '30d', '2026-11-01',
       case min(team) when 'acme' then date '2026-08-01' else '2026-09-01' end, '2026-11-01'
  from call group by key;
-- A key of long ago, whose first calls the log no longer has: its total says more than the log can.
update "LiteLLM_VerificationToken" set created_at = '2025-01-01', total_spend = total_spend + 500
 where token = 'key-acme-1';
-- A reset that is due and not done yet: the total still counts from the one before.
update "LiteLLM_VerificationToken" k
   set budget_reset_at = '2026-10-15', budget_duration = '30d',
       spend = (select sum(spend::float8 order by at) from call c
                 where c.key = k.token and c.at >= '2026-09-15')
 where token = 'key-acme-2';
-- dropped: 1.00 more than the log, in all four totals.
update "LiteLLM_VerificationToken" set spend = spend + 1, total_spend = total_spend + 1
 where token = 'key-dropped';
update "LiteLLM_TeamTable" set spend = spend + 1 where team_id = 'dropped';
update "LiteLLM_UserTable" set spend = spend + 1 where user_id = 'dan';
-- carried: not set back.
update "LiteLLM_VerificationToken" set spend = total_spend where token = 'key-carried';
-- flushed: 0.75 of the team's are lost.
update "LiteLLM_TeamTable" set spend = spend - 0.75 where team_id = 'flushed';

---------------------------------------------------------------------------------------- daily totals
create temp table daily as
select c.team, c.owner, to_char(c.at, 'YYYY-MM-DD') as date, c.key, c.model,
       coalesce(r.provider, 'openai') as provider, sum(c.prompt) as prompt, sum(c.output) as output,
       sum(c.spend::float8 order by c.at) as spend, count(*) as requests,
       count(*) filter (where c.status = 'failure') as failed
  from call c left join rate r using (model) group by 1, 2, 3, 4, 5, 6;

insert into "LiteLLM_DailyUserSpend"
  (id, user_id, date, api_key, model, model_group, custom_llm_provider, endpoint, prompt_tokens,
   completion_tokens, spend, api_requests, successful_requests, failed_requests)
select 'user ' || concat_ws(' ', owner, date, key, model), owner, date, key, model, model, provider,
       '/chat/completions', prompt, output, spend, requests, requests - failed, failed
  from daily where key !~ '^key-swarm-(10[1-9]|11.|120)$';
insert into "LiteLLM_DailyTeamSpend"
  (id, team_id, date, api_key, model, model_group, custom_llm_provider, endpoint, prompt_tokens,
   completion_tokens, spend, api_requests, successful_requests, failed_requests)
select 'team ' || concat_ws(' ', team, date, key, model), team, date, key, model, model, provider,
       '/chat/completions', prompt, output, spend, requests, requests - failed, failed
  from daily where key !~ '^key-swarm-(10[1-9]|11.|120)$';
insert into "LiteLLM_DailyTagSpend"
  (id, tag, date, api_key, model, model_group, custom_llm_provider, endpoint, prompt_tokens,
   completion_tokens, spend, api_requests, successful_requests)
select 'tag ' || concat_ws(' ', tag, date, key, model), tag, date, key, model, model, provider,
       '/chat/completions', prompt, output, spend, requests, requests
  from (select t.tag, to_char(c.at, 'YYYY-MM-DD') as date, c.key, c.model, r.provider,
               sum(c.prompt) as prompt, sum(c.output) as output,
               sum(c.spend::float8 order by c.at) as spend, count(*) as requests
          from call c join rate r using (model), jsonb_array_elements_text(c.tags) t (tag)
         group by 1, 2, 3, 4, 5) tagged;
-- dropped: the daily totals have the four calls that the log lost.
update "LiteLLM_DailyUserSpend"
   set spend = spend + 1, api_requests = api_requests + 4, prompt_tokens = prompt_tokens + 800000,
       completion_tokens = completion_tokens + 400000
 where user_id = 'dan';
update "LiteLLM_DailyTeamSpend"
   set spend = spend + 1, api_requests = api_requests + 4, prompt_tokens = prompt_tokens + 800000,
       completion_tokens = completion_tokens + 400000
 where team_id = 'dropped';
-- flushed: two of the day's four calls did not reach the user's row.
update "LiteLLM_DailyUserSpend"
   set spend = spend - 0.5, api_requests = api_requests - 2, prompt_tokens = prompt_tokens - 20000,
       completion_tokens = completion_tokens - 2000
 where user_id = 'fay';
-- A tag's row of more than all calls of its key and model that day.
update "LiteLLM_DailyTagSpend" set spend = spend * 40, api_requests = api_requests * 40
 where tag = 'chat' and date = '2026-10-27' and model = 'gpt-4o-mini';

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
       coalesce(r.provider, 'openai') as provider, model,
       prompt - c.cache_read - c.cache_write as input, c.cache_read, c.cache_write, c.output,
       'standard' as tier
  from call c left join rate r using (model)
 where coalesce(r.provider, 'openai') in ('anthropic', 'openai') and at >= '2026-10-01'
   and cache_hit = 'False' and id not in ('chatcmpl-chunks', 'msgbatch_2_batch_cost')
union all
-- The log has three times what the stream of chunks used.
select '2026-10-25', 'openai', 'gpt-4.1-nano', 1000000, 0, 0, 200000, 'standard'
union all
select '2026-10-27', 'anthropic', 'claude-haiku-4-5', 100000, 0, 0, 20000, 'batch'
union all
-- A client that went away: the provider answered and bills it, and no row was ever written.
select '2026-10-12', 'anthropic', 'claude-sonnet-4-5', 5000, 0, 0, 800, 'standard';

create temp table charged as
select b.day, b.provider, b.model, b.tier, p.component, sum(p.quantity) as quantity,
       sum(p.quantity * p.price) / 1000000 as amount
  from billed b
  left join rate r using (model)
  -- Half the price for batches, and for what was served as flex; the new model has a price, though the map lacks it.
  cross join lateral (select case when model = 'gpt-5-nano' or tier = 'batch' then 0.5 else 1 end as share) s
  cross join lateral (values
    ('input', b.input, coalesce(r.input, 1.75) * share),
    ('cache_read', b.cache_read, coalesce(r.cache_read, 0.175) * share),
    ('cache_write_5m', b.cache_write, coalesce(r.cache_write, 0) * share),
    ('output', b.output, coalesce(r.output, 14) * share)) p (component, quantity, price)
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
