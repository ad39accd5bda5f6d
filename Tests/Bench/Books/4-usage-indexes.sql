-- The contract's primary key, and what `tieout check` recommends.
alter table gateway.usage_event add primary key (event_id);
create index on gateway.usage_event (request_id);
create index on gateway.usage_event (provider_request_id);
create index on gateway.usage_event (occurred_at);
create index on gateway.usage_event (recorded_at);
vacuum (freeze, analyze) gateway.usage_event;
