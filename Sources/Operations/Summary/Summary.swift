import Accounting
import Reconciliation

/// What a run came to, for the person at the terminal. The same report gives the same text.
package enum Summary {
  /// - Parameters:
  ///   - directory: where the reports are; `nil` where none were written.
  ///   - color: whether the text may carry ANSI colours.
  /// - Returns: lines of at most 100 columns, unless an amount needs more, with a final line feed.
  package static func text(for report: RunReport, directory: String?, color: Bool) -> String {
    let style = Style(color: color)
    var lines = heading(report, style)
    lines += section("Currencies", currencies(report.judgement), style)
    lines += section("Breaks", breaks(report.judgement), style)
    lines += section("Corrections", corrections(report.judgement.corrections), style)
    lines += section("Stored totals that differ", differing(report.differingTotals), style)
    lines += section("Not examined", notExamined(report.judgement.controls.notExamined), style)
    if let directory { lines += ["", style.bold("Reports") + "  " + directory.harmless] }
    lines += [""] + verdict(report, style)
    return lines.map { $0 + "\n" }.joined()
  }

  private static func heading(_ report: RunReport, _ style: Style) -> [String] {
    let run = report.run
    let controls = report.judgement.controls
    var lines = [
      style.bold(run.job.harmless)
        + " · \(run.range.first) to \(run.range.last) · \(run.timezone) · as of \(run.asOf)",
      "run \(run.id)",
      "\(number(controls.usageRows)) usage rows, \(number(controls.ledgerRows)) ledger rows · "
        + "\(number(controls.cleanRequests)) requests clean, "
        + "\(number(controls.brokenRequests)) broken",
    ]
    if controls.setAsideRows > 0 {
      lines.append("\(count(controls.setAsideRows, "row")) set aside that cannot be judged")
    }
    if let late = report.late {
      lines.append(
        "\(count(late.requests, "request")) of earlier days among them: rows arrived since "
          + "\(late.since)")
      if let from = late.judgedFrom {
        lines.append("judged from \(from) on: no run had judged what lies between")
      }
    }
    return lines
  }

  private static func section(_ title: String, _ body: [String], _ style: Style) -> [String] {
    body.isEmpty ? [] : ["", style.bold(title)] + body
  }

  private static func currencies(_ judgement: Judgement) -> [String] {
    // An entry may take an amount off a group outside this run, such as next month's.
    let shown = Set(judgement.groups.map(\.key))
    let posted = judgement.corrections.filter {
      $0.status == .posted && !$0.kind.isMemo && shown.contains($0.group)
    }
    var headings = ["", "groups", "recorded", "due", "posted", "variance"]
    if !posted.isEmpty { headings += ["corrected", "left"] }
    var table = TextTable([.left, .right] + headings.dropFirst(2).map { _ in .decimal })
    for (currency, groups) in sorted(judgement.groups, by: \.key.currency) {
      let columns: [[Money]] = [\.recorded, \.due, \.posted, \.variance].map(groups.map)
      var cells = [currency.code, number(groups.count)] + columns.map { total($0, currency) }
      if !posted.isEmpty {
        let corrected = posted.filter { $0.currency == currency }.map(\.amount)
        cells += [total(corrected, currency), total(columns[3] + corrected, currency)]
      }
      table.append(cells)
    }
    guard !table.isEmpty else { return ["  no usage and no entries in this range"] }
    return table.lines(headings: headings)
  }

  private static func breaks(_ judgement: Judgement) -> [String] {
    let answers = Dictionary(grouping: judgement.corrections, by: \.breakID)
    var table = TextTable([.left, .left, .right, .left, .decimal, .left])
    let kinds = sorted(judgement.breaks) { Kind(severity: $0.severity, code: $0.code) }
    for (kind, breaks) in kinds {
      for (row, item) in sorted(breaks, by: \.group.currency).enumerated() {
        let outcomes = item.1.map { Outcome(of: $0, corrections: answers[$0.id] ?? []) }
        table.append(
          row == 0 ? kind.code.rawValue : "", row == 0 ? kind.severity.rawValue : "",
          number(item.1.count), item.0.code, total(item.1.map(\.amount), item.0),
          words(for: outcomes))
      }
    }
    return table.isEmpty
      ? [] : table.lines(headings: ["code", "severity", "count", "", "amount", "what happens"])
  }

  private static func words(for outcomes: [Outcome]) -> String {
    let counted = sorted(outcomes, by: \.self)
    if counted.count == 1, let only = counted.first { return only.0.words }
    return counted.map { "\(number($1.count)) \($0.words)" }.joined(separator: ", ")
  }

  private static func corrections(_ corrections: [Correction]) -> [String] {
    var table = TextTable([.left, .right, .left, .decimal])
    for status in [Correction.Status.posted, .proposed, .held] {
      let corrections = corrections.filter { $0.status == status }
      for (currency, corrections) in sorted(corrections, by: \.currency) {
        table.append(
          status.rawValue, number(corrections.count), currency.code,
          total(corrections.map(\.amount), currency))
      }
    }
    return table.lines() + reasons(corrections)
  }

  /// Why corrections are held, the reason for most of them first. That a person is to approve them
  /// is told beside their breaks.
  private static func reasons(_ corrections: [Correction]) -> [String] {
    let shown = 5
    let reasons = sorted(corrections.compactMap(\.heldBecause), by: \.self)
      .filter { $0.0 != "waits for approval" }
      .sorted { ($1.1.count, $0.0) < ($0.1.count, $1.0) }
    let lines = reasons.prefix(shown).flatMap { reason, held in
      "\(number(held.count)) held: \(reason.harmless)".wrapped(to: 96).map { "  " + $0 }
    }
    guard reasons.count > shown else { return lines }
    let rest = reasons.dropFirst(shown).reduce(0) { $0 + $1.1.count }
    return lines + ["  \(number(rest)) held for other reasons: see the report"]
  }

  private static func differing(_ totals: [DifferingTotal]) -> [String] {
    let shown = 5
    var table = TextTable([.left, .left, .left, .right, .decimal, .right, .decimal])
    for total in totals.prefix(shown) {
      let place = total.deployment.map { "\(total.tenant)/\($0)" } ?? total.tenant
      table.append(
        total.relation.rawValue, "\(total.day)",
        "\(place) \(total.currency)".harmless.wrapped(to: 30).first ?? "",
        number(total.stored.rows), "\(total.stored.amount)", number(total.counted.rows),
        "\(total.counted.amount)")
    }
    guard !table.isEmpty else { return [] }
    let lines = table.lines(headings: ["book", "day", "place", "stored", "", "now", ""])
    let rest = totals.count - shown
    return rest > 0 ? lines + ["  \(number(rest)) more: see the report"] : lines
  }

  /// The checks by reason, so that a reason which holds for many is read once.
  private static func notExamined(_ checks: [NotExamined]) -> [String] {
    sorted(checks, by: \.why).flatMap { why, checks in
      let names = checks.map(\.check).sorted().joined(separator: ", ")
      return "\(why): \(names)".harmless.wrapped(to: 94).enumerated().map { row, line in
        (row == 0 ? "  " : "    ") + line
      }
    }
  }
}

/// Breaks of one code, the gravest first.
private struct Kind: Hashable, Comparable {
  let severity: Severity
  let code: BreakCode

  static func < (left: Kind, right: Kind) -> Bool {
    (rank(left.severity), left.code) < (rank(right.severity), right.code)
  }

  private static func rank(_ severity: Severity) -> Int {
    switch severity {
    case .stop: 0
    case .error: 1
    case .warning: 2
    case .info: 3
    }
  }
}
