extension Relation {
  /// The columns of the relations that audits alone read, in the order of their decoders.
  var auditColumns: [ContractColumn] {
    switch self {
    case .price:
      [
        .text("price_book"), .text("version"), .text("provider"), .text("model"),
        .text("component"), .text("service_tier"), .boolean("is_batch"),
        .integer("context_over"), .boolean("over_inclusive"), .amount("unit_price"),
        .integer("unit_size"), .code("currency"), .time("effective_from"), .time("effective_to"),
      ]
    case .modelAlias:
      [.text("provider"), .text("alias"), .text("model"), .time("effective_from")]
    case .allowance:
      [
        .text("allowance_id"), .text("tenant_id"), .text("user_id"), .text("account"),
        .text("unit"), .text("kind"), .text("credit_type"), .amount("amount"),
        .amount("threshold"), .text("period"), .time("starts_at"), .time("ends_at"),
      ]
    case .meter:
      [
        .text("slug"), .text("kind"), .text("aggregation"), .text("unit"), .amount("credit_cost"),
        .text("category_slug"), .judged("period", as: Self.interval("period")),
        .amount("rollover_cap"),
        .boolean("is_active"),
      ]
    case .counter:
      [
        .text("counter"), .text("entity_id"), .text("tenant_id"), .text("unit"),
        .time("window_start"), .time("window_end"), .amount("value"), .amount("limit_value"),
        .time("as_of"),
      ]
    case .rollupDay:
      [
        .text("rollup"), .text("row_id"), .text("entity_id"), .date("day"), .text("key_id"),
        .text("provider"), .text("model"), .integer("requests"), .integer("input_tokens"),
        .integer("output_tokens"), .amount("amount"), .boolean("additive"),
      ]
    case .providerBill:
      [
        .text("provider"), .text("account"), .text("row_id"), .time("bucket_start"),
        .time("bucket_end"), .text("basis"), .text("model"), .text("component"),
        .text("service_tier"), .amount("quantity"), .amount("amount"), .code("currency"),
      ]
    case .usageEvent, .chargePolicy, .periodCharge, .entry, .invoiceLine: []
    }
  }

  /// An interval as months, days and microseconds, whatever style the session writes intervals in.
  private static func interval(_ column: String) -> String {
    """
    case when \(column) is not null then concat_ws(' ',
      (extract(year from \(column)) * 12 + extract(month from \(column)))::bigint,
      extract(day from \(column))::bigint,
      (extract(hour from \(column)) * 3600000000 + extract(minute from \(column)) * 60000000
        + extract(microseconds from \(column)))::bigint) end
    """
  }
}
