-- October 2026 in arcadia's books: good rows first, then every fault, then what only looks like one.
-- To be run once, into both databases or into one that stands for both.

------------------------------------------------------------------ good rows: the gateway
insert into gateway_charge_policies
  (id, tenant_id, policy, percent, input_price_per_million, output_price_per_million, base_fee,
   included_tokens, overage_price_per_token, effective_from, effective_to)
values
  ('markup', 'acme', 'flat_percent', 20, null, null, null, null, null, '2026-01-01Z', null),
  ('tokens', 'globex', 'fixed_per_token', null, 5, 25, null, null, null, '2026-01-01Z', null),
  ('team', 'hooli', 'plan_inclusive', null, null, null, 20, 1000000, 0.000002, '2026-01-01Z', null),
  ('team', 'initech', 'plan_inclusive', null, null, null, 20, 1000000, 0.000002, '2026-01-01Z', null),
  ('team', 'pied', 'plan_inclusive', null, null, null, 20, 1000000, 0.000002, '2026-01-01Z', null),
  ('team', 'stark', 'plan_inclusive', null, null, null, 20, 1000000, 0.000002, '2026-01-01Z', null),
  ('team', 'umbrella', 'plan_inclusive', null, null, null, 20, 1000000, 0.000002, '2026-01-01Z', null),
  -- A plan change within the month: it is split at effective_from.
  ('small', 'vandelay', 'plan_inclusive', null, null, null, 20, 1000000, 0.000002,
   '2026-01-01Z', '2026-10-17Z'),
  ('large', 'vandelay', 'plan_inclusive', null, null, null, 40, 5000000, 0.000001,
   '2026-10-17Z', null);

-- flat_percent: the charge is the cost and a fifth. Tokens differ from call to call, so that none
-- looks like another.
insert into gateway_usage_log
  (gateway_request_id, tenant_id, deployment_id, user_id, session_id, occurred_at, logged_at,
   input_tokens, output_tokens, provider_cost, customer_charge, policy_id)
select 'acme-' || d.name || '-' || n, 'acme', d.name, 'u' || n % 7, 's' || n % 31,
       at, at + interval '2 seconds', 1000 + n, 100 + n,
       ((1000 + n) * 3 + (100 + n) * 15) / 1000000.0,
       ((1000 + n) * 3 + (100 + n) * 15) / 1000000.0 * 1.2, 'markup'
  from (values ('dev', 40), ('prod', 240)) d (name, calls), generate_series(1, d.calls) n,
       lateral (select timestamptz '2026-10-01T00:10Z' + n * interval '3 hours' as at) t;

-- fixed_per_token: 5 and 25 dollars a million. Deployments c1 to c3 come to 1.005 dollars each.
insert into gateway_usage_log
  (gateway_request_id, tenant_id, deployment_id, user_id, session_id, occurred_at, logged_at,
   input_tokens, output_tokens, customer_charge, policy_id)
select 'globex-' || d || '-' || n, 'globex', 'c' || d, 'u1', 's' || n, at,
       at + interval '2 seconds', 6000 + n, 694, (6000 + n) * 0.000005 + 694 * 0.000025, 'tokens'
  from generate_series(1, 3) d, generate_series(-10, 10) n,
       lateral (select timestamptz '2026-10-12T08:00Z' + n * interval '5 hours' as at) t
 where n <> 0;
insert into gateway_usage_log
  (gateway_request_id, tenant_id, deployment_id, occurred_at, logged_at, input_tokens,
   output_tokens, customer_charge, policy_id)
values
  ('globex-rest', 'globex', 'c1', '2026-10-20T08:00Z', '2026-10-20T08:00Z', 11600, 0, 0.058, 'tokens'),
  ('globex-rest-2', 'globex', 'c2', '2026-10-20T08:00Z', '2026-10-20T08:00Z', 11600, 0, 0.058, 'tokens'),
  ('globex-rest-3', 'globex', 'c3', '2026-10-20T08:00Z', '2026-10-20T08:00Z', 11600, 0, 0.058, 'tokens'),
  ('globex-little', 'globex', 'c4', '2026-10-20T09:00Z', '2026-10-20T09:00Z', 800, 0, 0.004, 'tokens'),
  ('globex-billed', 'globex', 'c5', '2026-10-20T10:00Z', '2026-10-20T10:00Z', 400000, 0, 2, 'tokens');

