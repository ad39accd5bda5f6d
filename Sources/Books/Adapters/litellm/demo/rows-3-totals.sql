-- What LiteLLM adds up beside its log: running totals and days.

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
       c.provider, sum(c.prompt) as prompt, sum(c.output) as output,
       sum(c.spend::float8 order by c.at) as spend, count(*) as requests,
       count(*) filter (where c.status = 'failure') as failed
  from call c group by 1, 2, 3, 4, 5, 6;

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
  from (select t.tag, to_char(c.at, 'YYYY-MM-DD') as date, c.key, c.model, c.provider,
               sum(c.prompt) as prompt, sum(c.output) as output,
               sum(c.spend::float8 order by c.at) as spend, count(*) as requests
          from call c, jsonb_array_elements_text(c.tags) t (tag)
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
   set spend = spend - 0.5, api_requests = api_requests - 2, prompt_tokens = prompt_tokens - 700000,
       completion_tokens = completion_tokens - 100000
 where user_id = 'fay';
-- A tag's row of more than all calls of its key and model that day.
update "LiteLLM_DailyTagSpend" set spend = spend * 40, api_requests = api_requests * 40
 where tag = 'chat' and date = '2026-10-27' and model = 'gpt-4o-mini';
-- A day that no calendar has is none of the month's.
insert into "LiteLLM_DailyTagSpend" (id, tag, date, api_key) values
  ('leap', 'chat', '2025-02-29', 'key-chat'), ('thirteenth', 'chat', '2026-13-01', 'key-chat');
