-- The gateway's own tables, as far as reconciliation needs them, in a database of their own.
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
