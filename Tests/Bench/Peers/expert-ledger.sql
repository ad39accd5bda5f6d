-- Step 2, the ledger: the same. The month is written out, not as coalesce(service_period, period),
-- so that the planner knows that it is nearly every row.
set work_mem = '1GB';
set enable_seqscan = off;
insert into peer.doubtful_found
select request_id from ledger.entry
 where request_id is not null group by request_id having count(*) > 1;
reset enable_seqscan;
set max_parallel_workers_per_gather = :workers;
create unlogged table peer.entry_sum as
select tenant_id, coalesce(deployment_id, '') as deployment, currency, kind,
       sum(amount) as amount
  from ledger.entry
 where account = 'llm_usage'
   and (service_period = '2026-10-01' or service_period is null and period = '2026-10-01')
 group by tenant_id, deployment_id, currency, kind;
