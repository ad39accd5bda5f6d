extension PostgresBooks {
  /// Has the server plan an INSERT as posting makes it, without running it: that proves the
  /// columns, the right, and the unique key that keeps a correction from being posted twice.
  func examinePosting() throws(BooksError) -> [Finding] {
    let session = ledger.connection
    let user = try session.role()
    let role = try session.identifier(user)
    if try session.query("select pg_is_in_recovery()").scalar == "t" {
      return [
        Finding(
          .fault, "ledger: this server is a standby and takes no writes",
          hint: "give the primary server's address in books.ledger.dsn or TIEOUT_LEDGER_DSN")
      ]
    }
    guard ledger.adapter.isNative else { return [try examinePostStatement()] }
    do throws(BooksError) {
      try session.execute("explain \(Insertion(on: session).probe)")
      return [Finding(.ok, "ledger.entry can be posted to")]
    } catch {
      guard error.category == .configuration else { throw error }
      switch error.sqlState {
      case "42501":
        return [
          Finding(
            .fault, "ledger: \(user) may not insert into ledger.entry",
            hint: "run: grant insert on ledger.entry to \(role); or grant tieout_poster to \(role)")
        ]
      case "42P10":
        return [
          Finding(
            .fault, "ledger.entry has no unique idempotency_key",
            hint: try isPartitioned()
              ? "ledger.entry is partitioned, and no key is unique over partitions: have an adapter "
                + "whose post.sql claims the key in a table of its own, and inserts if it could"
              : "run: create unique index on ledger.entry (idempotency_key)")
        ]
      default:
        return [Finding(error)]
      }
    }
  }

  private func isPartitioned() throws(BooksError) -> Bool {
    try ledger.connection.query(
      "select relkind = 'p' from pg_catalog.pg_class where oid = 'ledger.entry'::regclass"
    ).scalar == "t"
  }

  /// A role that could change or delete entries can undo the books' memory; only grants prevent it.
  func examineRights() throws(BooksError) -> [Finding] {
    let session = ledger.connection
    let user = try session.role()
    if try session.query("select rolsuper from pg_roles where rolname = current_user").scalar == "t"
    {
      return [excess(user, "is a superuser")]
    }
    let tables = try tablesOfEntries()
    let rights = try session.query(
      """
      select format('%I.%I', n.nspname, c.relname), string_agg(lower(p), ', ' order by p)
      from unnest($1::text[]) as wanted (name)
        join pg_catalog.pg_namespace n on n.nspname = split_part(wanted.name, '.', 1)
        join pg_catalog.pg_class c on c.relnamespace = n.oid
          and c.relname = split_part(wanted.name, '.', 2),
        unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) p
      where has_table_privilege(c.oid, p) group by 1 order by 1
      """, [ArrayText.of(tables)])
    guard rights.rowCount > 0 else { return [Finding(.ok, "ledger: \(user) has no excess rights")] }
    return (0..<rights.rowCount).map {
      excess(user, "may also \(rights.text($0, 1) ?? "") \(rights.text($0, 0) ?? "")")
    }
  }

  private func excess(_ user: String, _ what: String) -> Finding {
    Finding(
      .advice, "ledger: \(user) \(what)",
      hint: ledger.adapter.isNative
        ? "run as a role that has tieout_poster only; `tieout install --grant-to ROLE`"
        : "run as a role that may read and insert, and nothing else")
  }

  /// The tables that hold the entries, as the server's planner tells.
  private func tablesOfEntries() throws(BooksError) -> [String] {
    if ledger.adapter.isNative { return ["ledger.entry"] }
    let plan = try? ledger.connection.query(
      """
      explain (verbose, costs off, format json)
      select entry_id from (\(ledger.requiredSelect(.entry))
      ) r
      """)
    let sources = plan?.scalar.flatMap(PlanTree.read)?.sources ?? []
    return Set(sources.map { "\($0.schema).\($0.table)" }).sorted()
  }

  /// What recording a run needs. Not to have the schema is no fault: then nothing is recorded.
  func examineSchema() throws(BooksError) -> Finding {
    let session = ledger.connection
    guard try isInstalled() else {
      return Finding(
        .advice, "ledger: schema tieout is not installed, so no run is recorded",
        hint: "run `tieout install` as the owner of the database")
    }
    var lacking = try self.lacking(
      """
      ('select', 'tieout.run'), ('insert', 'tieout.run'), ('select', 'tieout.break'),
      ('insert', 'tieout.break'), ('update', 'tieout.break'), ('select', 'tieout.closed_period')
      """)
    let keepsMemory = try keepsMemory()
    if lacking == nil, keepsMemory {
      lacking = try self.lacking(
        """
        ('select', 'tieout.watermark'), ('insert', 'tieout.watermark'), ('select', 'tieout.day'),
        ('insert', 'tieout.day'), ('select', 'tieout.day_total'), ('insert', 'tieout.day_total')
        """)
    }
    let keepsLife = try RunRecord.keepsLife(on: session)
    if lacking == nil, keepsLife {
      lacking = try self.lacking(
        """
        ('insert', 'tieout.run_report'), ('select', 'tieout.run_report'),
        ('insert', 'tieout.break_change')
        """)
    }
    if lacking == nil, try ApprovalSchema.isInstalled(on: session) {
      lacking = try self.lacking(
        """
        ('insert', 'tieout.proposal'), ('insert', 'tieout.proposed_correction'),
        ('select', 'tieout.proposed_correction'), ('select', 'tieout.approval'),
        ('select', 'tieout.rejection')
        """)
    }
    if let lacking {
      let user = try session.role()
      return Finding(
        .fault, "ledger: \(user) lacks \(lacking)",
        hint: "run: grant tieout_poster to \(try session.identifier(user))")
    }
    guard keepsMemory, keepsLife else {
      let without =
        keepsMemory ? "what becomes of breaks is not kept" : "no run knows what came late"
      return Finding(
        .advice, "ledger: schema tieout is of an older version: \(without)",
        hint: "run `tieout install` as the owner of the database")
    }
    return Finding(.ok, "ledger: schema tieout is installed")
  }

  /// - Parameter rights: pairs of a right and a relation, as SQL's VALUES.
  private func lacking(_ rights: String) throws(BooksError) -> String? {
    try ledger.connection.query(
      """
      select string_agg(needed || ' on ' || relation, ', ' order by relation, needed)
      from (values \(rights)) rights (needed, relation)
      where not has_schema_privilege('tieout', 'usage')
        or not has_any_column_privilege(relation, needed)
      """
    ).scalar
  }
}
