import Accounting
import Billing
import Reconciliation

extension PostgresBooks {
  package func counters() throws -> [Pulled<Counter>]? {
    var decoder = CounterDecoder()
    return try list(.counter, "true") { row in try decoder.decode(row) }
  }

  package func rollupDays(_ days: ClosedRange<CivilDate>) throws -> [Pulled<RollupDay>]? {
    var decoder = RollupDayDecoder()
    let condition = "day is null or day between '\(days.lowerBound)' and '\(days.upperBound)'"
    return try list(.rollupDay, condition) { row in try decoder.decode(row) }
  }

  package func providerBills(
    _ days: ClosedRange<CivilDate>
  ) throws -> [Pulled<ProviderBillRow>]? {
    let end = days.upperBound.adding(days: 1)
    let condition = """
      bucket_start is null or bucket_end is null
      or bucket_start < '\(end) 00:00:00Z' and bucket_end > '\(days.lowerBound) 00:00:00Z'
      """
    var decoder = ProviderBillDecoder()
    let rows = try list(.providerBill, condition) { row in try decoder.decode(row) }
    // A relation that tells nothing of these days does not stand before what was imported of them.
    if let rows, !rows.isEmpty { return rows }
    return try importedBills(condition) ?? rows
  }

  /// `nil` where nothing was imported.
  private func importedBills(_ condition: String) throws -> [Pulled<ProviderBillRow>]? {
    guard try BillSchema.isInstalled(on: ledger.connection),
      try ledger.connection.query("select exists (select from tieout.bill_bucket)").scalar == "t"
    else { return nil }
    let columns = Relation.providerBill.columnsRead.map(\.selected).joined(separator: ", ")
    var rows: [Pulled<ProviderBillRow>] = []
    var decoder = ProviderBillDecoder()
    try ledger.connection.copyOut(
      """
      copy (select \(columns) from (\(BillSchema.relation)) r where \(condition)
        order by provider, account, row_id) to stdout (format binary)
      """
    ) { row in rows.append(try decoder.decode(row)) }
    return rows
  }
}

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
    _ windows: [UsageWindow], from first: Int, by dimension: UsageDimension,
    _ settledBefore: Instant, to sums: inout [[Currency: UsageSum]]
  ) throws {
    // As in memory: a cost that `Money` cannot hold is not known, a charge that it cannot hold is none.
    let isMoney = PostgresNumeric.isMoney
    let amount = """
      case when \(isMoney("r.cost")) then r.cost when \(isMoney("r.charge")) then r.charge end
      """
    let result = try gateway.connection.query(
      """
      select w.position, r.currency, coalesce(r.recorded_at < $4::timestamptz, false), count(*),
        coalesce(sum(r.input_tokens::numeric + r.cache_read_tokens + r.cache_write_5m_tokens
          + r.cache_write_1h_tokens), 0),
        coalesce(sum(r.output_tokens), 0),
        coalesce(sum(\(amount)), 0)
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
