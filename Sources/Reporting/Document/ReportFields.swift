import Accounting
import Reconciliation

/// The shape of a report, told once: JSON, XML and CSV are written from these lists, so that they
/// carry the same fields in the same order. Only ever add to them, and to the XSD with them.
enum ReportFields {
  static let schema = "tieout-report-1"

  static let run: [Field<RunHeader>] = [
    Field("id") { .text($0.id) },
    Field("job") { .text($0.job) },
    Field("from") { .word($0.range.first) },
    Field("to") { .word($0.range.last) },
    Field("timezone") { .text($0.timezone) },
    Field("as_of") { .word($0.asOf) },
    Field("posted") { .flag($0.posted) },
    Field("status") { .text($0.status.rawValue) },
    Field("config_digest") { .text($0.configDigest) },
    Field("version") { .text($0.version) },
    Field("previous_digest") { .text($0.previousDigest) },
    Field("record_digest") { .text($0.recordDigest) },
  ]

  static let controls: [Field<Controls>] = [
    Field("usage_rows") { .count($0.usageRows) },
    Field("usage_charge") { .number($0.usageCharge) },
    Field("ledger_rows") { .count($0.ledgerRows) },
    Field("ledger_amount") { .number($0.ledgerAmount) },
    Field("clean_requests") { .count($0.cleanRequests) },
    Field("broken_requests") { .count($0.brokenRequests) },
    Field("set_aside_rows") { .count($0.setAsideRows) },
    Field("not_examined") {
      .records(
        $0.notExamined.map {
          [NamedValue("check", .text($0.check)), NamedValue("why", .text($0.why))]
        }, each: "item")
    },
  ]

  static let cluster: [Field<Cluster>] = [
    Field("code") { .text($0.code.rawValue) },
    Field("severity") { .text($0.severity.rawValue) },
    Field("currency") { .word($0.currency) },
    Field("tenant_id") { .text($0.tenant) },
    Field("deployment_id") { .text($0.deployment) },
    Field("model") { .text($0.model) },
    Field("price_version") { .text($0.priceVersion) },
    Field("from") { .text($0.from?.description) },
    Field("to") { .text($0.to?.description) },
    Field("breaks") { .count($0.breaks) },
    Field("amount") { .amount($0.amount, $0.currency) },
    Field("largest_break_id") { .text($0.largestBreakID) },
    Field("rest") { .flag($0.isRest) },
  ]

  static let group: [Field<GroupResult>] = [
    Field("tenant_id") { .text($0.key.tenant) },
    Field("deployment_id") { .text($0.key.deployment) },
    Field("currency") { .word($0.key.currency) },
    Field("period") { .word($0.key.period) },
    Field("policy") { .text($0.policy) },
    Field("whole_period") { .flag($0.isWholePeriod) },
    Field("requests") { .count($0.requests) },
    Field("recorded") { .amount($0.recorded, $0.key.currency) },
    Field("due") { .amount($0.due, $0.key.currency) },
    Field("posted") { .amount($0.posted, $0.key.currency) },
    Field("variance") { .amount($0.variance, $0.key.currency) },
    Field("sum_of_rounded") { .amount($0.sumOfRounded, $0.key.currency) },
    Field("rounded_sum") { .amount($0.roundedSum, $0.key.currency) },
    Field("rounding_drift") { .amount($0.roundingDrift, $0.key.currency) },
    Field("rounding_bound") { .amount($0.roundingBound, $0.key.currency) },
    Field("bridge", columns: BridgeLine.allCases.map { "bridge_\($0.identifier)" }) {
      .bridge($0.bridge, $0.key.currency)
    },
    Field("blocked_by") { .texts($0.blockedBy.map(\.rawValue), each: "code") },
  ]

  static let `break`: [Field<Break>] = [
    Field("id") { .text($0.id) },
    Field("code") { .text($0.code.rawValue) },
    Field("severity") { .text($0.severity.rawValue) },
    Field("tenant_id") { .text($0.group.tenant) },
    Field("deployment_id") { .text($0.group.deployment) },
    Field("currency") { .word($0.group.currency) },
    Field("period") { .word($0.group.period) },
    Field("request_id") { .text($0.requestID) },
    Field("event_ids") { .texts($0.eventIDs, each: "event_id") },
    Field("entry_ids") { .texts($0.entryIDs, each: "entry_id") },
    Field("amount") { .amount($0.amount, $0.group.currency) },
    Field("explanation") { .text($0.explanation) },
    Field("first_seen") { .word($0.firstSeen) },
    Field("disposition") { .text($0.disposition.rawValue) },
    Field("shares") { found in
      .records(
        found.shares.map {
          Value.group($0.group) + [NamedValue("amount", .amount($0.amount, $0.group.currency))]
        }, each: "share")
    },
    Field("occurred_at") { .text($0.occurredAt?.description) },
    Field("state") { .text($0.state.rawValue) },
    Field("measure") { found in
      found.measure.map { measure in
        measure.currency.map { .amount(measure.amount, $0) } ?? .number(measure.amount)
      } ?? .text(nil)
    },
    Field("unit") { .text($0.measure?.unit) },
  ]

  static let correction: [Field<Correction>] = [
    Field("id") { .text($0.id) },
    Field("break_id") { .text($0.breakID) },
    Field("code") { .text($0.code.rawValue) },
    Field("kind") { .text($0.kind.text) },
    Field("tenant_id") { .text($0.tenant) },
    Field("deployment_id") { .text($0.deployment) },
    Field("currency") { .word($0.currency) },
    Field("period") { .word($0.period) },
    Field("service_period") { .word($0.servicePeriod) },
    Field("request_id") { .text($0.requestID) },
    Field("reverses_entry_id") { .text($0.reversesEntryID) },
    Field("amount") { .amount($0.amount, $0.currency) },
    Field("idempotency_key") { .text($0.idempotencyKey) },
    Field("status") { .text($0.status.rawValue) },
    Field("held_because") { .text($0.heldBecause) },
    Field("group", columns: Value.groupNames.map { "group_\($0)" }) {
      .record(Value.group($0.group))
    },
    Field("account") { .text($0.units?.account) },
    Field("quantity") { $0.units.map { .number($0.quantity) } ?? .text(nil) },
    Field("unit") { .text($0.units?.unit) },
  ]
}

extension BridgeLine {
  /// The line's name as one word of snake_case.
  var identifier: String {
    String(rawValue.map { $0 == " " || $0 == "-" ? "_" : $0 })
  }
}
