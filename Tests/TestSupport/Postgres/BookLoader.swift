import Accounting
import Billing
import Books
import Reconciliation

/// Writes plain books into databases that have the contract's tables and schema tieout.
package enum BookLoader {
  /// - Parameter contents: without rows set aside: a database takes those as they are written.
  package static func load(
    _ contents: BookContents, gateway: Connection, ledger: Connection
  ) throws {
    try copy(usageColumns, contents.usage.map(usage), into: "gateway.usage_event", of: gateway)
    try load(contents.policies, policyColumns, policy, "gateway.charge_policy", gateway)
    try load(
      contents.periodCharges, periodChargeColumns, periodCharge, "gateway.period_charge", gateway)
    try copy(entryColumns, contents.entries.map(entry), into: "ledger.entry", of: ledger)
    try load(contents.invoiceLines, invoiceColumns, invoiceLine, "ledger.invoice_line", ledger)
    // What audits alone read, such books do not hold.
    for relation in Relation.ofGateway where !Self.loaded.contains(relation) {
      try gateway.execute("drop table gateway.\(relation.rawValue)")
    }
    if let closed = contents.closedPeriods {
      try copy(
        "period closed_at closed_by reason",
        closed.map { [$0.period.firstDay.description, $0.closedAt.description, "test", "close"] },
        into: "tieout.closed_period", of: ledger)
    } else {
      try ledger.execute("drop schema if exists tieout cascade")
    }
  }

  private static let loaded: Set<Relation> = [.usageEvent, .chargePolicy, .periodCharge]

  /// A relation that the books do not provide is taken away.
  private static func load<Row>(
    _ rows: [Row]?, _ columns: String, _ fields: (Row) -> [String?], _ relation: String,
    _ session: Connection
  ) throws {
    if let rows {
      try copy(columns, rows.map(fields), into: relation, of: session)
    } else {
      try session.execute("drop table \(relation)")
    }
  }

  private static func copy(
    _ columns: String, _ rows: [[String?]], into relation: String, of session: Connection
  ) throws {
    let list = columns.split(separator: " ").joined(separator: ", ")
    _ = try session.copyIn(
      "copy \(relation) (\(list)) from stdin", rows: rows.map { CopyText.line($0) })
  }
}

extension BookLoader {
  private static let usageColumns = """
    event_id request_id provider_request_id attempt_kind tenant_id deployment_id user_id session_id \
    occurred_at recorded_at model status billable input_tokens cache_read_tokens \
    cache_write_5m_tokens cache_write_1h_tokens output_tokens reasoning_tokens quantity unit charge \
    charge_minor currency price_version operation provider service_tier is_batch token_basis cost \
    caller_type key_id
    """

  private static func usage(_ event: UsageEvent) -> [String?] {
    let tokens = event.tokens
    let counts = [
      tokens.input, tokens.cacheRead, tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.output,
      tokens.reasoning,
    ]
    return [
      event.eventID, event.requestID, event.providerRequestID, event.attempt.text, event.tenant,
      event.deployment, event.user, event.session, event.occurredAt.description,
      event.recordedAt.description, event.model, event.status.text, String(event.billable),
    ] + counts.map { String($0) } + [
      event.quantity?.description, event.unit, event.charge?.description,
      event.chargeMinor.map { String($0) }, event.currency.code, event.priceVersion,
    ] + details(event.details)
  }

  private static func details(_ call: CallDetails) -> [String?] {
    [
      call.operation, call.provider, call.serviceTier, String(call.isBatch), call.tokenBasis.text,
      call.cost?.description, call.callerType, call.keyID,
    ]
  }

  private static let policyColumns = """
    policy_id tenant_id deployment_id kind percent input_price output_price unit_size base_fee \
    base_fee_billed included_quantity included_unit overage_price minimum_charge rollover_cap \
    overage_tiers currency effective_from effective_to
    """

  private static func policy(_ policy: ChargePolicy) -> [String?] {
    let plan = policy.plan
    let prices = policy.tokenPrices
    return [
      policy.policyID, policy.tenant, policy.deployment, policy.kind.text,
      policy.percent?.description, prices?.input.description, prices?.output.description,
      String(prices?.unitSize ?? 1_000_000), plan.baseFee?.description,
      plan.baseFeeInUsage ? "in_usage" : "separately", plan.includedQuantity?.description,
      plan.includedUnit, plan.overagePrice?.description, plan.minimumCharge?.description,
      plan.rolloverCap?.description, plan.overageTiers.map(json), policy.currency.code,
      policy.effectiveFrom.description, policy.effectiveTo?.description,
    ]
  }

  private static func json(_ tiers: OverageTiers) -> String {
    let rows = tiers.tiers.map { tier in
      #"{"up_to": \#(tier.upTo?.description ?? "null"), "price": "\#(tier.price)"}"#
    }
    let list = "[\(rows.joined(separator: ", "))]"
    return tiers.mode == .graduated ? list : #"{"mode": "volume", "tiers": \#(list)}"#
  }

  private static let periodChargeColumns =
    "tenant_id deployment_id period amount currency revision computed_at"

  private static func periodCharge(_ charge: PeriodCharge) -> [String?] {
    [
      charge.tenant, charge.deployment, charge.period.firstDay.description,
      charge.amount.description, charge.currency.code, String(charge.revision),
      "2026-01-01T00:00:00Z",
    ]
  }

  private static let entryColumns = """
    entry_id tenant_id deployment_id kind request_id amount currency period service_period posted_at \
    reverses_entry_id idempotency_key reason
    """

  private static func entry(_ entry: LedgerEntry) -> [String?] {
    [
      entry.entryID, entry.tenant, entry.deployment, entry.kind.text, entry.requestID,
      entry.amount.description, entry.currency.code, entry.period.firstDay.description,
      entry.servicePeriod?.firstDay.description, entry.postedAt.description,
      entry.reversesEntryID, entry.idempotencyKey, entry.reason,
    ]
  }

  private static let invoiceColumns =
    "line_id invoice_id tenant_id deployment_id kind period amount_minor currency status"

  private static func invoiceLine(_ line: InvoiceLine) -> [String?] {
    [
      line.lineID, line.invoiceID, line.tenant, line.deployment, line.kind,
      line.period.firstDay.description,
      line.amount.minorUnits(of: line.currency).map { String($0) }, line.currency.code, line.status,
    ]
  }
}
