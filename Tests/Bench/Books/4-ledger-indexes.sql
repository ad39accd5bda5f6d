-- The contract's keys, and what `tieout check` recommends.
alter table ledger.entry add primary key (entry_id);
alter table ledger.entry add unique (idempotency_key);
create index on ledger.entry (request_id);
create index on ledger.entry (posted_at);
create index on ledger.entry (period);
create index on ledger.entry (reverses_entry_id) where reverses_entry_id is not null;
