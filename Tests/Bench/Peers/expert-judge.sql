-- Step 4: the details of the doubtful few, by their indexes, and the groups' figures.
\set judge `cat "$PEERS/judge.sql"`
\set groups `cat "$PEERS/groups.sql"`
set work_mem = '256MB';
create temp table doubtful as select distinct request_id from peer.doubtful_found;
analyze doubtful;
copy (
with :judge,
charged_sum as (
  select * from peer.usage_sum
  union all
  select tenant_id, deployment, currency, -charge, -expected from candidate
   where turn > 1 or request_id in (select request_id from told_before)
),
entry_sum as (select * from peer.entry_sum),
:groups
select code, subject::text, trim_scale(amount) from (
  select code, subject::text, amount from finding
  union all
  select code, subject, amount from figures) f
) to stdout (format csv);
