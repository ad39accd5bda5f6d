/// The roles: one that reads the books, one that may also add entries, and one for people, that may
/// also approve, reject, close and reopen. Who posts by night cannot sign for it.
enum Roles {
  private static let reader = "tieout_reader"
  private static let poster = "tieout_poster"
  private static let controller = "tieout_controller"

  /// A right to be given.
  private struct Grant {
    var statement: String
    /// SQL that is true once the right is there. GRANT itself may do nothing, with a mere warning.
    var holds: String
  }

  /// Creates the roles and gives them their rights, each where it is missing and the session may.
  /// - Returns: what it may not do: SQL for someone who may.
  static func grant(on session: Connection, to role: String?) throws(BooksError) -> [String] {
    var refused: [String] = []
    for name in [reader, poster, controller] {
      let role = Grant(
        statement: "create role \(name) nologin",
        holds: "exists (select from pg_catalog.pg_roles where rolname = '\(name)')")
      try give(role, on: session, &refused)
    }
    var grants = [
      membership(of: "'\(poster)'", in: reader, poster),
      membership(of: "'\(controller)'", in: poster, controller),
    ]
    for (schema, table) in try tables(on: session) {
      grants.append(
        Grant(
          statement: "grant usage on schema \(schema) to \(reader)",
          holds: "has_schema_privilege('\(reader)', '\(schema)', 'usage')"))
      grants.append(right("select", on: "\(schema).\(table)", to: reader))
      if let role = inserter(schema, table) {
        grants.append(right("insert", on: "\(schema).\(table)", to: role))
      }
    }
    grants.append(right("delete", on: "tieout.closed_period", to: controller))
    if try PeriodGuard.fits(on: session) {
      grants.append(Grant(statement: PeriodGuard.trigger, holds: PeriodGuard.stands))
    }
    // A break's record lives on: what became of it, when it was last seen, and how large it was.
    grants += ["code", "amount", "state", "state_since", "last_seen", "last_run_id"].map { column in
      Grant(
        statement: "grant update (\(column)) on tieout.break to \(poster)",
        holds: "has_column_privilege('\(poster)', 'tieout.break', '\(column)', 'update')")
    }
    let database = try session.identifier(session.database)
    grants.append(
      Grant(
        statement: "grant temporary on database \(database) to \(poster)",
        holds: "has_database_privilege('\(poster)', current_database(), 'temporary')"))
    if let role {
      grants.append(
        membership(of: try session.literal(role), in: poster, try session.identifier(role)))
    }
    for grant in grants { try give(grant, on: session, &refused) }
    return refused
  }

  /// Who may add rows to a table; `nil` = neither role.
  private static func inserter(_ schema: String, _ table: String) -> String? {
    guard schema == "tieout" else { return table == "entry" ? poster : nil }
    if table == "schema_version" { return nil }
    let ofPeople = ApprovalSchema.tablesOfPeople.union(PriceSchema.tablesOfPeople)
    return ofPeople.contains(table) ? controller : poster
  }

  private static func right(_ right: String, on table: String, to role: String) -> Grant {
    Grant(
      statement: "grant \(right) on \(table) to \(role)",
      // By the catalog: a name in a schema that the session itself may not use is refused.
      holds: """
        exists (select from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where n.nspname || '.' || c.relname = '\(table)'
            and has_table_privilege('\(role)', c.oid, '\(right)'))
        """)
  }

  /// - Parameters:
  ///   - member: as a literal.
  ///   - name: the same as an identifier.
  private static func membership(of member: String, in role: String, _ name: String) -> Grant {
    Grant(
      statement: "grant \(role) to \(name)", holds: "pg_has_role(\(member), '\(role)', 'member')")
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

  /// A right or a role that the session lacks is no failure of the whole.
  private static func give(
    _ grant: Grant, on session: Connection, _ refused: inout [String]
  ) throws(BooksError) {
    guard !refused.contains(grant.statement) else { return }
    try session.execute("savepoint attempt")
    do throws(BooksError) {
      let holds = "select \(grant.holds)"
      if try session.query(holds).scalar != "t" {
        try session.execute(grant.statement)
        if try session.query(holds).scalar != "t" { refused.append(grant.statement) }
      }
    } catch {
      try session.execute("rollback to savepoint attempt")
      switch error.sqlState {
      case "42501", "0LP01", "42704": refused.append(grant.statement)
      case "42710", "23505": break  // somebody else has created the role meanwhile
      default: throw error
      }
    }
    try session.execute("release savepoint attempt")
  }
}
