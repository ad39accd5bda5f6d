/// The two roles that runs need: one that reads the books, one that may also add entries.
enum Roles {
  private static let reader = "tieout_reader"
  private static let poster = "tieout_poster"

  /// Creates the roles and grants them their rights, each where the session may.
  /// - Returns: what it may not do: SQL for someone who may.
  static func grant(on session: Connection, to role: String?) throws(BooksError) -> [String] {
    var refused: [String] = []
    let existing = try existingRoles(on: session)
    for name in [reader, poster] where !existing.contains(name) {
      try attempt("create role \(name) nologin", on: session, &refused)
    }
    var grants = ["grant \(reader) to \(poster)"]
    for (schema, table) in try tables(on: session) {
      grants.append("grant usage on schema \(schema) to \(reader)")
      grants.append("grant select on \(schema).\(table) to \(reader)")
    }
    grants += [
      "grant insert on tieout.run, tieout.break, tieout.closed_period to \(poster)",
      // A break is the only record that lives on: when it was last seen, and how large it was.
      "grant update (amount, last_seen, last_run_id) on tieout.break to \(poster)",
    ]
    if try exists("ledger", "entry", on: session) {
      grants.append("grant insert on ledger.entry to \(poster)")
    }
    if let role { grants.append("grant \(poster) to \(try session.identifier(role))") }
    var seen: Set<String> = []
    for grant in grants where seen.insert(grant).inserted {
      if refused.isEmpty {
        try attempt(grant, on: session, &refused)
      } else {
        refused.append(grant)  // a role is missing: what follows would fail for that reason
      }
    }
    return refused
  }

  private static func existingRoles(on session: Connection) throws(BooksError) -> [String] {
    let result = try session.query(
      "select rolname from pg_catalog.pg_roles where rolname in ('\(reader)', '\(poster)')")
    return (0..<result.rowCount).compactMap { result.text($0, 0) }
  }

  /// The contract's relations that this database has (the gateway's may be on another server), and
  /// tieout's own.
  private static func tables(on session: Connection) throws(BooksError) -> [(String, String)] {
    let result = try session.query(
      """
      select n.nspname, c.relname from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'v', 'm', 'f')
         and (n.nspname = 'tieout' or n.nspname || '.' || c.relname = any($1::text[]))
       order by 1, 2
      """,
      [ArrayText.of(Relation.allCases.map { "\($0.nativeName.schema).\($0.nativeName.table)" })])
    return (0..<result.rowCount).map { (result.text($0, 0) ?? "", result.text($0, 1) ?? "") }
  }

  private static func exists(
    _ schema: String, _ table: String, on session: Connection
  ) throws(BooksError) -> Bool {
    try tables(on: session).contains { $0.0 == schema && $0.1 == table }
  }

  /// Runs one statement; a missing right or role is no failure of the whole.
  private static func attempt(
    _ statement: String, on session: Connection, _ refused: inout [String]
  ) throws(BooksError) {
    try session.execute("savepoint attempt")
    do throws(BooksError) {
      try session.execute(statement)
    } catch {
      try session.execute("rollback to savepoint attempt")
      switch error.sqlState {
      case "42501", "0LP01", "42704": refused.append(statement)
      case "42710", "23505": break  // somebody else has created the role meanwhile
      default: throw error
      }
    }
    try session.execute("release savepoint attempt")
  }
}
