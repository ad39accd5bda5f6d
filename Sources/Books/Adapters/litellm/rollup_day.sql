-- LiteLLM's daily totals. A call counts under each of its tags, so that tags do not add up.
with daily as (
  select 'user.day' as rollup, id, user_id as entity, date, api_key, custom_llm_provider, model,
         api_requests, prompt_tokens, completion_tokens, spend, true as additive
    from "LiteLLM_DailyUserSpend"
  union all
  select 'tenant.day', id, team_id, date, api_key, custom_llm_provider, model,
         api_requests, prompt_tokens, completion_tokens, spend, true
    from "LiteLLM_DailyTeamSpend"
  union all
  select 'tag.day', id, tag, date, api_key, custom_llm_provider, model,
         api_requests, prompt_tokens, completion_tokens, spend, false
    from "LiteLLM_DailyTagSpend"
)
select
  d.rollup,
  d.id                                                       as row_id,
  nullif(d.entity, '')                                       as entity_id,
  -- A text: a day that no calendar has is none.
  case when d.date ~ '^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$' then
    case when right(d.date, 2)::int <= extract(day from (left(d.date, 8) || '01')::date
                                                        + interval '1 month - 1 day')
      then d.date::date end
  end                                                        as day,
  nullif(d.api_key, '')                                      as key_id,
  case d.custom_llm_provider
    when '' then null
    when 'text-completion-openai' then 'openai'
    else d.custom_llm_provider
  end                                                        as provider,
  case
    when d.custom_llm_provider <> '' and starts_with(d.model, d.custom_llm_provider || '/')
      then substr(d.model, length(d.custom_llm_provider) + 2)
    else d.model
  end                                                        as model,
  d.api_requests                                             as requests,
  d.prompt_tokens                                            as input_tokens,
  d.completion_tokens                                        as output_tokens,
  round(d.spend::text::numeric, 18)                          as amount,
  d.additive
from daily d
