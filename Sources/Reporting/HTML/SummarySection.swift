import Accounting
import Reconciliation

/// The result in plain words, and the lead schedule: one row for each currency.
struct SummarySection {
  struct Row {
    let currency: String
    let groups: String
    let differing: String
    let due: String
    let posted: String
    let over: String
    let under: String
    let variance: String
    let corrected: String
    let waiting: String
    let remaining: String
  }

  let status: String
  let mark: String
  let verdict: String
  let sentences: [String]
  let rows: [Row]
  let isEmpty: Bool

  init(
    _ report: RunReport, _ totals: [CurrencyTotal], _ entries: CorrectionTotals
  ) {
    let judgement = report.judgement
    status = report.run.status.rawValue
    (mark, verdict) =
      switch report.run.status {
      case .tiedOut: ("✓", "Tied out")
      case .breaks: ("≠", "Not tied out: breaks remain")
      case .held: ("‖", "Not tied out: corrections are held")
      }
    sentences = [
      SummarySection.compared(report), SummarySection.late(report),
      SummarySection.found(judgement, totals),
      SummarySection.corrected(entries, totals, posted: report.run.posted),
      SummarySection.notExamined(judgement.controls),
    ].filter { !$0.isEmpty }
    rows = totals.map(Row.init)
    isEmpty = totals.isEmpty
  }

  private static func compared(_ report: RunReport) -> String {
    let controls = report.judgement.controls
    let days = report.run.range.first == report.run.range.last ? "" : " to \(report.run.range.last)"
    return """
      \(counted(controls.usageRows, "usage row")) of \(report.run.range.first)\(days) \
      (\(report.run.timezone)) and \(counted(controls.ledgerRows, "ledger row")) were compared \
      request by request, in \(counted(report.judgement.groups.count, "group")) of tenant, \
      deployment, currency and month.
      """
  }

  private static func late(_ report: RunReport) -> String {
    guard let late = report.late else { return "" }
    let between =
      late.judgedFrom.map {
        " No run had judged what lies between \($0) and these days: it was judged."
      } ?? ""
    let were = late.requests == 1 ? "was" : "were"
    return """
      \(counted(late.requests, "request")) of earlier days \(were) judged too, as rows of them \
      arrived since \(late.since).\(between)
      """
  }

  private static func found(_ judgement: Judgement, _ totals: [CurrencyTotal]) -> String {
    guard !judgement.breaks.isEmpty else {
      return judgement.groups.allSatisfy { $0.variance.isZero }
        ? "No break was found: what was posted is what is due, in every group."
        : "No break was found; the differences that remain are within tolerance."
    }
    let nets = totals.filter { !$0.over.isZero || !$0.under.isZero }.map(SummarySection.net)
    let count = judgement.breaks.count
    let breaks = "\(counted(count, "break")) \(count == 1 ? "was" : "were") found"
    return nets.isEmpty
      ? "\(breaks). \(count == 1 ? "It has no" : "None has a") share in posted less due."
      : "\(breaks). Net of each other, tenants are \(listed(nets))."
  }

  private static func net(_ total: CurrencyTotal) -> String {
    let amount = AmountText.plain(total.variance.magnitude, in: total.currency)
    switch total.variance.sign {
    case 1: return "over-billed by \(total.currency) \(amount)"
    case -1: return "under-billed by \(total.currency) \(amount)"
    default: return "neither over- nor under-billed in \(total.currency)"
    }
  }

  private static func corrected(
    _ entries: CorrectionTotals, _ totals: [CurrencyTotal], posted: Bool
  ) -> String {
    guard !entries.isEmpty else { return "" }
    let parts = [(Correction.Status.posted, "posted"), (.proposed, "proposed"), (.held, "held")]
      .filter { entries.count($0.0) > 0 }
      .map { "\(AmountText.count(entries.count($0.0))) \($0.1)" }
    let all = counted(entries.count, "correcting entry", "correcting entries")
    let result =
      entries.count(.posted) > 0
      ? SummarySection.remaining(totals) : posted ? "" : " This run did not post."
    return "\(all): \(listed(parts)).\(result)"
  }

  private static func remaining(_ totals: [CurrencyTotal]) -> String {
    let left = totals.filter { !$0.remaining.isZero }.map {
      "\($0.currency) \(AmountText.signed($0.remaining, in: $0.currency))"
    }
    return left.isEmpty
      ? " With the posted ones, nothing remains."
      : " With the posted ones, a variance of \(listed(left)) remains."
  }

  private static func notExamined(_ controls: Controls) -> String {
    let count = controls.notExamined.count
    guard count > 0 else { return "" }
    return """
      \(counted(count, "check")) could not be made, or only in part: \(count == 1 ? "it is" : "they are") \
      listed below.
      """
  }
}

extension SummarySection.Row {
  fileprivate init(_ total: CurrencyTotal) {
    let currency = total.currency
    self.currency = currency.code
    groups = AmountText.count(total.groups)
    differing = AmountText.count(total.groupsWithVariance)
    due = AmountText.plain(total.due, in: currency)
    posted = AmountText.plain(total.posted, in: currency)
    over = AmountText.orDash(total.over, in: currency)
    under = AmountText.orDash(total.under, in: currency)
    variance = AmountText.signed(total.variance, in: currency)
    corrected = AmountText.orDash(total.corrected, in: currency)
    waiting = AmountText.orDash(total.waiting, in: currency)
    remaining = AmountText.signed(total.remaining, in: currency)
  }
}
