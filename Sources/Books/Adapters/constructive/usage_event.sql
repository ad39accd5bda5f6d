-- The log of inferences of each database.
select l.id as event_id,
       -- The log has the column and hardly ever fills it.
       coalesce(l.request_id, l.id) as request_id,
       null::text as provider_request_id,
       -- What an agent reports of itself, beside what the proxy has seen.
       case when l.service = 'agent' then 'external_report' else 'primary' end as attempt_kind,
       coalesce(l.database_id::text, {database_id}) as tenant_id,
       null::text as deployment_id,
       l.actor_id::text as user_id,
       null::text as key_id,
       null::text as session_id,
       l.service as caller_type,
       l.created_at as occurred_at,
       l.created_at as recorded_at,
       case when l.operation ilike '%embed%' then 'embed' else 'chat' end as operation,
       l.provider,
       l.model,
       'standard'::text as service_tier,
       false as is_batch,
       case when l.status in ('ok', 'success') then 'ok' else 'error' end as status,
       true as billable,
       -- Without a usage report of the provider's, tokens are characters ÷ 4.
       case when l.raw_usage is null then 'estimated' else 'provider' end as token_basis,
       t.input as input_tokens,
       coalesce(l.cache_read_tokens, 0) as cache_read_tokens,
       coalesce(l.cache_write_tokens, 0) as cache_write_5m_tokens,
       0::bigint as cache_write_1h_tokens,
       l.output_tokens,
       0::bigint as reasoning_tokens,
       -- What is metered.
       (l.total_tokens - l.input_tokens + t.input)::numeric as quantity,
       'token'::text as unit,
       null::numeric as cost,
       -- Calls cost units of their meters, and no money.
       0::numeric as charge,
       null::bigint as charge_minor,
       'USD'::text as currency,
       null::text as price_version,
       null::text as policy_id
  from {log} l,
       lateral (
         select case when l.service = 'agent'
                     then greatest(l.input_tokens - coalesce(l.cache_read_tokens, 0)
                                   - coalesce(l.cache_write_tokens, 0), 0)
                     else l.input_tokens end as input
       ) t
