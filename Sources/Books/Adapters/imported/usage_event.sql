-- What `tieout import` took in, and beside each event the other payloads told under its id.
select event_id, request_id, provider_request_id, attempt_kind, tenant_id, deployment_id, user_id,
       key_id, session_id, caller_type, occurred_at, recorded_at, operation, provider, model,
       service_tier, is_batch, status, billable, token_basis, input_tokens, cache_read_tokens,
       cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, quantity,
       unit, cost, charge, charge_minor, currency, price_version, policy_id
  from tieout.imported_event
union all
select event_id, request_id, provider_request_id, attempt_kind, tenant_id, deployment_id, user_id,
       key_id, session_id, caller_type, occurred_at, recorded_at, operation, provider, model,
       service_tier, is_batch, status, billable, token_basis, input_tokens, cache_read_tokens,
       cache_write_5m_tokens, cache_write_1h_tokens, output_tokens, reasoning_tokens, quantity,
       unit, cost, charge, charge_minor, currency, price_version, policy_id
  from tieout.imported_conflict