-- plan_inclusive: each event carries the marginal price, 0.000002 a token.
insert into gateway_usage_log
  (gateway_request_id, tenant_id, deployment_id, user_id, session_id, occurred_at, logged_at,
   input_tokens, output_tokens, customer_charge, policy_id)
select p.tenant || '-' || n, p.tenant, 'main', 'u' || n, 's' || n, at, at + interval '1 second',
       90000, 10000, 100000 * p.price, p.policy
  from (values ('hooli', 6, 0.000002, 'team'), ('initech', 15, 0.000002, 'team'),
               ('pied', 15, 0.000002, 'team'), ('stark', 10, 0.000002, 'team'),
               ('vandelay', 2, 0.000002, 'small')) p (tenant, calls, price, policy),
       generate_series(1, p.calls) n,
       lateral (select timestamptz '2026-10-02T12:00Z' + n * interval '1 day' as at) t;
insert into gateway_usage_log
  (gateway_request_id, tenant_id, deployment_id, occurred_at, logged_at, input_tokens,
   output_tokens, customer_charge, policy_id)
values ('vandelay-large', 'vandelay', 'main', '2026-10-20T12:00Z', '2026-10-20T12:00Z', 200000, 0,
        0.20, 'large');

------------------------------------------------------------------ good rows: the cloud
update gateway_usage_log set customer_charge_cents = round(customer_charge * 100);
insert into llm_usage_events
  (tenant_id, deployment_id, gateway_request_id, occurred_at, input_tokens, output_tokens,
   customer_charge, customer_charge_cents)
select tenant_id, deployment_id, gateway_request_id, occurred_at, input_tokens, output_tokens,
       customer_charge, customer_charge_cents
  from gateway_usage_log order by id;

-- True-ups of plans: period charge less usage posted.
insert into llm_usage_adjustments (id, tenant_id, kind, amount, month, idempotency_key, created_at)
values
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
-- Each call below costs nothing to anybody else: 10,000 tokens and more, by the gateway's word.
create function pg_temp.sent(
  request text, charge numeric, tokens bigint, at timestamptz default '2026-10-15T10:30Z',
  logged timestamptz default null, attempt text default 'primary', status text default 'ok',
  provider text default null, usr text default null, tenant text default 'acme'
) returns void language sql as $$
  insert into gateway_usage_log
    (gateway_request_id, tenant_id, deployment_id, occurred_at, logged_at, attempt, status,
     provider_request_id, user_id, input_tokens, output_tokens, customer_charge,
     customer_charge_cents)
  values (request, tenant, 'prod', at, coalesce(logged, at + interval '2 seconds'), attempt, status,
          provider, usr, tokens, 0, charge, round(charge * 100))
$$;
create function pg_temp.stored(
  request text, charge numeric, tokens bigint, at timestamptz default '2026-10-15T10:30Z',
  deployment text default 'prod', tenant text default 'acme'
) returns void language sql as $$
  insert into llm_usage_events
    (tenant_id, deployment_id, gateway_request_id, occurred_at, input_tokens, output_tokens,
     customer_charge, customer_charge_cents)
  values (tenant, deployment, request, at, tokens, 0, charge, round(charge * 100))
$$;

-- The same event sent twice, as two racing senders do: recorded, then duplicate. Billed once.
select pg_temp.sent('acme-resent', 0.24, 10001), pg_temp.sent('acme-resent', 0.24, 10001),
       pg_temp.stored('acme-resent', 0.24, 10001);
-- A second payload under one id: the first write won, the second is lost in silence.
select pg_temp.sent('acme-conflict', 0.24, 10002),
       pg_temp.sent('acme-conflict', 0.36, 15003, logged => '2026-10-15T10:40Z'),
       pg_temp.stored('acme-conflict', 0.24, 10002);
-- The id was claimed, the write failed, the retry was told success: nothing was stored.
select pg_temp.sent('acme-lost', 0.48, 10004);
-- Sent a moment before the books were read.
select pg_temp.sent('acme-on-its-way', 0.12, 10005, '2026-10-31T23:55Z', '2026-11-03T03:00Z');
-- The cloud bills what the gateway never saw.
select pg_temp.stored('acme-ghost', 0.60, 10006);
-- A failed call, and a poll logged as a call.
select pg_temp.sent('acme-failed', 0.30, 10007, status => 'error'),
       pg_temp.stored('acme-failed', 0.30, 10007);
select pg_temp.sent('acme-poll', 0.06, 10008, attempt => 'poll'),
       pg_temp.stored('acme-poll', 0.06, 10008);
