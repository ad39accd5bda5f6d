-- LiteLLM's own tables, as far as they have to do with money: the log of calls, the running totals,
-- the daily rollups and the budgets that say when a total is set back. Columns that only steer
-- routing, rights or the dashboard are left out.

create table "LiteLLM_SpendLogs" (
  request_id            text primary key,
  call_type             text not null,
  api_key               text not null default '',        -- hash of the virtual key
  spend                 double precision not null default 0.0,
  total_tokens          integer not null default 0,
  prompt_tokens         integer not null default 0,      -- cache reads and writes included
  completion_tokens     integer not null default 0,
  "startTime"           timestamp(3) without time zone not null,   -- UTC
  "endTime"             timestamp(3) without time zone not null,
  "completionStartTime" timestamp(3) without time zone,
  model                 text not null default '',
  model_id              text default '',
  model_group           text default '',                 -- the public name that was asked for
  custom_llm_provider   text default '',
  api_base              text default '',
  "user"                text default '',                 -- the internal user who owns the key
  metadata              jsonb default '{}',
  cache_hit             text default '',                 -- True | False | None
  cache_key             text default '',
  request_tags          jsonb default '[]',
  team_id               text,
  organization_id       text,
  end_user              text,
  requester_ip_address  text,
  messages              jsonb default '{}',
  response              jsonb default '{}',
  session_id            text,
  status                text,                            -- success | failure
  litellm_call_id       text,
  created_at            timestamp(3) without time zone default current_timestamp
);
create index "LiteLLM_SpendLogs_startTime_idx" on "LiteLLM_SpendLogs" ("startTime");
create index "LiteLLM_SpendLogs_startTime_request_id_idx"
  on "LiteLLM_SpendLogs" ("startTime", request_id);
create index "LiteLLM_SpendLogs_end_user_idx" on "LiteLLM_SpendLogs" (end_user);
create index "LiteLLM_SpendLogs_session_id_idx" on "LiteLLM_SpendLogs" (session_id);

create table "LiteLLM_BudgetTable" (
  budget_id       text primary key,
  max_budget      double precision,
  soft_budget     double precision,
  budget_duration text,                                  -- 30s | 30m | 24h | 7d | 1mo
  budget_reset_at timestamp(3) without time zone,        -- the next reset
  created_at      timestamp(3) without time zone not null default current_timestamp
);

create table "LiteLLM_OrganizationTable" (
  organization_id    text primary key,
  organization_alias text not null,
  budget_id          text not null references "LiteLLM_BudgetTable",
  spend              double precision not null default 0.0,
  created_at         timestamp(3) without time zone not null default current_timestamp,
  updated_at         timestamp(3) without time zone not null default current_timestamp
);

create table "LiteLLM_TeamTable" (
  team_id         text primary key,
  team_alias      text,
  organization_id text references "LiteLLM_OrganizationTable",
  max_budget      double precision,
  spend           double precision not null default 0.0,
  budget_duration text,
  budget_reset_at timestamp(3) without time zone,
  created_at      timestamp(3) without time zone not null default current_timestamp,
  updated_at      timestamp(3) without time zone not null default current_timestamp
);

create table "LiteLLM_UserTable" (
  user_id         text primary key,
  user_alias      text,
  team_id         text,
  max_budget      double precision,
  spend           double precision not null default 0.0,
  budget_duration text,
  budget_reset_at timestamp(3) without time zone,
  created_at      timestamp(3) without time zone default current_timestamp,
  updated_at      timestamp(3) without time zone default current_timestamp
);

create table "LiteLLM_VerificationToken" (
  token           text primary key,                      -- the hash; SpendLogs calls it api_key
  key_alias       text,
  spend           double precision not null default 0.0, -- since the last reset
  total_spend     double precision not null default 0.0, -- since the key was made
  user_id         text,
  team_id         text,
  organization_id text,
  max_budget      double precision,
  budget_duration text,
  budget_reset_at timestamp(3) without time zone,
  budget_id       text references "LiteLLM_BudgetTable",
  created_at      timestamp(3) without time zone default current_timestamp,
  updated_at      timestamp(3) without time zone default current_timestamp
);

create table "LiteLLM_DailyUserSpend" (
  id                          text primary key,
  user_id                     text,
  date                        text not null,             -- 2026-10-31, in UTC
  api_key                     text not null,
  model                       text,
  model_group                 text,
  custom_llm_provider         text,
  mcp_namespaced_tool_name    text,
  endpoint                    text,
  prompt_tokens               bigint not null default 0,
  completion_tokens           bigint not null default 0,
  cache_read_input_tokens     bigint not null default 0,
  cache_creation_input_tokens bigint not null default 0,
  spend                       double precision not null default 0.0,
  api_requests                bigint not null default 0,
  successful_requests         bigint not null default 0,
  failed_requests             bigint not null default 0,
  created_at                  timestamp(3) without time zone not null default current_timestamp,
  updated_at                  timestamp(3) without time zone not null default current_timestamp,
  unique (user_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint)
);

create table "LiteLLM_DailyTeamSpend" (
  id                          text primary key,
  team_id                     text,
  date                        text not null,
  api_key                     text not null,
  model                       text,
  model_group                 text,
  custom_llm_provider         text,
  mcp_namespaced_tool_name    text,
  endpoint                    text,
  prompt_tokens               bigint not null default 0,
  completion_tokens           bigint not null default 0,
  cache_read_input_tokens     bigint not null default 0,
  cache_creation_input_tokens bigint not null default 0,
  spend                       double precision not null default 0.0,
  api_requests                bigint not null default 0,
  successful_requests         bigint not null default 0,
  failed_requests             bigint not null default 0,
  created_at                  timestamp(3) without time zone not null default current_timestamp,
  updated_at                  timestamp(3) without time zone not null default current_timestamp,
  unique (team_id, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint)
);

create table "LiteLLM_DailyTagSpend" (
  id                          text primary key,
  request_id                  text,
  tag                         text,                      -- a call counts under each of its tags
  date                        text not null,
  api_key                     text not null,
  model                       text,
  model_group                 text,
  custom_llm_provider         text,
  mcp_namespaced_tool_name    text,
  endpoint                    text,
  prompt_tokens               bigint not null default 0,
  completion_tokens           bigint not null default 0,
  cache_read_input_tokens     bigint not null default 0,
  cache_creation_input_tokens bigint not null default 0,
  spend                       double precision not null default 0.0,
  api_requests                bigint not null default 0,
  successful_requests         bigint not null default 0,
  failed_requests             bigint not null default 0,
  created_at                  timestamp(3) without time zone not null default current_timestamp,
  updated_at                  timestamp(3) without time zone not null default current_timestamp,
  unique (tag, date, api_key, model, custom_llm_provider, mcp_namespaced_tool_name, endpoint)
);
