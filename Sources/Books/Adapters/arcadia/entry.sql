-- The cloud's ledger: the events that the gateway sent, and what was added to them since.
select 'u' || id::text as entry_id, tenant_id, deployment_id, 'llm_usage'::text as account,
       'usage'::text as kind, gateway_request_id as request_id, customer_charge as amount,
       'USD'::text as currency, (input_tokens + output_tokens)::numeric as quantity,
       'token'::text as unit, date_trunc('month', occurred_at at time zone 'UTC')::date as period,
       null::date as service_period, occurred_at as posted_at, null::text as reverses_entry_id,
       null::text as idempotency_key, null::text as reason, null::text as run_id,
       '{}'::jsonb as metadata
  from llm_usage_events
union all
select id, tenant_id, deployment_id, 'llm_usage', kind, gateway_request_id, amount, 'USD', null,
       null, month, service_month, created_at, reverses_id, idempotency_key, reason, run_id,
       '{}'::jsonb
  from llm_usage_adjustments
