-- October 2026 as the cloud stored it: what the gateway sent, then the cloud's side of every fault.
-- The series are those of rows.sql, for the two databases know nothing of each other.

------------------------------------------------------------------ good rows
insert into llm_usage_events
  (tenant_id, deployment_id, gateway_request_id, occurred_at, input_tokens, output_tokens,
   customer_charge, customer_charge_cents)
select tenant, deployment, request, at, input, output, charge, round(charge * 100)
  from (
    select 'acme' as tenant, d.name as deployment, 'acme-' || d.name || '-' || n as request,
           timestamptz '2026-10-01T00:10Z' + n * interval '3 hours' as at,
           1000 + n as input, 100 + n as output,
           ((1000 + n) * 3 + (100 + n) * 15) / 1000000.0 * 1.2 as charge
      from (values ('dev', 40), ('prod', 240)) d (name, calls), generate_series(1, d.calls) n
    union all
    select 'globex', 'c' || d, 'globex-' || d || '-' || n,
           timestamptz '2026-10-12T08:00Z' + n * interval '5 hours', 6000 + n, 694,
           (6000 + n) * 0.000005 + 694 * 0.000025
      from generate_series(1, 3) d, generate_series(-10, 10) n where n <> 0
    union all
    select 'globex', 'c' || d, 'globex-rest-' || d,
           timestamptz '2026-10-20T08:00Z' + d * interval '1 minute', tokens, 0, tokens * 0.000005
      from (values (1, 11600), (2, 11600), (3, 11600), (4, 800), (5, 400000)) c (d, tokens)
    union all
    select p.tenant, 'main', p.tenant || '-' || n,
           timestamptz '2026-10-02T12:00Z' + n * interval '1 day', 90000, 10000, 100000 * p.price
      from (values ('hooli', 1, 6, 0.000002), ('initech', 1, 15, 0.000002),
                   ('pied', 1, 15, 0.000002), ('stark', 1, 10, 0.000002),
                   ('vandelay', 1, 2, 0.000002), ('vandelay', 20, 21, 0.000001))
             p (tenant, first, last, price), generate_series(p.first, p.last) n) sent
 order by at, request;

-- True-ups of plans: period charge less usage posted.
insert into llm_usage_adjustments (id, tenant_id, kind, amount, month, idempotency_key, created_at)
values
  -- 20 + 500,000 × 0.000002, less 3.00 of usage
  ('true-up-initech', 'initech', 'true_up', 18, '2026-10-01', 'initech 2026-10', '2026-11-01T01:00Z'),
  ('true-up-hooli', 'hooli', 'true_up', 18.80, '2026-10-01', 'hooli 2026-10', '2026-11-01T01:00Z'),
  ('true-up-stark', 'stark', 'true_up', 22, '2026-10-01', 'stark 2026-10', '2026-11-01T01:00Z'),
  -- 20 × 16/31 + 40 × 15/31 = 29.677…, less 0.60 of usage
  ('true-up-vandelay', 'vandelay', 'true_up', 29.08, '2026-10-01', 'vandelay 2026-10',
   '2026-11-01T01:00Z');

-- period_lines: one line a deployment, its exact charges summed and rounded once, none of 0.
insert into llm_invoice_lines
  (id, invoice_id, tenant_id, deployment_id, period_start, period_end, line_text, quantity,
   amount_cents)
select 'line-' || deployment_id, 'inv-globex', tenant_id, deployment_id, '2026-10-01', '2026-10-31',
       format('LLM tokens — %s in / %s out (%s requests)', sum(input_tokens), sum(output_tokens),
              count(*)),
       sum(input_tokens + output_tokens), round(sum(customer_charge) * 100)
  from llm_usage_events where tenant_id = 'globex' group by tenant_id, deployment_id
having round(sum(customer_charge) * 100) <> 0;

