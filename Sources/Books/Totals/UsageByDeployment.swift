import Accounting
import Billing
import Reconciliation

extension PostgresBooks {
  /// What each deployment used, as the gateway's server counts and sums it: events that may be
  /// charged, the first of each request and of each provider call. What lies outside the range is not
  /// looked at.
  ///
  /// - Throws: `BooksError`, of category `data` where a sum is no amount.
  package func usageByDeployment(
    _ range: Range<Instant>, _ places: PlaceFilter
  ) throws(BooksError) -> [DeploymentUsage] {
    let result = try gateway.connection.query(
      """
      select tenant_id, deployment_id, currency, count(*),
        sum(input_tokens::numeric + cache_read_tokens + cache_write_5m_tokens
          + cache_write_1h_tokens), sum(output_tokens::numeric), sum(charge)
      from (select r.*,
          row_number() over (partition by request_id order by recorded_at, event_id) as of_request,
          row_number() over (partition by coalesce(nullif(provider_request_id::text, ''),
              ' ' || event_id::text), input_tokens, cache_read_tokens, cache_write_5m_tokens,
              cache_write_1h_tokens, output_tokens, reasoning_tokens, quantity, unit
            order by recorded_at, event_id) as of_call
        from (\(gateway.requiredSelect(.usageEvent))
        ) r where \(try gateway.inRange(range, places)) and status = 'ok' and billable
          and attempt_kind in ('primary', 'retry', 'fallback', 'external_report')
          and charge is not null) firsts
      where of_request = 1 and of_call = 1 group by 1, 2, 3 order by 1, 2, 3
      """)
    return try (0..<result.rowCount).map { row throws(BooksError) in
      func text(_ column: Int) -> String { result.text(row, column) ?? "" }
      guard let currency = Currency(text(2)), let requests = Int64(text(3)),
        let input = Int128(text(4)), let output = Int128(text(5)), let charge = try? Money(text(6))
      else {
        throw BooksError(
          .data, "\(gateway.adapter.name(of: .usageEvent)): the usage of \(text(0)) is no amount",
          hint: "a run over the same days names the rows that cannot be judged")
      }
      return DeploymentUsage(
        tenant: text(0), deployment: result.text(row, 1), currency: currency, requests: requests,
        inputTokens: input, outputTokens: output, charge: charge)
    }
  }
}
