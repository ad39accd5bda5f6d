-- learnpro's own tables, as far as calls are concerned.
create type agent_role as enum ('tutor', 'interviewer', 'reflection', 'grader', 'router');
create type agent_task as enum ('complete', 'stream', 'embed', 'tool_call');

create table organizations (
  id text primary key,
  name text not null,
  created_at timestamptz not null default now()
);

create table users (
  id uuid primary key default gen_random_uuid(),
  org_id text not null default 'self' references organizations,
  email text not null,
  name text,
  created_at timestamptz not null default now(),
  unique (org_id, email)
);

create table agent_calls (
  id uuid primary key default gen_random_uuid(),
  org_id text not null default 'self',
  user_id uuid references users on delete set null,
  session_id text,
  provider text not null,
  model text not null,
  role agent_role,
  task agent_task not null default 'complete',
  prompt_version text,
  input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  cached_tokens integer,
  cost_usd numeric(18,8) not null default 0,
  pricing_version text not null default 'unknown',
  tool_used text,
  latency_ms integer not null default 0,
  ok boolean not null default true,
  called_at timestamptz not null default now()
);
create index agent_calls_user_called_idx on agent_calls (user_id, called_at);