------------------------------------------------------------------ faults
create function pg_temp.stored(
  request text, charge numeric, tokens bigint, at timestamptz default '2026-10-15T10:30Z',
  deployment text default 'prod', tenant text default 'acme'
) returns void language sql as $$
  insert into llm_usage_events
    (tenant_id, deployment_id, gateway_request_id, occurred_at, input_tokens, output_tokens,
     customer_charge, customer_charge_cents)
  values (tenant, deployment, request, at, tokens, 0, charge, round(charge * 100))
$$;

-- Sent twice, stored once; sent with two payloads, the first stored.
select pg_temp.stored('acme-resent', 0.24, 10001), pg_temp.stored('acme-conflict', 0.24, 10002);
-- The cloud bills what the gateway never saw.
select pg_temp.stored('acme-ghost', 0.60, 10006);
-- A failed call and a poll are billed.
select pg_temp.stored('acme-failed', 0.30, 10007), pg_temp.stored('acme-poll', 0.06, 10008);
-- Whole cents instead of the exact charge.
select pg_temp.stored('acme-cents', 0.12, 10009);
-- Under another deployment.
select pg_temp.stored('acme-moved', 0.72, 10010, deployment => 'dev');
-- In another month.
select pg_temp.stored('acme-midnight', 0.90, 10011, '2026-11-01T07:30Z');
-- One provider call under two requests.
select pg_temp.stored('acme-retry-1', 0.15, 10012),
       pg_temp.stored('acme-retry-2', 0.15, 10012, '2026-10-15T10:30:09Z');
-- Two calls that look like one.
select pg_temp.stored('acme-twin-1', 0.18, 10013),
       pg_temp.stored('acme-twin-2', 0.18, 10013, '2026-10-15T10:30:02Z');
-- A line that was invoiced a cent too high.
update llm_invoice_lines set amount_cents = amount_cents + 1 where id = 'line-c5';
-- Plans: umbrella used nothing and owes its base fee, pied went past its allowance; of neither was a
-- true-up posted. The late event came after hooli's.
select pg_temp.stored('hooli-late', 0.10, 50000, tenant => 'hooli', deployment => 'main');
select pg_temp.stored('nowhere-1', 0.50, 10014, tenant => 'nowhere');

------------------------------------------------------------------ false alarms
-- Reversed and billed anew, rightly: the reversed original stands in the sums, the re-bill is no
-- double.
select pg_temp.stored('acme-rebilled', 0.50, 10015), pg_temp.stored('acme-aba', 0.20, 10016);
insert into llm_usage_adjustments
  (id, tenant_id, deployment_id, kind, gateway_request_id, amount, month, reverses_id,
   idempotency_key, created_at)
select 'rebilled-1', 'acme', 'prod', 'reversal', gateway_request_id, -0.50, date '2026-10-01',
       'u' || id::text, 'rebilled-1', timestamptz '2026-10-16Z'
  from llm_usage_events where gateway_request_id = 'acme-rebilled'
union all
select 'rebilled-2', 'acme', 'prod', 'usage', 'acme-rebilled', 0.55, '2026-10-01', null, 'rebilled-2',
       '2026-10-16T00:01Z';
-- Corrected there and back again (A→B→A): a key made of content alone would drop the last.
insert into llm_usage_adjustments
  (id, tenant_id, deployment_id, kind, gateway_request_id, amount, month, idempotency_key, created_at)
select 'aba-' || n, 'acme', 'prod', 'adjustment', 'acme-aba', 0.05 * (3 - 2 * n), date '2026-10-01',
       'aba-' || n, timestamptz '2026-10-16Z' + n * interval '1 minute'
  from generate_series(1, 2) n;
-- The lines of c1 to c3 come to 3.03, their charges rounded once to 3.02: half a cent a line, and no
-- break. Deployment c4 comes to 0.004 and has no line. The month split at vandelay's plan change,
-- and initech's month past its allowance, are settled: a run again finds nothing due.
