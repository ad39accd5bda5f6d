-- Step 2, the ledger: the same.
set work_mem = '1GB';
set enable_seqscan = off;
insert into peer.doubtful_found
select request_id from ledger.entry
 where request_id is not null group by request_id having count(*) > 1;
reset enable_seqscan;
insert into peer.entry_sum
select tenant_id, coalesce(deployment_id, ''), currency, kind, sum(amount)
  from ledger.entry
   where account = 'llm_usage' and coalesce(service_period, period) = '2026-10-01'
 group by tenant_id, deployment_id, currency, kind;
