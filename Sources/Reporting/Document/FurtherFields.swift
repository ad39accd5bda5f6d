import Accounting
import Reconciliation

extension ReportFields {
  /// What only some reports have, after all else: each is left out where there is nothing to say.
  static func further(_ report: RunReport) -> [NamedValue] {
    var values: [NamedValue] = []
    if let late = report.late { values.append(NamedValue("late", .record(named(late)))) }
    if !report.monthsToDate.isEmpty {
      values.append(
        NamedValue("months_to_date", .records(report.monthsToDate.map(named), each: "month")))
    }
    if !report.differingTotals.isEmpty {
      values.append(
        NamedValue("differing_totals", .records(report.differingTotals.map(named), each: "total")))
    }
    if !report.judgement.plans.isEmpty {
      let plans = report.judgement.plans.map { plan in
        Self.plan.map { NamedValue($0.name, $0.value(plan)) }
      }
      values.append(NamedValue("plans", .records(plans, each: "plan")))
    }
    if !report.judgement.roundings.isEmpty {
      values.append(
        NamedValue(
          "rounding_what_if", .records(report.judgement.roundings.map(named), each: "what_if")))
    }
    return values
  }

  private static func named(_ late: LateArrivals) -> [NamedValue] {
    [
      NamedValue("since", .word(late.since)),
      NamedValue("judged_from", .text(late.judgedFrom?.description)),
      NamedValue("requests", .count(late.requests)),
    ]
  }

  private static func named(_ month: MonthToDate) -> [NamedValue] {
    [
      NamedValue("period", .word(month.period)), NamedValue("through", .word(month.through)),
      NamedValue("missing_days", .texts(month.missingDays.map(\.description), each: "day")),
      NamedValue("places", .records(month.places.map(named), each: "place")),
    ]
  }

  private static func named(_ place: PlaceToDate) -> [NamedValue] {
    Value.group(place.key) + [
      NamedValue("usage_rows", .count(place.usage.rows)),
      NamedValue("usage_charge", .amount(place.usage.amount, place.key.currency)),
      NamedValue("ledger_rows", .count(place.ledger.rows)),
      NamedValue("ledger_amount", .amount(place.ledger.amount, place.key.currency)),
    ]
  }

  private static func named(_ total: DifferingTotal) -> [NamedValue] {
    [
      NamedValue("relation", .text(total.relation.rawValue)), NamedValue("day", .word(total.day)),
      NamedValue("tenant_id", .text(total.tenant)),
      NamedValue("deployment_id", .text(total.deployment)),
      NamedValue("currency", .text(total.currency)),
      NamedValue("period", .text(total.period?.description)),
      NamedValue("stored_rows", .count(total.stored.rows)),
      NamedValue("stored_amount", .number(total.stored.amount)),
      NamedValue("counted_rows", .count(total.counted.rows)),
      NamedValue("counted_amount", .number(total.counted.amount)),
    ]
  }
}
