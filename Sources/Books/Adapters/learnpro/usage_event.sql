-- One row for each call. There is no natural key: a retry is a row of its own.
select c.id as event_id,
       c.id as request_id,
       null::text as provider_request_id,
       'primary'::text as attempt_kind,
       c.org_id as tenant_id,
       -- The role chooses the model. A call without one names its model itself.
       c.role::text as deployment_id,
       c.user_id::text as user_id,
       null::text as key_id,
       c.session_id,
       null::text as caller_type,
       -- called_at is written when the call is over.
       c.called_at - c.latency_ms * interval '1 millisecond' as occurred_at,
       c.called_at as recorded_at,
       case c.task when 'embed' then 'embed' else 'chat' end as operation,
       c.provider,
       c.model,
       'standard'::text as service_tier,
       false as is_batch,
       case when c.ok then 'ok' else 'error' end as status,
       true as billable,
       -- Of a stream only the length of the text is known.
       case when not c.ok then 'none' when c.task = 'stream' then 'estimated' else 'provider' end
         as token_basis,
       (c.input_tokens - least(coalesce(c.cached_tokens, 0), c.input_tokens))::bigint as input_tokens,
       least(coalesce(c.cached_tokens, 0), c.input_tokens)::bigint as cache_read_tokens,
       0::bigint as cache_write_5m_tokens,
       0::bigint as cache_write_1h_tokens,
       c.output_tokens::bigint as output_tokens,
       0::bigint as reasoning_tokens,
       null::numeric as quantity,
       null::text as unit,
       c.cost_usd as cost,
       -- Tenants pay what a call costs; a model of no price costs 0 until somebody rates it.
       c.cost_usd as charge,
       null::bigint as charge_minor,
       'USD'::text as currency,
       nullif(c.pricing_version, 'unknown') as price_version,
       null::text as policy_id
  from agent_calls c
