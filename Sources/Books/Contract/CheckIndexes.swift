import Accounting

/// A column that runs look rows up by.
private struct WantedIndex {
  let column: String
  /// What a run does by it, and must do by reading the whole table instead.
  let use: String
  /// Most rows have none: an index need not hold those.
  var isSparse = false
}

extension Relation {
  fileprivate var wantedIndexes: [WantedIndex] {
    switch self {
    case .usageEvent:
      [
        WantedIndex(column: "occurred_at", use: "the events of a day"),
        WantedIndex(column: "recorded_at", use: "events that arrived late"),
        WantedIndex(column: "request_id", use: "all events of a doubtful request"),
        WantedIndex(
          column: "provider_request_id", use: "the other events of a provider call",
          isSparse: true),
      ]
    case .entry:
      [
        WantedIndex(column: "entry_id", use: "entries that others reverse"),
        WantedIndex(column: "request_id", use: "all entries of a doubtful request"),
        WantedIndex(column: "posted_at", use: "the entries of a day, and late ones"),
        WantedIndex(
          column: "reverses_entry_id", use: "reversals that name no request", isSparse: true),
        WantedIndex(column: "period", use: "the entries booked to a month"),
      ]
    default: []
    }
  }
}

extension PostgresBooks {
  /// The indexes that runs would use and that are not there, each with its DDL. None is a fault: a
  /// run works without them, only slower.
  func examineIndexes(of relation: Relation) throws(BooksError) -> [Finding] {
    let book = book(of: relation)
    guard let select = book.select(relation), !relation.wantedIndexes.isEmpty else { return [] }
    let name = book.adapter.name(of: relation)
    var findings: [Finding] = []
    for wanted in relation.wantedIndexes {
      let plan = try book.connection.query(
        "explain (verbose, costs off, format json) select \(wanted.column) from (\(select)\n) r")
      let tree = (plan.scalar).flatMap(PlanTree.read)
      if tree?.isConstant == true { continue }
      guard let sources = tree?.sources, !sources.contains(where: \.isForeign) else {
        findings.append(
          Finding(
            .advice,
            "\(name): which table's \(wanted.column) it reads cannot be told, nor whether it has an index",
            hint: "see that an index finds \(wanted.use), where there are many rows"))
        continue
      }
      findings += try missing(wanted, behind: sources, name, book)
    }
    return findings.isEmpty
      ? [Finding(.ok, "\(name) has the indexes that runs look rows up by")] : findings
  }

  private func missing(
    _ wanted: WantedIndex, behind sources: [PlanTree.Source], _ name: String, _ book: Book
  ) throws(BooksError) -> [Finding] {
    var findings: [Finding] = []
    for source in sources {
      let result = try book.connection.query(
        PostgresBooks.indexQuery,
        [source.schema, source.table, source.alias, source.expression])
      guard result.rowCount == 1, result.text(0, 0) != "t" else { continue }
      let table = result.text(0, 1) ?? ""
      let key = result.text(0, 2) ?? ""
      let isPartitioned = result.text(0, 3) == "t"
      let isColumn = result.text(0, 4) == "t"
      let keyed = isColumn ? key : "(\(key))"
      let sparse = wanted.isSparse && isColumn ? " where \(key) is not null" : ""
      let how = isPartitioned ? "" : "concurrently "
      let finding = Finding(
        .advice, "\(table) has no index on \(key): \(wanted.use) are found by reading all of it",
        hint: "run: create index \(how)on \(table) (\(keyed))\(sparse);")
      if !findings.contains(finding) { findings.append(finding) }
    }
    return findings
  }

  /// Whether a valid index begins with the column or expression; the table to be indexed, which for
  /// a partition is the whole table; what the index would hold; whether the table is partitioned;
  /// and whether it is a plain column. An index of part of the rows counts where it leaves out
  /// only what runs never ask for: rows without a value, and other accounts.
  private static let indexQuery = """
    with plan as (
      select c.oid, coalesce(pg_partition_root(c.oid), c.oid::regclass) as root,
        replace($4, quote_ident($3) || '.', '') as key
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = $2
    )
    select exists (select from pg_catalog.pg_index i
        where i.indrelid = plan.oid and i.indisvalid and i.indisready
          and pg_get_indexdef(i.indexrelid, 1, false) in (key, '(' || key || ')')
          and coalesce(pg_get_expr(i.indpred, i.indrelid) in ('(' || key || ' IS NOT NULL)',
            '(account = ''llm_usage''::text)'), true)),
      format('%I.%I', root_namespace.nspname, root.relname), key,
      root.relkind = 'p',
      exists (select from pg_catalog.pg_attribute a
        where a.attrelid = plan.oid and a.attnum > 0 and quote_ident(a.attname) = key)
    from plan join pg_catalog.pg_class root on root.oid = plan.root
      join pg_catalog.pg_namespace root_namespace on root_namespace.oid = root.relnamespace
    """
}
