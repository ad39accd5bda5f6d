-- A proxy's October 2026: teams with nothing wrong, and every fault once, each with a team of its own.
-- Times are UTC, as LiteLLM keeps them. The tenants' ledger beside it is the contract's own.

------------------------------------------------------------------------------------------ prices
-- US dollars for a million tokens, under each condition that the calls below were made in. The price
-- lists beside this file say the same, but for gpt-5.9-preview, which they do not have.
create temp table rate (model text, rated text, provider text not null, input numeric, output numeric,
                        cache_read numeric default 0, write_5m numeric default 0,
                        write_1h numeric default 0, primary key (model, rated));
insert into rate values
  ('claude-sonnet-4-5', 'standard', 'anthropic', 3,   15,  0.30, 3.75,  6),
  ('claude-opus-4-7',   'standard', 'anthropic', 5,   25,  0.50, 6.25,  10),
  ('claude-haiku-4-5',  'standard', 'anthropic', 1,   5,   0.10, 1.25,  2),
  ('claude-haiku-4-5',  'batch',    'anthropic', 0.5, 2.5, 0.05, 0.625, 1);
insert into rate values
  ('gpt-4o-mini',     'standard', 'openai', 0.15,  0.6, 0.075),
  ('gpt-5',           'standard', 'openai', 1.25,  10,  0.125),
  ('gpt-5',           'flex',     'openai', 0.625, 5,   0.0625),
  ('gpt-5',           'priority', 'openai', 2.5,   20,  0.25),
  ('gpt-5-nano',      'flex',     'openai', 0.025, 0.2, 0.0025),
  ('gpt-4.1-nano',    'standard', 'openai', 0.10,  0.4, 0.025),
  ('gpt-5.9-preview', 'standard', 'openai', 1.75,  14,  0.175),
  -- Cut to a fifth on the 16th.
  ('o3',              'standard', 'openai', 10,    40,  2.5),
  ('o3',              'cut',      'openai', 2,     8,   0.5),
  -- Past 200,000 tokens of prompt, cached ones among them, all of the call.
  ('gemini-2.5-pro',  'standard', 'gemini', 1.25,  10,  0.125),
  ('gemini-2.5-pro',  'long',     'gemini', 2.5,   15,  0.25),
  ('mistral-large-latest', 'standard', 'mistral', 0.5, 1.5, 0);

create temp table call (
  id text primary key, at timestamp not null, team text not null, key text not null,
  owner text not null, model text not null, provider text, prompt bigint not null,
  output bigint not null, cache_read bigint not null default 0,
  cache_write bigint not null default 0,      -- in all
  hour_write bigint not null default 0,       -- of these, for an hour
  reasoning bigint not null default 0,        -- of the output
  spend numeric,                              -- NULL = what it comes to
  rated text not null default 'standard',     -- under which condition it comes to that
  tier text,                                  -- that served it, where the provider says
  call_type text not null default 'acompletion', call_id text, session text,
  status text not null default 'success', cache_hit text not null default 'False',
  tags jsonb not null default '[]',
  billed boolean not null default true        -- whether the ledger has it, at its recorded cost
);

-- What a call comes to, exactly; LiteLLM then keeps it as float8.
create function pg_temp.cost(c call) returns numeric language sql as $$
  select ((c.prompt - c.cache_read - c.cache_write) * r.input + c.output * r.output
          + c.cache_read * r.cache_read + (c.cache_write - c.hour_write) * r.write_5m
          + c.hour_write * r.write_1h) / 1000000
    from rate r where r.model = c.model and r.rated = c.rated
$$;

-- LiteLLM's usage object: the provider's counts, the cache's share of the prompt among them.
create function pg_temp.usage(c call) returns jsonb language sql as $$
  select jsonb_build_object('usage_object', jsonb_strip_nulls(jsonb_build_object(
    'prompt_tokens', c.prompt, 'completion_tokens', c.output, 'total_tokens', c.prompt + c.output,
    'cache_read_input_tokens', nullif(c.cache_read, 0),
    'cache_creation_input_tokens', nullif(c.cache_write, 0),
    'service_tier', c.tier,
    'prompt_tokens_details', jsonb_build_object(
      'cached_tokens', c.cache_read, 'cache_creation_tokens', c.cache_write,
      'cache_creation_token_details', jsonb_build_object(
        'ephemeral_5m_input_tokens', c.cache_write - c.hour_write,
        'ephemeral_1h_input_tokens', c.hour_write)),
    'completion_tokens_details', jsonb_build_object('reasoning_tokens', c.reasoning))))
