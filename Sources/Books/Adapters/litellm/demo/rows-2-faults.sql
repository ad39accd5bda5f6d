-- Every fault of the log, of the ledger and of rating, as the log has it.

----------------------------------------------------------------------------------- faults of the log
-- batchworks: the batch's cost is a charge; looks at it are polls, and an older version let each
-- carry the cost again. One poll was billed.
insert into call (id, at, team, key, owner, model, prompt, output, spend, call_type, billed) values
  ('batch_b1_batch_cost', '2026-10-08 12:00', 'batchworks', 'key-batch', 'bea',
   'mistral-large-latest', 1200000, 400000, 1.20, 'aretrieve_batch', true),
  ('0e4dpoll1', '2026-10-08 12:30', 'batchworks', 'key-batch', 'bea', 'mistral-large-latest',
   1200000, 400000, 1.20, 'aretrieve_batch', true),
  ('0e4dpoll2', '2026-10-08 13:00', 'batchworks', 'key-batch', 'bea', 'mistral-large-latest',
   1200000, 400000, 1.20, 'aretrieve_batch', false),
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
  ('msg_sept', '2026-09-20 10:00', 'carried', 'key-carried', 'cat', 'mistral-large-latest',
   1000000, 1000000, 2.00),
  ('msg_oct', '2026-10-20 10:00', 'carried', 'key-carried', 'cat', 'mistral-large-latest',
   250000, 250000, 0.50);
-- flushed: the team's total was lost in part when a pod went down, and so was a day of its user's.
insert into call (id, at, team, key, owner, model, prompt, output, spend)
select 'msg_flush_' || n, timestamp '2026-10-14 10:00' + n * interval '1 hour', 'flushed',
       'key-flushed', 'fay', 'mistral-large-latest', 350000, 50000, 0.25
  from generate_series(1, 4) n;

------------------------------------------------------------------------------- faults of the ledger
-- lost: the id was claimed, the write failed, and the retry was told success: nobody billed it.
insert into call (id, at, team, key, owner, model, prompt, output, spend, billed)
values ('msg_lost', '2026-10-15 10:00', 'lost', 'key-lost', 'lea', 'mistral-large-latest',
        500000, 100000, 0.40, false);
-- edges: the last half hour of October in UTC is November further east. One call was billed to
-- November alone, another to both months.
insert into call (id, at, team, key, owner, model, prompt, output, spend, billed) values
  ('msg_edge_1', '2026-10-31 23:31', 'edges', 'key-edges', 'eve', 'mistral-large-latest',
   600000, 200000, 0.60, false),
  ('msg_edge_2', '2026-10-31 23:45', 'edges', 'key-edges', 'eve', 'mistral-large-latest',
   800000, 200000, 0.70, true);
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
       'gpt-4o-mini', 37, 9, 0.00001095, false
  from generate_series(1, 1000) n;
-- lines: 81 entries rounded one by one lose two cents.
insert into call (id, at, team, key, owner, model, prompt, output, spend, billed)
select 'msg_line_' || n, timestamp '2026-10-18' + n * interval '1 minute', 'lines', 'key-lines', 'lin',
       'mistral-large-latest', 15994 - 3 * n, 1500 + n, 0.010247, false
  from generate_series(1, 81) n;
-- rebilled: billed wrongly, reversed, and billed right. Nothing is wrong with it any more.
insert into call (id, at, team, key, owner, model, prompt, output, spend, billed)
values ('msg_rebilled', '2026-10-19 10:00', 'rebilled', 'key-rebilled', 'ron',
        'mistral-large-latest', 600000, 400000, 0.90, false);

------------------------------------------------------------------- faults of rating, and billed on
-- fullprice: cache reads at the price of input.
insert into call (id, at, team, key, owner, model, prompt, output, cache_read, spend)
values ('msg_full', '2026-10-21 10:00', 'fullprice', 'key-full', 'flo', 'claude-haiku-4-5',
        1000000, 10000, 950000, 1.05);
-- eleven: counted as input and as cache reads, so that 0.05 for the cached tokens became 0.55.
insert into call (id, at, team, key, owner, model, prompt, output, cache_read, spend)
values ('msg_eleven', '2026-10-21 11:00', 'eleven', 'key-eleven', 'eli', 'claude-opus-4-7',
        100002, 400, 100000, 0.56001);
-- doubled: cache writes counted twice, 0.04614 each time.
insert into call (id, at, team, key, owner, model, prompt, output, cache_write, spend)
values ('msg_doubled', '2026-10-20 10:00', 'doubled', 'key-doubled', 'dee', 'claude-sonnet-4-5',
        12307, 550, 12304, 0.100539);
