import Accounting
import Reconciliation

/// The demo in words: what was planted and found, the bridges, what was posted, and the proof.
struct DemoStory {
  let books: DemoBooks
  let first: RunOutcome
  let second: RunOutcome
  let comparison: Comparison

  var isProven: Bool { comparison.agrees && openCorrections.isEmpty && movedOnlyAsPosted }

  var text: String {
    let lines =
      heading + ["", "Planted and found"] + comparison.lines
      + ["", "From due to posted, before anything was corrected"] + bridges
      + ["", "Posted in one transaction"] + posted
      + ["", "The second run, over the corrected books"] + secondRun
      + ["", "Reports"] + reports + ["", verdict]
    return lines.map { $0 + "\n" }.joined()
  }

  private var heading: [String] {
    let plan = books.plan
    return [
      "tieout demo · \(plan.range.first) to \(plan.range.last) · \(plan.zone.name) · seed \(plan.seed)",
      "\(Summary.count(books.events.count, "usage event")) and"
        + " \(Summary.number(books.entryCount)) ledger entries"
        + " of made-up books, in a private PostgreSQL",
    ]
  }

  /// One column a currency, one line of the bridge a row.
  private var bridges: [String] {
    let groups = first.report.judgement.groups
    let currencies = Set(groups.map(\.key.currency)).sorted()
    var table = TextTable([.left] + currencies.map { _ in .decimal })
    func row(_ name: String, _ amount: (GroupResult) -> Money) {
      table.append(
        [name]
          + currencies.map { currency in
            Summary.total(groups.filter { $0.key.currency == currency }.map(amount), currency)
          })
    }
    row("due", \.due)
    for line in BridgeLine.allCases
    where groups.contains(where: { $0.bridge.contains { $0.line == line } }) {
      row(line.rawValue) { $0.bridge.first { $0.line == line }?.amount ?? .zero }
    }
    row("posted", \.posted)
    return table.lines(headings: [""] + currencies.map(\.code))
  }

  private var posted: [String] {
    let corrections = first.report.judgement.corrections
    var table = TextTable([.left, .right, .left, .decimal])
    for kind in Set(corrections.filter { $0.status == .posted }.map(\.kind.text)).sorted() {
      let entries = corrections.filter { $0.status == .posted && $0.kind.text == kind }
      for currency in Set(entries.map(\.currency)).sorted() {
        let amounts = entries.filter { $0.currency == currency }.map(\.amount)
        table.append(
          kind, Summary.number(amounts.count), currency.code, Summary.total(amounts, currency))
      }
    }
    let held = corrections.count { $0.status == .held }
    return table.lines() + [
      "  \(Summary.number(held)) corrections are held: they wait for a person"
    ]
  }

  private var secondRun: [String] {
    let judgement = second.report.judgement
    let left = Dictionary(grouping: judgement.breaks, by: \.code)
    let codes = left.keys.sorted().map { "\($0.rawValue) \(left[$0]?.count ?? 0)" }
    return [
      "  corrections left to post: \(openCorrections.count)",
      "  variances moved by anything but the corrections: \(movedOnlyAsPosted ? "none" : "some")",
    ] + wrapped("  breaks that stay, for a person or by timing:", codes)
  }

  private func wrapped(_ opening: String, _ words: [String]) -> [String] {
    var lines = [opening]
    for (index, word) in words.enumerated() {
      let text = word + (index == words.count - 1 ? "" : ",")
      if lines[lines.count - 1].count + text.count > 96 { lines.append("   ") }
      lines[lines.count - 1] += " " + text
    }
    return lines
  }

  private var reports: [String] {
    [("first run ", first), ("second run", second)].map { name, outcome in
      "  \(name)  \(outcome.directory ?? "none")/report.html"
    }
  }

  private var verdict: String {
    isProven
      ? "Every planted break was found, none was invented, and nothing is left to post."
      : "The demo did not come out as planted: see the lines marked missing or invented."
  }

  private var openCorrections: [Correction] {
    second.report.judgement.corrections.filter { $0.status == .proposed }
  }

  /// Each group's variance after, against its variance before and what was posted to it.
  private var movedOnlyAsPosted: Bool {
    let before = first.report.judgement
    let after = Dictionary(
      uniqueKeysWithValues: second.report.judgement.groups.map { ($0.key, $0.variance) })
    let moves = Dictionary(
      grouping: before.corrections.filter { $0.status == .posted && $0.movesVariance }, by: \.group)
    return before.groups.allSatisfy { group in
      let moved = try? Money.sum([group.variance] + (moves[group.key] ?? []).map(\.amount))
      return moved == after[group.key] ?? .zero
    }
  }
}