-- The cloud re-priced: whole cents instead of the exact charge.
select pg_temp.sent('acme-cents', 0.123456, 10009), pg_temp.stored('acme-cents', 0.12, 10009);
-- Stored under another deployment.
select pg_temp.sent('acme-moved', 0.72, 10010),
       pg_temp.stored('acme-moved', 0.72, 10010, deployment => 'dev');
-- East of UTC: a local time stored as if it were UTC falls into the next month.
select pg_temp.sent('acme-midnight', 0.90, 10011, '2026-10-31T23:30Z'),
       pg_temp.stored('acme-midnight', 0.90, 10011, '2026-11-01T07:30Z');
-- A retry that minted a fresh id: one provider call under two requests, both billed.
select pg_temp.sent('acme-retry-1', 0.15, 10012, provider => 'msg_77'),
       pg_temp.stored('acme-retry-1', 0.15, 10012),
       pg_temp.sent('acme-retry-2', 0.15, 10012, '2026-10-15T10:30:09Z', provider => 'msg_77'),
       pg_temp.stored('acme-retry-2', 0.15, 10012, '2026-10-15T10:30:09Z');
-- Two calls of one user that look like one.
select pg_temp.sent('acme-twin-1', 0.18, 10013, usr => 'u9'),
       pg_temp.stored('acme-twin-1', 0.18, 10013),
       pg_temp.sent('acme-twin-2', 0.18, 10013, '2026-10-15T10:30:02Z', usr => 'u9'),
       pg_temp.stored('acme-twin-2', 0.18, 10013, '2026-10-15T10:30:02Z');
-- A line that was invoiced a cent too high.
update llm_invoice_lines set amount_cents = amount_cents + 1 where id = 'line-c5';
-- No usage: the base fee alone is due, and nobody has posted it. Past the allowance: 21.00 is due,
-- of which 3.00 came with the events.
-- A late event below the allowance, posted at its marginal price: the true-up gives just that back.
select pg_temp.sent('hooli-late', 0.10, 50000, tenant => 'hooli'),
       pg_temp.stored('hooli-late', 0.10, 50000, tenant => 'hooli');
-- The gateway's own period charge is not what policy and usage come to.
insert into gateway_period_charges (tenant_id, month, period_charge, revision, computed_at)
values ('stark', '2026-10-01', 25, 1, '2026-11-01Z'), ('stark', '2026-10-01', 24, 2, '2026-11-01T01:00Z');
-- Usage of a tenant without a policy.
select pg_temp.sent('nowhere-1', 0.50, 10014, tenant => 'nowhere'),
       pg_temp.stored('nowhere-1', 0.50, 10014, tenant => 'nowhere');

------------------------------------------------------------------ false alarms
-- Reversed and billed anew, rightly: the reversed original stands in the sums, the re-bill is no
-- double.
select pg_temp.sent('acme-rebilled', 0.55, 10015), pg_temp.stored('acme-rebilled', 0.50, 10015);
insert into llm_usage_adjustments
  (id, tenant_id, deployment_id, kind, gateway_request_id, amount, month, reverses_id,
   idempotency_key, created_at)
select 'rebilled-1', 'acme', 'prod', 'reversal', gateway_request_id, -0.50, '2026-10-01',
       'u' || id::text, 'rebilled-1', '2026-10-16Z'::timestamptz
  from llm_usage_events where gateway_request_id = 'acme-rebilled'
union all
select 'rebilled-2', 'acme', 'prod', 'usage', 'acme-rebilled', 0.55, '2026-10-01', null, 'rebilled-2',
       '2026-10-16T00:01Z';
-- Corrected there and back again (A→B→A): a key made of content alone would drop the last.
select pg_temp.sent('acme-aba', 0.20, 10016), pg_temp.stored('acme-aba', 0.20, 10016);
insert into llm_usage_adjustments
  (id, tenant_id, deployment_id, kind, gateway_request_id, amount, month, idempotency_key, created_at)
select 'aba-' || n, 'acme', 'prod', 'adjustment', 'acme-aba', case when n = 1 then 0.05 else -0.05 end,
       '2026-10-01', 'aba-' || n, '2026-10-16Z'::timestamptz + n * interval '1 minute'
  from generate_series(1, 2) n;
-- Σ lines of globex is 5.03 and a cent, the tenant's charges rounded once 5.02: no break but c5's.
-- Deployment c4 comes to 0.004 and has no line.
-- The month split at vandelay's plan change, and initech's month past its allowance, are settled:
-- a run again finds nothing due.
