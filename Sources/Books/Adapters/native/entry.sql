-- The tenants' ledger, append-only.
select entry_id, tenant_id, deployment_id, account, kind, request_id, amount, currency, quantity,
       unit, period, service_period, posted_at, reverses_entry_id, idempotency_key, reason, run_id,
       metadata
  from ledger.entry
