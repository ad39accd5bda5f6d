-- Step 3: each event beside its entry by one hash join of lean rows; what pairs up in every respect
-- is clean unless steps 1 or 2 have seen it twice. On two connections, each takes half of the
-- requests (parts = 2).
set work_mem = '2GB';
set hash_mem_multiplier = 2;
insert into peer.doubtful_found
select coalesce(u.request_id, e.request_id)
  from (
    select request_id, tenant_id, deployment_id, currency,
           date_trunc('month', occurred_at)::date as month,
           round(charge, case currency when 'JPY' then 0 else 2 end) as expected
      from gateway.usage_event
     where status = 'ok' and billable and attempt_kind in ('primary', 'retry', 'fallback')
       and (:parts = 1 or abs(hashtext(request_id::text) % :parts) = :part)) u
  full join (
    select request_id, tenant_id, deployment_id, currency,
           coalesce(service_period, period) as month, amount
      from ledger.entry
     where account = 'llm_usage' and kind in ('usage', 'adjustment', 'reversal')
       and (:parts = 1 or abs(hashtext(request_id::text) % :parts) = :part)) e
    on e.request_id = u.request_id
 where (u.request_id is null and amount <> 0)
    or (e.request_id is null and expected <> 0)
    or u.request_id = e.request_id and (
      u.tenant_id <> e.tenant_id or u.deployment_id is distinct from e.deployment_id
      or u.currency <> e.currency or u.month <> e.month or amount <> expected);