$$;

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
   300000, 100000, 0.30000000000000004),
  ('msg_float_2', '2026-10-06 11:00', 'initech', 'key-initech', 'ida', 'mistral-large-latest',
   300, 100, 0.00030000000000000003);
-- An answer out of the gateway's own cache costs nothing and bills nobody.
insert into call (id, at, team, key, owner, model, prompt, output, spend, cache_hit, billed)
values ('chatcmpl-g1007-1_cache_hit1759827600.25', '2026-10-07 08:00', 'globex', 'key-globex', 'gil',
        'gpt-4o-mini', 1553, 223, 0, 'True', false);
-- A failed call, free, as it should be.
insert into call (id, at, team, key, owner, model, prompt, output, spend, status, billed)
values ('d1c7-failed', '2026-10-07 09:00', 'globex', 'key-globex', 'gil', 'gpt-5', 0, 0, 0,
        'failure', false);
-- priced: rated right, wherever it is easy to be wrong.
insert into call (id, at, team, key, owner, model, prompt, output, cache_read, cache_write,
                  hour_write, reasoning, rated, tier)
values
  -- A million in and a million out: 5 and 25.
  ('msg_million', '2026-10-02 10:00', 'priced', 'key-priced', 'pia', 'claude-opus-4-7',
   1000000, 1000000, 0, 0, 0, 0, 'standard', null),
  -- 200,000 tokens of prompt are not long yet, one more is; what was cached counts.
  ('gen_200000', '2026-10-02 11:00', 'priced', 'key-priced', 'pia', 'gemini-2.5-pro',
   200000, 1000, 0, 0, 0, 0, 'standard', null),
  ('gen_200001', '2026-10-02 12:00', 'priced', 'key-priced', 'pia', 'gemini-2.5-pro',
   200001, 1000, 0, 0, 0, 0, 'long', null),
  ('gen_cached', '2026-10-02 13:00', 'priced', 'key-priced', 'pia', 'gemini-2.5-pro',
   262960, 1744, 257955, 0, 0, 0, 'long', null),
  -- Served as flex and as priority; asked for as flex, and served as any other.
  ('chatcmpl-p1', '2026-10-02 14:00', 'priced', 'key-priced', 'pia', 'gpt-5',
   1000, 1000, 0, 0, 0, 400, 'flex', 'flex'),
  ('chatcmpl-p2', '2026-10-02 15:00', 'priced', 'key-priced', 'pia', 'gpt-5',
   1000, 1000, 0, 0, 0, 0, 'priority', 'priority'),
  ('chatcmpl-p3', '2026-10-02 16:00', 'priced', 'key-priced', 'pia', 'gpt-5',
   1000, 1000, 512, 0, 0, 0, 'standard', 'default'),
  -- Writes to the cache, for five minutes and for an hour.
  ('msg_write_5m', '2026-10-02 17:00', 'priced', 'key-priced', 'pia', 'claude-sonnet-4-5',
   12307, 550, 0, 12304, 0, 0, 'standard', null),
  ('msg_write_1h', '2026-10-02 18:00', 'priced', 'key-priced', 'pia', 'claude-sonnet-4-5',
   22307, 550, 10000, 12304, 8192, 0, 'standard', null),
  -- The last call before the price was cut, and the first one after.
  ('chatcmpl-p4', '2026-10-15 23:45', 'priced', 'key-priced', 'pia', 'o3',
   100000, 20000, 40000, 0, 0, 15000, 'standard', null),
  ('chatcmpl-p5', '2026-10-16 00:00', 'priced', 'key-priced', 'pia', 'o3',
   100000, 20000, 40000, 0, 0, 15000, 'cut', null);
