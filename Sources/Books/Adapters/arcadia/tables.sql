-- arcadia's own tables, as far as reconciliation needs them. The gateway and the cloud are two
-- services with a database each: the first three tables are the gateway's, the rest the cloud's.

------------------------------------------------------------------ the gateway's database
create table gateway_usage_log (           -- each event as it was sent, each sending a row
  id bigint generated always as identity primary key,
  gateway_request_id text not null,        -- not unique: what is sent again is logged again
  provider_request_id text,
  attempt text not null default 'primary', -- primary|retry|fallback|internal|poll
  tenant_id text not null,
  deployment_id text,
  user_id text,
  api_key_id text,
  session_id text,
  caller text,
  occurred_at timestamptz not null,
  logged_at timestamptz not null default now(),
  provider text not null default 'anthropic',
  model text not null default 'claude-sonnet-4-5',
  service_tier text not null default 'standard',
  status text not null default 'ok',
  billable boolean not null default true,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  provider_cost numeric,
  customer_charge numeric,                 -- exact; the gateway alone prices
  customer_charge_cents bigint,
  price_version text,
  policy_id text
);
create index on gateway_usage_log (occurred_at);
create index on gateway_usage_log (logged_at);
create index on gateway_usage_log (gateway_request_id);
create index on gateway_usage_log (provider_request_id) where provider_request_id is not null;
create index on gateway_usage_log ((id::text));

create table gateway_charge_policies (
  id text not null,
  tenant_id text not null,
  deployment_id text,                      -- NULL = all of the tenant's
  policy text not null,                    -- flat_percent|fixed_per_token|plan_inclusive
  percent numeric,
  input_price_per_million numeric,
  output_price_per_million numeric,
  base_fee numeric,
  base_fee_billed_here boolean not null default true,
  included_tokens numeric,
  overage_price_per_token numeric,
  effective_from timestamptz not null,
  effective_to timestamptz,
  primary key (id, tenant_id, effective_from)
);

create table gateway_period_charges (
  tenant_id text not null,
  deployment_id text,
  month date not null,
  period_charge numeric not null,
  revision int not null default 1,
  computed_at timestamptz not null default now()
);

------------------------------------------------------------------ the cloud's database
create table llm_usage_events (            -- what the gateway sent; the cloud does not re-price
  id bigint generated always as identity primary key,
  tenant_id text not null,
  deployment_id text,
  gateway_request_id text not null unique, -- the first writer wins
  occurred_at timestamptz not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  customer_charge numeric not null,
  customer_charge_cents bigint not null
);
create index on llm_usage_events (occurred_at);
create index on llm_usage_events (('u' || id::text));

create table llm_usage_adjustments (       -- true-ups, and corrections of all kinds
  id text primary key,
  tenant_id text not null,
  deployment_id text,
  kind text not null,
  gateway_request_id text,
  amount numeric not null,
  month date not null,
  service_month date,
  reverses_id text,
  idempotency_key text not null unique,
  reason text,
  run_id text,
  created_at timestamptz not null default now()
);
create index on llm_usage_adjustments (gateway_request_id);
create index on llm_usage_adjustments (created_at);
create index on llm_usage_adjustments (month);
create index on llm_usage_adjustments (reverses_id) where reverses_id is not null;

create table llm_invoice_lines (           -- period_lines, as they were invoiced
  id text primary key,
  invoice_id text not null,
  tenant_id text not null,
  deployment_id text,
  period_start date not null,
  period_end date not null,                -- inclusive
  line_text text not null,
  unit text not null default 'token',
  quantity bigint not null,
  amount_cents bigint not null,
  status text not null default 'finalized'
);
