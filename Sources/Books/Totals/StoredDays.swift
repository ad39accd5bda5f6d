import Accounting
import Reconciliation

/// The totals that earlier runs have stored, one count a day. A later count of a day stands in for
/// those before it; none is ever changed.
extension PostgresBooks {
  /// Days from `first` to `last` of which a count is stored.
  package func storedDays(
    _ relation: Relation, from first: CivilDate, through last: CivilDate
  ) throws(BooksError) -> [CivilDate] {
    let result = try ledger.connection.query(
      """
      select distinct to_char(day, 'YYYY-MM-DD') from tieout.day
      where book = $1 and relation = $2 and timezone = $3 and day between $4::date and $5::date
      order by 1
      """, try storedKey(relation) + [first.description, last.description])
    return (0..<result.rowCount).compactMap { result.text($0, 0).flatMap { CivilDate($0) } }
  }

  package func stored(_ relation: Relation, on day: CivilDate) throws(BooksError) -> DayCount {
    DayCount(
      relation: relation, day: day,
      totals: try storedTotals(relation, "day = $4::date", of: "true", [day.description]))
  }

  /// The sums of the days from `first` to `last` that are not among `others`.
  package func stored(
    _ relation: Relation, from first: CivilDate, through last: CivilDate, but others: [CivilDate],
    tenants: [String]
  ) throws(BooksError) -> [TotalPlace: ControlTotal] {
    try storedTotals(
      relation, "day between $4::date and $5::date and day <> all ($6::date[])",
      of: "tenant_id = any ($7::text[])",
      [
        first.description, last.description, ArrayText.of(others.map(\.description)),
        ArrayText.of(tenants),
      ])
  }

  private func storedTotals(
    _ relation: Relation, _ days: String, of places: String, _ parameters: [String]
  ) throws(BooksError) -> [TotalPlace: ControlTotal] {
    try ledger.connection.query(
      """
      select tenant_id, deployment_id, currency, to_char(period, 'YYYY-MM'), sum(rows), sum(amount)
      from tieout.day_total natural join (
        select book, relation, timezone, day, max(run_number) as run_number from tieout.day
        where book = $1 and relation = $2 and timezone = $3 and \(days)
        group by 1, 2, 3, 4) latest
      where \(places)
      group by 1, 2, 3, 4
      """, try storedKey(relation) + parameters
    ).totals(from: 0, of: "tieout.day_total")
  }

  private func storedKey(_ relation: Relation) throws(BooksError) -> [String] {
    [try bookName(of: relation), relation.rawValue, zone.name]
  }

  /// Which database a relation is read from, and how.
  package func bookName(of relation: Relation) throws(BooksError) -> String {
    try book(of: relation).identity()
  }
}

extension RunMemory {
  /// What stands in tieout.day and tieout.day_total.
  func write(
    _ counts: [DayCount], for run: RunHeader, to session: Connection
  ) throws(BooksError) {
    for count in counts {
      let key = [
        run.id, books[count.relation] ?? "", count.relation.rawValue, run.timezone,
        count.day.description,
      ]
      let places = count.totals.keys.sorted()
      let totals = places.map { count.totals[$0] ?? ControlTotal() }
      try session.query(
        """
        insert into tieout.day (run_number, book, relation, timezone, day, rows, amount)
        select run_number, $2, $3, $4, $5::date,
          (select coalesce(sum(n), 0) from unnest($6::bigint[]) n),
          (select coalesce(sum(n), 0) from unnest($7::numeric[]) n)
        from tieout.run where run_id = $1
        """,
        key + [
          ArrayText.of(totals.map { "\($0.rows)" }), ArrayText.of(totals.map { "\($0.amount)" }),
        ])
      for start in stride(from: 0, to: places.count, by: 1000) {
        let batch = Array(places[start..<min(start + 1000, places.count)])
        let fields: [(TotalPlace) -> String?] = [
          \.tenant, \.deployment, \.currency, { $0.period?.firstDay.description },
          { "\(count.totals[$0]?.rows ?? 0)" }, { "\(count.totals[$0]?.amount ?? .zero)" },
        ]
        try session.query(
          """
          insert into tieout.day_total (run_number, book, relation, timezone, day, tenant_id,
            deployment_id, currency, period, rows, amount)
          select run_number, $2, $3, $4, $5::date, place.* from tieout.run, unnest($6::text[],
            $7::text[], $8::text[], $9::date[], $10::bigint[], $11::numeric[]) place
          where run_id = $1
          """, key + fields.map { field in ArrayText.of(batch.map(field)) })
      }
    }
  }
}
