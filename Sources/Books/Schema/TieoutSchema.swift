import Accounting

/// tieout's own tables, in schema `tieout` beside the ledger.
package enum TieoutSchema {
  /// The versions of the schema, oldest first. A released one is never edited: add another.
  private static let versions = [
    """
    create table tieout.run (
      run_number bigint primary key,          -- 1, 2, 3...: the order of the audit chain
      run_id text not null unique,            -- made of the run's inputs
      job text not null,
      from_day date not null,
      to_day date not null,                   -- inclusive
      timezone text not null,
      as_of timestamptz not null,
      posted boolean not null,
      status text not null,
      config_digest text not null,
      version text not null,
      usage_rows bigint not null,
      ledger_rows bigint not null,
      set_aside_rows bigint not null,
      groups bigint not null,
      breaks bigint not null,
      corrections bigint not null,
      judgement_digest text not null,
      previous_digest text,                   -- record_digest of the run before; NULL for the first
      record_digest text not null unique,     -- over all of the above but run_number
      recorded_at timestamptz not null default now()
    );
    create table tieout.break (
      break_id text primary key,
      code text not null,
      tenant_id text not null,
      deployment_id text,
      currency char(3) not null,
      period date not null,
      request_id text,
      amount numeric not null,                -- share of the variance: + over-billed, - under-billed
      first_seen timestamptz not null,
      last_seen timestamptz not null,
      last_run_id text not null
    );
    create table tieout.closed_period (
      period date primary key check (extract(day from period) = 1),
      closed_at timestamptz not null default now(),
      closed_by text not null default current_user,
      reason text
    );
    """,
    """
    create table tieout.watermark (           -- how far the runs of a job have seen both books
      run_number bigint primary key references tieout.run,
      job text not null,
      gateway text not null,                  -- adapter, server and database of the usage
      to_day date not null,                   -- the last day judged, whole or in part
      recorded_at timestamptz not null,       -- every event recorded before was seen
      posted_at timestamptz not null,         -- every entry posted before was seen
      judged_to timestamptz not null,         -- what occurred before was judged
      settled_at timestamptz not null         -- no event recorded before was in transit any more
    );
    create index on tieout.watermark (job, gateway, to_day);
    create table tieout.day (                 -- one count of a day; the latest run's stands
      book text not null,                     -- adapter, server and database
      relation text not null,                 -- usage_event by occurred_at, entry by posted_at
      timezone text not null,                 -- whose midnights bound the day
      day date not null,
      run_number bigint not null references tieout.run,
      rows bigint not null,
      amount numeric not null,                -- hash total: over all currencies
      primary key (book, relation, timezone, day, run_number)
    );
    create table tieout.day_total (           -- what a count of a day is made of
      book text not null,
      relation text not null,
      timezone text not null,
      day date not null,
      run_number bigint not null,
      tenant_id text not null,
      deployment_id text,
      currency text not null,
      period date,                            -- service month; NULL where the rows tell none
      rows bigint not null,
      amount numeric not null,
      foreign key (book, relation, timezone, day, run_number) references tieout.day
    );
    create index on tieout.day_total (book, relation, timezone, day, run_number);
    """,
    """
    alter table tieout.run
      add column manifest text,               -- what the run was told, what it read, as JSON
      add column report_digest text;          -- SHA-256 of its tieout.run_report, put together
    create table tieout.run_report (          -- report.json as the run found it, in pieces
      run_number bigint not null references tieout.run,
      part bigint not null,
      body bytea not null,
      primary key (run_number, part)
    );
    alter table tieout.break
      add column entry_id text,               -- of a break without a request: its first entry
      add column occurred_at timestamptz,     -- when it took place; NULL for a group as a whole
      add column state text not null default 'open',
      add column state_since timestamptz;
    create index on tieout.break (break_id collate "C")
      where state in ('open', 'in-transit', 'rejected');
    create table tieout.break_change (        -- what each run changed of the list of breaks
      run_number bigint not null references tieout.run,
      break_id text not null,
      state_before text,                      -- NULL = it did not stand
      state text not null,
      code_before text,
      code text not null,
      amount_before numeric,
      amount numeric not null,
      primary key (break_id, run_number)
    );
    """,
    ApprovalSchema.tables + PeriodGuard.definition,
    IntakeSchema.tables,
    BillSchema.tables,
    PriceSchema.tables,
    ApprovalSchema.units,
  ]

  package static var latestVersion: Int { versions.count }

  /// What an installation came to.
  package struct Installation: Hashable, Sendable {
    package var version: Int
    /// `nil` = it was not installed before.
    package var upgradedFrom: Int?
    /// SQL that somebody with more rights must still run; empty = nothing.
    package var toRun: [String]
  }

  /// Installs the schema, or brings it up to date, and the roles `tieout_reader`, `tieout_poster`
  /// and `tieout_controller`. May be run again at any time.
  ///
  /// - Parameters:
  ///   - session: of a role that may create schemas in the ledger's database.
  ///   - role: who gets `tieout_poster`; `nil` = nobody.
  package static func install(
    on session: Connection, grantTo role: String? = nil
  ) throws(BooksError) -> Installation {
    precondition(!session.isInTransaction)
    try session.execute("begin")
    do throws(BooksError) {
      try session.execute("select pg_advisory_xact_lock(\(PostgresBooks.lockKey))")
      let before = try version(on: session)
      try upgrade(from: before ?? 0, on: session)
      let toRun = try Roles.grant(on: session, to: role)
      try session.commit()
      return Installation(version: latestVersion, upgradedFrom: before, toRun: toRun)
    } catch {
      session.rollBack()
      guard error.sqlState == "42501" else { throw error }
      throw BooksError(
        .configuration, error.what, hint: "run `tieout install` as the owner of the database",
        sqlState: error.sqlState)
    }
  }

  /// `nil` = not installed.
  package static func version(on session: Connection) throws(BooksError) -> Int? {
    guard try exists(on: session) else { return nil }
    return try session.query("select max(version) from tieout.schema_version").scalar
      .flatMap { Int($0) }
  }

  static func exists(on session: Connection) throws(BooksError) -> Bool {
    // The catalog can be read whatever the rights on the schema are.
    try session.query(
      """
      select exists (select from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'tieout' and c.relname = 'schema_version')
      """
    ).scalar == "t"
  }

  /// A schema of this name may be there, made ready by its owner, but nothing in it.
  private static func refuseForeign(on session: Connection) throws(BooksError) {
    let name = try session.query(
      """
      select min(c.relname) from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = 'tieout'
      """
    ).scalar
    guard let name else { return }
    throw BooksError(
      .configuration, "ledger: there is a schema tieout that is not tieout's: it holds \(name)",
      hint: "rename that schema: tieout keeps its own tables under this name")
  }

  private static func upgrade(from version: Int, on session: Connection) throws(BooksError) {
    guard version <= latestVersion else {
      throw BooksError(
        .configuration, "ledger: schema tieout is of version \(version), newer than this program",
        hint: "run the newer tieout that installed it")
    }
    if version == 0 {
      try refuseForeign(on: session)
      try session.execute(
        """
        create schema if not exists tieout;
        create table tieout.schema_version (
          version int primary key, installed_at timestamptz not null default now())
        """)
    }
    for number in versions.indices.dropFirst(version) {
      try session.execute(versions[number])
      try session.query(
        "insert into tieout.schema_version (version) values ($1)", ["\(number + 1)"])
    }
  }
}
