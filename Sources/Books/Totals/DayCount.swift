import Accounting
import Reconciliation

/// Whose rows a total is of, as the rows tell it.
package struct TotalPlace: Hashable, Sendable {
  package var tenant: String
  package var deployment: String?
  package var currency: String
  /// `nil` where the rows tell none.
  package var period: AccountingPeriod?

  package init(
    tenant: String, deployment: String?, currency: String, period: AccountingPeriod?
  ) {
    self.tenant = tenant
    self.deployment = deployment
    self.currency = currency
    self.period = period
  }
}

extension TotalPlace: Comparable {
  package static func < (left: TotalPlace, right: TotalPlace) -> Bool {
    left.order < right.order
  }

  private var order: (String, String, String, String) {
    (tenant, deployment.map { "+" + $0 } ?? "", currency, period?.description ?? "")
  }
}

/// The rows of one day of one book: events by the day they occurred, entries by the day they were
/// posted.
package struct DayCount: Hashable, Sendable {
  package var relation: Relation
  package var day: CivilDate
  package var totals: [TotalPlace: ControlTotal]

  package init(relation: Relation, day: CivilDate, totals: [TotalPlace: ControlTotal]) {
    self.relation = relation
    self.day = day
    self.totals = totals
  }
}

extension PostgresBooks {
  /// Counted by the server, as the books stand.
  package func count(_ relation: Relation, on day: CivilDate) throws(BooksError) -> DayCount {
    let book = book(of: relation)
    let isUsage = relation == .usageEvent
    let amount = isUsage ? "charge" : "amount"
    let time = isUsage ? "occurred_at" : "posted_at"
    let bounds = try [day, day.adding(days: 1)].map { day throws(BooksError) in
      try book.connection.literal(zone.start(of: day).description) + "::timestamptz"
    }
    let month = "coalesce(service_period, period)"
    let period =
      isUsage
      ? "'\(day.period)'" : "case when isfinite(\(month)) then to_char(\(month), 'YYYY-MM') end"
    let result = try book.connection.query(
      """
      select coalesce(tenant_id, ''), deployment_id, coalesce(currency, ''), \(period), count(*),
        coalesce(sum(\(amount)) filter (where \(PostgresNumeric.isMoney(amount))), 0)
      from (\(book.requiredSelect(relation))
      ) r where \(time) >= \(bounds[0]) and \(time) < \(bounds[1])
        \(isUsage ? "" : "and account = 'llm_usage'")
      group by 1, 2, 3, 4
      """)
    return DayCount(
      relation: relation, day: day,
      totals: try result.totals(from: 0, of: book.adapter.name(of: relation)))
  }

  /// The days on which something occurred that arrived since: before `end`, which is where the days
  /// begin that are counted anyhow.
  package func daysOfArrivals(
    since: Instant, occurredBefore end: Instant
  ) throws(BooksError) -> Set<CivilDate> {
    let session = gateway.connection
    // No zone's midnight lies within a quarter of an hour.
    let quarter = "floor(extract(epoch from occurred_at) / 900)::bigint"
    let part = try gateway.parts(.arrived(since: since, occurredBefore: end, .everything))[0]
    let result = try session.query(
      """
      select distinct \(quarter) from (\(gateway.requiredSelect(.usageEvent))
      ) r where \(part.condition)
      """)
    return Set(
      (0..<result.rowCount).compactMap { row in
        result.text(row, 0).flatMap { Int64($0) }.map {
          zone.day(of: Instant(microseconds: $0 * 900_000_000))
        }
      })
  }
}

extension PostgresNumeric {
  /// SQL that is true of what `Money` can hold.
  static func isMoney(_ column: String) -> String {
    "abs(\(column)) < \(limit) and scale(trim_scale(\(column))) <= \(Money.scale)"
  }
}

extension QueryResult {
  /// Rows of tenant, deployment, currency, period, rows and amount.
  borrowing func totals(
    from column: Int, of name: String
  ) throws(BooksError) -> [TotalPlace: ControlTotal] {
    var totals: [TotalPlace: ControlTotal] = [:]
    for row in 0..<rowCount {
      let place = TotalPlace(
        tenant: text(row, column) ?? "", deployment: text(row, column + 1),
        currency: text(row, column + 2) ?? "",
        period: text(row, column + 3).flatMap { AccountingPeriod($0) })
      do {
        var total = totals[place] ?? ControlTotal()
        total.rows += Int(text(row, column + 4) ?? "") ?? 0
        try total.amount += Money(text(row, column + 5) ?? "0")
        totals[place] = total
      } catch {
        throw BooksError(
          .data, "\(name): a sum of a day is too large to keep",
          hint: "correct the amounts near 10^20")
      }
    }
    return totals
  }
}
