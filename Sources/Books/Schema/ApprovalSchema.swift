/// The tables of what runs propose and what people decide about it. Rows are added, never changed.
enum ApprovalSchema {
  /// Those that people write to, and no batch job.
  static let tablesOfPeople: Set = [
    "approval", "rejection", "closed_period", "closing", "reopening",
  ]

  static let tables = """
    create table tieout.proposal (            -- what a run proposes, as it is signed and posted
      run_number bigint primary key references tieout.run,
      prepared_by text not null,
      prepared_role text not null default session_user,
      tenants text[] not null,                -- what the run was limited to; empty = no limit
      deployments text[] not null,
      recorded_at timestamptz,                -- the watermark that the run began from, if it had one
      posted_at timestamptz,
      judged_to timestamptz,
      settled_at timestamptz,
      corrections bigint not null,            -- those that the run itself did not post
      digest text not null                    -- over these, in order
    );
    create table tieout.proposed_correction (
      run_number bigint not null references tieout.proposal,
      position bigint not null,               -- in report order
      correction_id text not null,
      break_id text not null,
      code text not null,
      kind text not null,
      tenant_id text not null,
      deployment_id text,
      currency text not null,
      period date not null,                   -- booked in
      service_period date not null,
      request_id text,
      reverses_entry_id text,
      amount numeric not null,
      idempotency_key text not null,
      status text not null,                   -- as the run left it: proposed or held
      held_because text,
      primary key (run_number, position)
    );
    create index on tieout.proposed_correction (correction_id text_pattern_ops);
    create index on tieout.proposed_correction (break_id text_pattern_ops);
    create table tieout.approval (            -- a signature under what a run proposes
      approval_number bigint generated always as identity primary key,
      run_number bigint not null references tieout.proposal,
      correction_id text,                     -- NULL = all of it
      digest text not null,
      approved_by text not null check (approved_by <> ''),
      approved_role text not null default session_user,
      approved_at timestamptz not null default now()
    );
    create index on tieout.approval (run_number);
    create table tieout.rejection (           -- a break of this amount is left alone
      rejection_number bigint generated always as identity primary key,
      break_id text not null,
      amount numeric not null,
      reason text not null check (reason <> ''),
      rejected_by text not null check (rejected_by <> ''),
      rejected_role text not null default session_user,
      rejected_at timestamptz not null default now(),
      is_withdrawn boolean not null default false  -- the word is taken back
    );
    create table tieout.closing (             -- what a month came to when it was closed
      closing_number bigint generated always as identity primary key,
      period date not null check (extract(day from period) = 1),
      run_number bigint not null references tieout.run,
      closed_at timestamptz not null,         -- the run's own moment
      closed_by text not null check (closed_by <> ''),
      closed_role text not null default session_user,
      recorded_at timestamptz not null default now(),
      accepted text,                          -- why breaks above materiality were accepted
      open_breaks bigint not null,
      usage_rows bigint not null,
      usage_charge numeric not null,          -- hash total
      ledger_rows bigint not null,
      ledger_amount numeric not null,         -- hash total
      accruals bigint not null,               -- entries, reversing ones included
      booked_rows bigint not null,            -- entries of every kind booked in the month
      booked_amount numeric not null,         -- hash total
      digest text not null                    -- of the judgement
    );
    create table tieout.reopening (           -- no month is reopened without one
      reopening_number bigint generated always as identity primary key,
      period date not null,
      reason text not null check (reason <> ''),
      reopened_by text not null check (reopened_by <> ''),
      reopened_role text not null default session_user,
      reopened_at timestamptz not null default now(),
      transaction bigint not null default txid_current()
    );

    """

  /// Of corrections in units.
  static let units = """
    alter table tieout.proposed_correction
      add column account text,                -- that is kept in units; NULL = money, on llm_usage
      add column quantity numeric,            -- + taken, - given back; amount is 0 then
      add column unit text;
    """

  /// Whether the installed schema keeps corrections in units.
  static func keepsUnits(on session: Connection) throws(BooksError) -> Bool {
    try session.query(
      """
      select exists (select from pg_catalog.pg_attribute
        where attrelid = to_regclass('tieout.proposed_correction') and attname = 'quantity')
      """
    ).scalar == "t"
  }

  /// Whether the installed schema has the tables.
  static func isInstalled(on session: Connection) throws(BooksError) -> Bool {
    try session.query(
      """
      select exists (select from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'tieout' and c.relname = 'proposed_correction')
      """
    ).scalar == "t"
  }
}
