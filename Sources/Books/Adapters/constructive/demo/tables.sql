-- constructive's own tables, as far as metering is concerned: what tells where each database keeps its
-- own, the platform's, and those of one customer's database.
create schema metaschema_public;
create schema metaschema_modules_public;

create table metaschema_public.database (id uuid primary key, name text not null);
create table metaschema_public.schema (
  id uuid primary key default gen_random_uuid(),
  database_id uuid not null references metaschema_public.database,
  schema_name text not null unique
);
create table metaschema_public."table" (
  id uuid primary key default gen_random_uuid(),
  database_id uuid not null references metaschema_public.database,
  schema_id uuid not null references metaschema_public.schema,
  name text not null
);
create table metaschema_modules_public.billing_module (
  id uuid primary key default gen_random_uuid(),
  database_id uuid not null unique references metaschema_public.database,
  schema_id uuid not null references metaschema_public.schema,
  private_schema_id uuid not null references metaschema_public.schema,
  meters_table_name text not null default '',
  plan_subscriptions_table_name text not null default '',
  ledger_table_name text not null default '',
  balances_table_name text not null default '',
  meter_credits_table_name text not null default '',
  record_usage_function text not null default '',
  prefix text
);
create table metaschema_modules_public.inference_log_module (
  id uuid primary key default gen_random_uuid(),
  database_id uuid not null unique references metaschema_public.database,
  schema_id uuid not null references metaschema_public.schema,
  inference_log_table_name text not null default 'usage_log_inferences'
);
create table metaschema_modules_public.plans_module (
  id uuid primary key default gen_random_uuid(),
  database_id uuid not null unique references metaschema_public.database,
  schema_id uuid not null references metaschema_public.schema,
  plan_meter_limits_table_id uuid references metaschema_public."table"
);

-- The tables that a module generates in its schema.
create procedure pg_temp.provision(billing text) language plpgsql as $$
begin
  execute format('create schema %I', billing);
  execute format('create schema %I', billing || '_private');
  execute format('set local search_path = %I', billing);
  create table meters (
    slug text primary key, display_name text not null default '', meter_type text not null default 'quota',
    aggregation text not null default 'cumulative', credit_cost numeric not null default 1,
    category_meter text, period_interval interval, rollover_cap numeric, unit text,
    is_active boolean not null default true
  );
  create table plan_subscriptions (
    id uuid primary key default gen_random_uuid(), entity_id uuid not null, plan_id text not null,
    started_at timestamptz not null, ended_at timestamptz
  );
  create table plan_meter_limits (
    plan_id text not null, meter_slug text not null, limit_value numeric not null,
    primary key (plan_id, meter_slug)
  );
  create table meter_credits (
    id uuid primary key default gen_random_uuid(), entity_id uuid not null, meter_slug text not null,
    credit_type text not null, amount numeric not null, expires_at timestamptz,
    created_at timestamptz not null
  );
  create table ledger (
    id uuid primary key default gen_random_uuid(), entity_id uuid not null, meter_slug text not null,
    entry_type text not null, delta numeric not null, usage_after numeric, metadata jsonb,
    created_at timestamptz not null
  );
  create index on ledger (created_at);
  create table balances (
    entity_id uuid not null, meter_slug text not null, usage numeric not null default 0,
    period_start timestamptz, updated_at timestamptz, primary key (entity_id, meter_slug)
  );
end $$;

create procedure pg_temp.provision_log(usage text) language plpgsql as $$
begin
  execute format('create schema %I', usage);
  execute format('set local search_path = %I', usage);
  create table usage_log_inferences (
    id uuid primary key default gen_random_uuid(), database_id uuid, entity_id uuid, actor_id uuid,
    model text not null, provider text, service text not null, operation text not null,
    input_tokens bigint not null default 0, output_tokens bigint not null default 0,
    total_tokens bigint not null default 0, cache_read_tokens bigint, cache_write_tokens bigint,
    latency_ms bigint not null default 0, status text not null default 'success', error_type text,
    raw_usage jsonb, request_id uuid, created_at timestamptz not null default now()
  );
  create index on usage_log_inferences (created_at);
end $$;

call pg_temp.provision('platform_billing');
call pg_temp.provision('acme_billing');
call pg_temp.provision_log('platform_usage');
