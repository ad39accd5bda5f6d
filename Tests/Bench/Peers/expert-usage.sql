-- Step 1, the usage: what is told twice comes out of the indexes alone, already sorted; then the
-- groups' sums in one pass, to be put right in step 4 for the few that are no one's to bill.
-- workers: 2 where this is the only connection.
set work_mem = '1GB';
set enable_seqscan = off;
insert into peer.doubtful_found
select request_id from gateway.usage_event group by request_id having count(*) > 1;
create temp table repeated_call as
select provider_request_id from gateway.usage_event
 where provider_request_id is not null
 group by provider_request_id having count(*) > 1;
analyze repeated_call;
insert into peer.doubtful_found
select request_id from gateway.usage_event join repeated_call using (provider_request_id);
reset enable_seqscan;
set max_parallel_workers_per_gather = :workers;
create unlogged table peer.usage_sum as
select tenant_id, coalesce(deployment_id, '') as deployment, currency, sum(charge) as charge,
       sum(round(charge, case currency when 'JPY' then 0 else 2 end)) as rounded
  from gateway.usage_event
 where status = 'ok' and billable and attempt_kind in ('primary', 'retry', 'fallback')
 group by tenant_id, deployment_id, currency;
