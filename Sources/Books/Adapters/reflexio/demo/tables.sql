-- reflexio's usage events, and the price list that its signals are billed by.
create table usage_events (
  id bigint generated always as identity primary key,
  org_id text not null,
  event_name text not null,              -- extraction_tokens|learnings_generated|learning_applied|search_request
  event_category text not null default 'value',
  user_id text,
  request_id text,
  session_id text,
  pipeline text not null,
  entity_type text,                      -- record|batch
  entity_id text,
  event_key text not null unique,        -- mostly random
  count_value bigint,
  prompt_tokens bigint,                  -- cost only
  completion_tokens bigint,              -- cost only
  billing_input_tokens bigint,           -- counted with cl100k_base
  platform_llm boolean,
  caller_type text,
  created_at bigint not null             -- seconds since 1970
);
create index on usage_events (to_timestamp(created_at));
create index on usage_events (request_id);
create index on usage_events ((id::text));

create table signal_prices (
  event_name text primary key,
  unit_price numeric not null,           -- dollars for one
  version text not null
);
