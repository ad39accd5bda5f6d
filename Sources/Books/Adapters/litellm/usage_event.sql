-- LiteLLM's log of calls: one row for each, and for each look at a batch.
-- Prompt tokens include what was read from and written to a cache: the buckets are taken apart here.
select
  l.request_id                                               as event_id,
  l.request_id                                               as request_id,
  nullif(l.litellm_call_id, '')                              as provider_request_id,
  case
    when l.request_id ~ '_(batch|background)_cost$' then 'primary'
    when l.call_type ~ '^a?(get|retrieve|list|cancel|delete)_' then 'poll'
    when l.api_key = 'litellm-internal-health-check' then 'internal'
    else 'primary'
  end                                                        as attempt_kind,
  coalesce(nullif(l.team_id, ''), nullif(l.organization_id, ''), nullif(l.end_user, ''),
           nullif(l."user", ''), nullif(l.api_key, ''), 'unknown')
                                                             as tenant_id,
  coalesce(nullif(l.model_group, ''), nullif(l.model, ''))   as deployment_id,
  nullif(l."user", '')                                       as user_id,
  nullif(l.api_key, '')                                      as key_id,
  nullif(l.session_id, '')                                   as session_id,
  null::text                                                 as caller_type,
  l."startTime" at time zone 'UTC'                           as occurred_at,
  coalesce(l.created_at, l."endTime") at time zone 'UTC'     as recorded_at,
  case
    when l.request_id ~ '_batch_cost$' or l.call_type ~ '_batch$' then 'batch'
    when l.call_type ~ 'embedding$' then 'embed'
    when l.call_type ~ 'image' then 'image'
    when l.call_type ~ '(speech|transcription|realtime)$' then 'audio'
    when l.call_type ~ 'rerank$' then 'rerank'
    when l.call_type ~ 'search$' then 'search'
    else 'chat'
  end                                                        as operation,
  case l.custom_llm_provider
    when '' then null
    when 'text-completion-openai' then 'openai'
    else l.custom_llm_provider
  end                                                        as provider,
  case
    when l.custom_llm_provider <> '' and starts_with(l.model, l.custom_llm_provider || '/')
      then substr(l.model, length(l.custom_llm_provider) + 2)
    else l.model
  end                                                        as model,
  case coalesce(u.usage ->> 'service_tier', l.metadata ->> 'service_tier')
    when 'flex' then 'flex'
    when 'priority' then 'priority'
    else 'standard'
  end                                                        as service_tier,
  l.request_id ~ '_batch_cost$'
    or coalesce(u.usage ->> 'service_tier', '') = 'batch'    as is_batch,
  case when coalesce(l.status, 'success') in ('success', '') then 'ok' else 'error' end
                                                             as status,
  coalesce(l.cache_hit, '') <> 'True'                        as billable,
  'provider'::text                                           as token_basis,
  l.prompt_tokens - t.cache_read - t.cache_write             as input_tokens,
  t.cache_read                                               as cache_read_tokens,
  t.cache_write - t.cache_write_1h                           as cache_write_5m_tokens,
  t.cache_write_1h                                           as cache_write_1h_tokens,
  l.completion_tokens::bigint                                as output_tokens,
  t.reasoning                                                as reasoning_tokens,
  null::numeric                                              as quantity,
  null::text                                                 as unit,
  round(l.spend::text::numeric, 18)                          as cost,
  round(l.spend::text::numeric, 18)                          as charge,
  null::bigint                                               as charge_minor,
  'USD'::char(3)                                             as currency,
  null::text                                                 as price_version,
  null::text                                                 as policy_id
from "LiteLLM_SpendLogs" l
cross join lateral (
  select case
    when jsonb_typeof(l.metadata -> 'usage_object') = 'object' then l.metadata -> 'usage_object'
    when jsonb_typeof(l.metadata -> 'additional_usage_values') = 'object'
      then l.metadata -> 'additional_usage_values'
    else '{}'::jsonb
  end as usage
) u
cross join lateral (
  select
    u.usage ->> 'cache_read_input_tokens'                                  as cache_read,
    u.usage #>> '{prompt_tokens_details,cached_tokens}'                    as cached,
    u.usage ->> 'cache_creation_input_tokens'                              as cache_write,
    u.usage #>> '{prompt_tokens_details,cache_creation_tokens}'            as cache_created,
    u.usage #>>
      '{prompt_tokens_details,cache_creation_token_details,ephemeral_1h_input_tokens}'
                                                                           as cache_write_1h,
    u.usage #>> '{completion_tokens_details,reasoning_tokens}'             as reasoning
) d
cross join lateral (
  -- A call whose counts cannot be read has none, and is set aside.
  select bool_and(part is null or part ~ '^-?[0-9]{1,18}$') as are_readable
    from unnest(array[d.cache_read, d.cached, d.cache_write, d.cache_created, d.cache_write_1h,
                      d.reasoning]) part
) c
cross join lateral (
  select
    case when c.are_readable
      then coalesce(nullif(d.cache_read::bigint, 0), d.cached::bigint, 0) end as cache_read,
    case when c.are_readable
      then coalesce(nullif(d.cache_write::bigint, 0), d.cache_created::bigint, 0)
    end as cache_write,
    case when c.are_readable then coalesce(d.cache_write_1h::bigint, 0) end as cache_write_1h,
    case when c.are_readable then coalesce(d.reasoning::bigint, 0) end as reasoning
) t
