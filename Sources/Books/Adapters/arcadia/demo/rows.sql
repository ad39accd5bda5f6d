-- October 2026 as the gateway logged it: good rows first, then the gateway's side of every fault and
-- of what only looks like one. The cloud's side is in ledger-rows.sql.

------------------------------------------------------------------ good rows
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
select 'acme-' || d.name || '-' || n, 'acme', d.name, 'u' || n % 7, d.name || n,
       at, at + interval '2 seconds', 1000 + n, 100 + n,
       ((1000 + n) * 3 + (100 + n) * 15) / 1000000.0,
       ((1000 + n) * 3 + (100 + n) * 15) / 1000000.0 * 1.2, 'markup'
  from (values ('dev', 40), ('prod', 240)) d (name, calls), generate_series(1, d.calls) n,
       lateral (select timestamptz '2026-10-01T00:10Z' + n * interval '3 hours' as at) t;

-- fixed_per_token: 5 and 25 dollars a million. Deployments c1 to c3 come to 1.005 dollars each, c4
-- to 0.004, c5 to 2.
insert into gateway_usage_log
  (gateway_request_id, tenant_id, deployment_id, user_id, session_id, occurred_at, logged_at,
   input_tokens, output_tokens, customer_charge, policy_id)
select 'globex-' || d || '-' || n, 'globex', 'c' || d, 'u1', 's' || d || n, at,
       at + interval '2 seconds', 6000 + n, 694, (6000 + n) * 0.000005 + 694 * 0.000025, 'tokens'
  from generate_series(1, 3) d, generate_series(-10, 10) n,
       lateral (select timestamptz '2026-10-12T08:00Z' + n * interval '5 hours' as at) t
 where n <> 0;
insert into gateway_usage_log
  (gateway_request_id, tenant_id, deployment_id, occurred_at, logged_at, input_tokens,
   customer_charge, policy_id)
select 'globex-rest-' || d, 'globex', 'c' || d, at, at, tokens, tokens * 0.000005, 'tokens'
  from (values (1, 11600), (2, 11600), (3, 11600), (4, 800), (5, 400000)) c (d, tokens),
       lateral (select timestamptz '2026-10-20T08:00Z' + d * interval '1 minute' as at) t;

-- plan_inclusive: each event carries the marginal price, 0.000002 a token (vandelay's larger plan:
-- 0.000001).
insert into gateway_usage_log
  (gateway_request_id, tenant_id, deployment_id, user_id, session_id, occurred_at, logged_at,
   input_tokens, output_tokens, customer_charge, policy_id)
select p.tenant || '-' || n, p.tenant, 'main', 'u' || n, 's' || n, at, at + interval '1 second',
       90000, 10000, 100000 * p.price, p.policy
  from (values ('hooli', 1, 6, 0.000002, 'team'), ('initech', 1, 15, 0.000002, 'team'),
               ('pied', 1, 15, 0.000002, 'team'), ('stark', 1, 10, 0.000002, 'team'),
               ('vandelay', 1, 2, 0.000002, 'small'), ('vandelay', 20, 21, 0.000001, 'large'))
         p (tenant, first, last, price, policy), generate_series(p.first, p.last) n,
       lateral (select timestamptz '2026-10-02T12:00Z' + n * interval '1 day' as at) t;
update gateway_usage_log set customer_charge_cents = round(customer_charge * 100);

------------------------------------------------------------------ faults
create function pg_temp.sent(
  request text, charge numeric, tokens bigint, at timestamptz default '2026-10-15T10:30Z',
  logged timestamptz default null, attempt text default 'primary', status text default 'ok',
  provider text default null, usr text default null, tenant text default 'acme',
  deployment text default 'prod'
) returns void language sql as $$
  insert into gateway_usage_log
    (gateway_request_id, tenant_id, deployment_id, occurred_at, logged_at, attempt, status,
     provider_request_id, user_id, input_tokens, output_tokens, customer_charge,
     customer_charge_cents)
  values (request, tenant, deployment, at, coalesce(logged, at + interval '2 seconds'), attempt,
          status, provider, usr, tokens, 0, charge, round(charge * 100))
$$;

-- The same event sent twice, as two racing senders do: recorded, then duplicate. Billed once.
select pg_temp.sent('acme-resent', 0.24, 10001), pg_temp.sent('acme-resent', 0.24, 10001);
-- A second payload under one id: the first write won, the second is lost in silence.
select pg_temp.sent('acme-conflict', 0.24, 10002),
       pg_temp.sent('acme-conflict', 0.36, 15003, logged => '2026-10-15T10:40Z');
-- The id was claimed, the write failed, the retry was told success: nothing was stored.
select pg_temp.sent('acme-lost', 0.48, 10004);
-- A failed call, and a poll logged as a call; the cloud bills both.
select pg_temp.sent('acme-failed', 0.30, 10007, status => 'error'),
       pg_temp.sent('acme-poll', 0.06, 10008, attempt => 'poll');
-- The cloud re-priced: whole cents instead of the exact charge.
select pg_temp.sent('acme-cents', 0.123456, 10009);
-- The cloud stored it under deployment dev.
select pg_temp.sent('acme-moved', 0.72, 10010);
-- East of UTC: the cloud stored the local time as if it were UTC, in the next month.
select pg_temp.sent('acme-midnight', 0.90, 10011, '2026-10-31T23:30Z');
-- A retry that minted a fresh id: one provider call under two requests, both billed.
select pg_temp.sent('acme-retry-1', 0.15, 10012, provider => 'msg_77'),
       pg_temp.sent('acme-retry-2', 0.15, 10012, '2026-10-15T10:30:09Z', provider => 'msg_77');
-- Two calls of one user that look like one.
select pg_temp.sent('acme-twin-1', 0.18, 10013, usr => 'u9'),
       pg_temp.sent('acme-twin-2', 0.18, 10013, '2026-10-15T10:30:02Z', usr => 'u9');
-- A late event below the plan's allowance, at its marginal price: the true-up, which was posted
-- before, gives just that back.
select pg_temp.sent('hooli-late', 0.10, 50000, tenant => 'hooli', deployment => 'main');
-- The gateway's own period charge is not what policy and usage come to.
insert into gateway_period_charges (tenant_id, month, period_charge, revision, computed_at)
values ('stark', '2026-10-01', 25, 1, '2026-11-01Z'),
       ('stark', '2026-10-01', 24, 2, '2026-11-01T01:00Z');
-- Usage of a tenant without a policy.
select pg_temp.sent('nowhere-1', 0.50, 10014, tenant => 'nowhere');

------------------------------------------------------------------ false alarms
-- Sent a moment before the books were read.
select pg_temp.sent('acme-on-its-way', 0.12, 10005, '2026-10-31T23:55Z', '2026-11-03T03:00Z');
-- Reversed and billed anew, rightly; and corrected there and back again.
select pg_temp.sent('acme-rebilled', 0.55, 10015), pg_temp.sent('acme-aba', 0.20, 10016);
