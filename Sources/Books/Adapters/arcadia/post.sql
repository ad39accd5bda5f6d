-- Adds an entry beside the events, which are the gateway's alone to send. The currency ($7) is
-- always the dollar here, and is not kept.
insert into llm_usage_adjustments
       (id, tenant_id, deployment_id, kind, gateway_request_id, amount, month, service_month,
        reverses_id, idempotency_key, reason, run_id, created_at)
values ($1, $2, $3, $4, $5, $6, $8, $9, $10, $11, $12, $13, coalesce($14, now()))
    on conflict (idempotency_key) do nothing
