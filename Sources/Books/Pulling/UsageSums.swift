import Accounting
import Billing
import Reconciliation

extension PostgresBooks {
  /// Sums of the log, made by the server under the run's snapshot: a window may begin long before the
  /// range, and nothing but the sums travels.
  package func usageSums(
    by dimension: UsageDimension, _ windows: [UsageWindow], settledBefore: Instant
  ) throws -> [[Currency: UsageSum]] {
    var sums = [[Currency: UsageSum]](repeating: [:], count: windows.count)
    var first = 0
    for batch in windows.batches(of: PostgresBooks.windowsAtOnce) {
      try add(batch, from: first, by: dimension, settledBefore, to: &sums)
      first += batch.count
    }
    return sums
  }

  /// Each statement reads the log once.
  private static let windowsAtOnce = 50_000

  private func add(
    _ windows: ArraySlice<UsageWindow>, from first: Int, by dimension: UsageDimension,
    _ settledBefore: Instant, to sums: inout [[Currency: UsageSum]]
  ) throws {
    let amount = "coalesce(r.cost, r.charge)"
    let result = try gateway.connection.query(
      """
      select w.position, r.currency, r.recorded_at < $4::timestamptz, count(*),
        coalesce(sum(r.input_tokens::numeric + r.cache_read_tokens + r.cache_write_5m_tokens
          + r.cache_write_1h_tokens), 0),
        coalesce(sum(r.output_tokens), 0),
        coalesce(sum(\(amount)) filter (where abs(\(amount)) < \(PostgresNumeric.limit)
          and scale(trim_scale(\(amount))) <= \(Money.scale)), 0)
      from unnest($1::text[], $2::timestamptz[], $3::timestamptz[])
        with ordinality as w (entity, first, last, position)
      join (\(gateway.requiredSelect(.usageEvent))
      ) r on r.\(dimension.column)::text = w.entity
        and r.occurred_at >= w.first and r.occurred_at < w.last
      group by 1, 2, 3
      """,
      [
        ArrayText.of(windows.map(\.entity)),
        ArrayText.of(windows.map { $0.start?.description ?? "-infinity" }),
        ArrayText.of(windows.map { $0.end?.description ?? "infinity" }),
        settledBefore.description,
      ])
    for row in 0..<result.rowCount {
      guard let position = result.text(row, 0).flatMap({ Int($0) }),
        let currency = Currency(result.text(row, 1) ?? ""),
        let requests = result.text(row, 3).flatMap({ Int($0) }),
        let input = result.text(row, 4).flatMap({ Int128($0) }),
        let output = result.text(row, 5).flatMap({ Int128($0) })
      else { continue }
      let totals = LogTotals(
        requests: requests, inputTokens: input, outputTokens: output,
        amount: try Money(result.text(row, 6) ?? "0"))
      let index = first + position - 1
      if result.text(row, 2) == "t" {
        sums[index][currency, default: UsageSum()].settled = totals
      } else {
        sums[index][currency, default: UsageSum()].recent = totals
      }
    }
  }

  package func usageBegins() throws -> Instant? {
    let begin = History.microseconds("min(occurred_at)")
    return try gateway.connection.query(
      """
      select \(begin) from (\(gateway.requiredSelect(.usageEvent))
      ) r where occurred_at > '-infinity'
      """
    ).instant(0, 0)
  }
}
