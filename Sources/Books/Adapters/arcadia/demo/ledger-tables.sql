-- The cloud's own tables, in a database of their own.
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
