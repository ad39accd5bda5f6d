/// The tables of usage that was imported from a gateway without a database. Rows are added, never
/// changed: the first payload told of a request stands, and every other one is kept beside it.
enum IntakeSchema {
  static let tables = """
    create table tieout.imported_event (
      request_id text primary key,            -- whoever writes first, wins
      payload_digest text not null,           -- over all that was told of the event
      recorded_at timestamptz not null default clock_timestamp(),
      \(columns)
    );
    create index on tieout.imported_event (occurred_at);
    create index on tieout.imported_event (recorded_at);
    create index on tieout.imported_event (event_id);
    create index on tieout.imported_event (provider_request_id)
      where provider_request_id is not null;
    create table tieout.imported_conflict (   -- other payloads under the id of an imported event
      request_id text not null references tieout.imported_event,
      payload_digest text not null,
      recorded_at timestamptz not null default clock_timestamp(),
      \(columns),
      primary key (request_id, payload_digest)
    );
    """

  private static let columns = IntakeColumn.all.filter { $0.name != "request_id" }.map { column in
    "\(column.name) \(column.kind.type)\(column.isRequired ? " not null" : "")"
  }.joined(separator: ",\n      ")

  /// Whether the installed schema has the tables.
  static func isInstalled(on session: Connection) throws(BooksError) -> Bool {
    try session.query(
      """
      select exists (select from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'tieout' and c.relname = 'imported_conflict')
      """
    ).scalar == "t"
  }
}
