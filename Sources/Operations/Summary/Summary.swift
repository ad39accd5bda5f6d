import Accounting
import Reconciliation

/// What a run came to, for the person at the terminal. The same report gives the same text.
package enum Summary {
  /// - Parameters:
  ///   - directory: where the reports are; `nil` where none were written.
  ///   - color: whether the text may carry ANSI colours.
  /// - Returns: lines of at most 100 columns, unless an amount needs more, with a final line feed.
  package static func text(for report: RunReport, directory: String?, color: Bool) -> String {
    text(for: report, Tally(report.judgement), directory: directory, color: color)
  }

  package static func text(for outcome: RunOutcome, color: Bool) -> String {
    text(
      for: outcome.report, outcome.tally, directory: outcome.directory, color: color,
      prospect: outcome.prospect)
  }

  private static func text(
    for report: RunReport, _ tally: Tally, directory: String?, color: Bool,
    prospect: PostingProspect = .posted
  ) -> String {
    let style = Style(color: color)
    var lines = heading(report, style)
    lines += section("Clusters", clusters(report.judgement.clusters), style)
    lines += section("Currencies", currencies(report.judgement.groups, tally), style)
    lines += section("Breaks", breaks(tally), style)
    lines += section("Corrections", corrections(tally), style)
    lines += section("Open breaks, from before to after", rollForward(report.rollForward), style)
    lines += section("Stored totals that differ", differing(report.differingTotals), style)
    lines += section("Not examined", notExamined(report.judgement.controls.notExamined), style)
    if let directory { lines += ["", style.bold("Reports") + "  " + directory.harmless] }
    lines += [""] + verdict(report, tally, style, prospect)
    return lines.map { $0 + "\n" }.joined()
  }

  private static func heading(_ report: RunReport, _ style: Style) -> [String] {
    let run = report.run
    let controls = report.judgement.controls
    var lines = [
      style.bold(run.job.harmless)
        + " · \(run.range.first) to \(run.range.last) · \(run.timezone) · as of \(run.asOf)",
      "run \(run.id)",
      "\(count(controls.usageRows, "usage row")), \(count(controls.ledgerRows, "ledger row")) · "
        + "\(count(controls.cleanRequests, "request")) clean, "
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

  private static func currencies(_ groups: [GroupResult], _ tally: Tally) -> [String] {
    let isCorrected = !tally.corrected.isEmpty
    var headings = ["", "groups", "recorded", "due", "posted", "variance"]
    if isCorrected { headings += ["corrected", "left"] }
    var table = TextTable([.left, .right] + headings.dropFirst(2).map { _ in .decimal })
    for (currency, groups) in sorted(groups, by: \.key.currency) {
      let columns: [[Money]] = [\.recorded, \.due, \.posted, \.variance].map(groups.map)
      var cells = [currency.code, number(groups.count)] + columns.map { total($0, currency) }
      if isCorrected {
        let corrected = (tally.corrected[currency] ?? Tally.Sum()).amount
        let left = corrected.flatMap { try? Money.sum(columns[3] + [$0]) }
        cells += [text(corrected, currency), text(left, currency)]
      }
      table.append(cells)
    }
    guard !table.isEmpty else { return ["  no usage and no entries in this range"] }
    return table.lines(headings: headings)
  }

  private static func breaks(_ tally: Tally) -> [String] {
    var table = TextTable([.left, .left, .right, .left, .decimal, .left])
    for (kind, lines) in sorted(Array(tally.breaks), by: { Kind($0.key) }) {
      for (row, item) in sorted(lines, by: \.key.currency).enumerated() {
        let amounts = item.1.map(\.value.amount)
        let sum = amounts.contains(nil) ? nil : try? Money.sum(amounts.compactMap(\.self))
        table.append(
          row == 0 ? kind.code.rawValue : "", row == 0 ? kind.severity.rawValue : "",
          number(item.1.reduce(0) { $0 + $1.value.count }), item.0.code, text(sum, item.0),
          words(for: item.1.map { ($0.key.outcome, $0.value.count) }))
      }
    }
    return table.isEmpty
      ? [] : table.lines(headings: ["code", "severity", "count", "", "amount", "what happens"])
  }

  private static func words(for outcomes: [(Outcome, Int)]) -> String {
    let counted = outcomes.sorted { $0.0 < $1.0 }
    if counted.count == 1, let only = counted.first { return only.0.words }
    return counted.map { "\(number($1)) \($0.words)" }.joined(separator: ", ")
  }

  private static func corrections(_ tally: Tally) -> [String] {
    var table = TextTable([.left, .right, .left, .decimal])
    for status in [Correction.Status.posted, .proposed, .held] {
      let lines = tally.corrections.filter { $0.key.status == status }
      for (key, sum) in lines.sorted(by: { $0.key.currency < $1.key.currency }) {
        let isInUnits = key.currency == Currency.none
        table.append(
          status.rawValue, number(sum.count), isInUnits ? "in units" : key.currency.code,
          isInUnits ? "" : text(sum.amount, key.currency))
      }
    }
    return table.lines() + elsewhere(tally) + reasons(tally)
  }

  /// Currencies are told of the run's own groups.
  private static func elsewhere(_ tally: Tally) -> [String] {
    let sums = tally.elsewhere.sorted { $0.key < $1.key }.map { currency, sum in
      "\(currency) \(text(sum.amount, currency))"
    }
    guard !sums.isEmpty else { return [] }
    let amounts = sums.joined(separator: ", ")
    return "of what is not held, outside this run's months and tenants: \(amounts)"
      .wrapped(to: 96).map { "  " + $0 }
  }

  /// Why corrections are held, the reason for most of them first. That a person is to approve them
  /// is told beside their breaks.
  private static func reasons(_ tally: Tally) -> [String] {
    let shown = 5
    let reasons = tally.reasons.filter { $0.key != "waits for approval" }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let lines = reasons.prefix(shown).flatMap { reason, held in
      "\(number(held)) held: \(reason.harmless)".wrapped(to: 96).map { "  " + $0 }
    }
    guard reasons.count > shown else { return lines }
    let rest = reasons.dropFirst(shown).reduce(0) { $0 + $1.value }
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

  init(_ key: Tally.BreakKey) {
    severity = key.severity
    code = key.code
  }

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