-- hourly: cache writes of an hour at the price of five minutes.
insert into call (id, at, team, key, owner, model, prompt, output, cache_write, hour_write, spend)
values ('msg_hourly', '2026-10-21 12:00', 'hourly', 'key-hourly', 'hal', 'claude-sonnet-4-5',
        12307, 550, 12304, 12304, 0.054399);
-- flexes: asked for and served as flex, rated as standard.
insert into call (id, at, team, key, owner, model, prompt, output, rated, tier, spend)
values ('chatcmpl-flex', '2026-10-22 10:00', 'flexes', 'key-flex', 'fred', 'gpt-5-nano',
        2000000, 500000, 'flex', 'flex', 0.30);
-- hurried: served as priority, rated as standard.
insert into call (id, at, team, key, owner, model, prompt, output, rated, tier, spend)
values ('chatcmpl-hurried', '2026-10-22 11:00', 'hurried', 'key-hurried', 'hue', 'gpt-5',
        1000, 1000, 'priority', 'priority', 0.01125);
-- longtier: past 200,000 tokens of prompt the whole call costs more; it was rated as a short one.
insert into call (id, at, team, key, owner, model, prompt, output, cache_read, rated, spend)
values ('gen_long', '2026-10-23 10:00', 'longtier', 'key-long', 'lou', 'gemini-2.5-pro',
        262960, 1744, 257955, 'long', 0.055940625);
-- repriced: a call of before the price was cut, rated anew at the prices of after it.
insert into call (id, at, team, key, owner, model, prompt, output, spend)
values ('chatcmpl-repriced', '2026-10-10 12:00', 'repriced', 'key-repriced', 'rex', 'o3',
        100000, 20000, 0.36);
-- unknown: a model that the price map does not have was recorded at 0, and so billed at 0.
insert into call (id, at, team, key, owner, model, prompt, output, spend)
values ('chatcmpl-new', '2026-10-24 10:00', 'unknown', 'key-new', 'uma', 'gpt-5.9-preview',
        3000000, 200000, 0);
-- shown: the proxy's own map did not have the model yet, so that it showed 1.16 where 185.00 was true.
insert into call (id, at, team, key, owner, model, prompt, output, spend)
select 'msg_shown_' || n, timestamp '2026-10-26' + n * interval '3 minutes', 'shown', 'key-shown',
       'shay', 'claude-opus-4-7', 125000, 5640, 0
  from generate_series(1, 240) n
union all
select 'msg_shown', '2026-10-27 10:00', 'shown', 'key-shown', 'shay', 'claude-opus-4-7', 200000, 6400,
       1.16;
-- chunks: a stream's usage was added up chunk by chunk.
insert into call (id, at, team, key, owner, model, prompt, output)
values ('chatcmpl-chunks', '2026-10-25 10:00', 'chunks', 'key-chunks', 'chu', 'gpt-4.1-nano',
        3000000, 600000);

------------------------------------------------------------------------------------------- the log
update call c set spend = coalesce(c.spend, pg_temp.cost(c)),
       provider = (select min(r.provider) from rate r where r.model = c.model);

insert into "LiteLLM_SpendLogs"
  (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens, "startTime",
   "endTime", model, model_group, custom_llm_provider, "user", metadata, cache_hit, request_tags,
   team_id, organization_id, session_id, status, litellm_call_id, created_at)
select c.id, c.call_type, c.key, c.spend::float8, c.prompt + c.output, c.prompt, c.output, c.at,
       c.at + interval '2 seconds', c.model, c.model, c.provider, c.owner, pg_temp.usage(c),
       c.cache_hit, c.tags, c.team, '', coalesce(c.session, 'session-' || c.id), c.status,
       coalesce(c.call_id, 'call-' || c.id), c.at + interval '5 seconds'
  from call c;

-- broken: a spend that is no number at all.
insert into "LiteLLM_SpendLogs"
  (request_id, call_type, api_key, spend, "startTime", "endTime", model, model_group,
   custom_llm_provider, "user", team_id, status)
values ('msg_nan', 'acompletion', 'key-broken', 'NaN', '2026-10-26 10:00', '2026-10-26 10:01',
        'mistral-large-latest', 'mistral-large-latest', 'mistral', 'bob', 'broken', 'success');
-- broken too: half a token out of a cache, and two numbers in one.
insert into "LiteLLM_SpendLogs"
  (request_id, call_type, api_key, spend, prompt_tokens, "startTime", "endTime", model, model_group,
   custom_llm_provider, "user", metadata, team_id, status)
select id, 'acompletion', 'key-broken', 0, 100, '2026-10-26 11:00', '2026-10-26 11:01',
       'mistral-large-latest', 'mistral-large-latest', 'mistral', 'bob',
       jsonb_build_object('usage_object', jsonb_build_object('cache_read_input_tokens', count)),
       'broken', 'success'
  from (values ('msg_half', jsonb '2.5'), ('msg_two', jsonb '"1;2"')) odd (id, count);
