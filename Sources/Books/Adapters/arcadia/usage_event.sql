-- The gateway's log of what it sent to the cloud: a row for each sending.
select id::text as event_id, gateway_request_id as request_id, provider_request_id,
       attempt as attempt_kind, tenant_id, deployment_id, user_id, api_key_id as key_id, session_id,
       caller as caller_type, occurred_at, logged_at as recorded_at, 'chat'::text as operation,
       provider, model, service_tier, false as is_batch, status, billable,
       'provider'::text as token_basis, input_tokens, 0::bigint as cache_read_tokens,
       0::bigint as cache_write_5m_tokens, 0::bigint as cache_write_1h_tokens, output_tokens,
       0::bigint as reasoning_tokens, null::numeric as quantity, null::text as unit,
       provider_cost as cost, customer_charge as charge, customer_charge_cents as charge_minor,
       'USD'::text as currency, price_version, policy_id
  from gateway_usage_log
