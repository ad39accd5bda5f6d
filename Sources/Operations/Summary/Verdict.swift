import Accounting
import Reconciliation

extension Summary {
  /// The sentence that a hurried reader needs, and what to do next.
  static func verdict(
    _ report: RunReport, _ tally: Tally, _ style: Style, _ prospect: PostingProspect
  ) -> [String] {
    let judgement = report.judgement
    let open = tally.count { $0.outcome.isOpen }
    let posted = tally.count(of: .posted)
    let after = posted == 0 ? "" : " after posting \(count(posted, "correction"))"
    let next = nextStep(report, tally, prospect)
    switch report.run.status {
    case .tiedOut:
      let checks = judgement.controls.notExamined.count
      let limits = checks == 0 ? "" : ", as far as was examined"
      let left = open == 0 ? "" : " \(count(open, "break")) below materiality remain\(s(open))."
      return [style.green("Tied out\(after)\(limits).") + left]
    case .breaks:
      return [style.red("Breaks remain\(after): \(number(open)) open.") + next]
    case .held:
      let held = tally.count(of: .held) + tally.count(of: .proposed)
      return [style.yellow("Held\(after): \(count(held, "correction")) not posted.") + next]
    }
  }

  private static func nextStep(
    _ report: RunReport, _ tally: Tally, _ prospect: PostingProspect
  ) -> String {
    let ready = tally.count { $0.outcome == .ready }
    switch prospect {
    case .proposedOnly where ready > 0:
      return " \(number(ready)) are proposed: this ledger takes no entries from tieout."
    case .held(let limit) where ready > 0 && !report.run.posted:
      return " \(number(ready)) would be posted, but for a \(limit)."
    case .posted where ready > 0 && !report.run.posted:
      return " \(number(ready)) can be posted: run again with --post."
    default: break
    }
    let people = tally.count { [.waiting, .held, .undecided].contains($0.outcome) }
    return people > 0 ? " \(count(people, "break")) wait\(s(people)) for a person." : ""
  }

  /// The verb's ending.
  private static func s(_ count: Int) -> String { count == 1 ? "s" : "" }

  static func number(_ count: Int) -> String { String(count).grouped }

  /// - Parameter plural: where it is not the noun with an s.
  static func count(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(number(count)) \(count == 1 ? noun : plural ?? noun + "s")"
  }

  /// A sum as people read it.
  static func total(_ amounts: [Money], _ currency: Currency) -> String {
    text(try? Money.sum(amounts), currency)
  }

  /// - Parameter sum: `nil` where it left the range of amounts.
  static func text(_ sum: Money?, _ currency: Currency) -> String {
    sum.map { $0.text(in: currency).grouped } ?? "too large"
  }

  /// Elements by key, in the order of the keys.
  static func sorted<Element, Key: Hashable & Comparable>(
    _ elements: [Element], by key: (Element) -> Key
  ) -> [(Key, [Element])] {
    Dictionary(grouping: elements, by: key).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

/// Colour, where it is wanted.
struct Style {
  let color: Bool

  func bold(_ text: String) -> String { code("1", text) }
  func green(_ text: String) -> String { code("1;32", text) }
  func yellow(_ text: String) -> String { code("1;33", text) }
  func red(_ text: String) -> String { code("1;31", text) }

  private func code(_ code: String, _ text: String) -> String {
    color ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}
