import Accounting
import Foundation
import Reconciliation

/// What a run over a system's made-up books must find, no more and no less.
///
/// A line a break: code, tenant, deployment, period, request, amount, and where it is measured in
/// something else than its share of the variance, measure and unit. A line an entry that is proposed
/// in units: `entry`, code, tenant, period, request, account, quantity and unit. `-` stands for none.
/// A number before the code is of so many breaks alike; after a `|` are words that the explanation
/// must hold; what follows a `#` is for people. A first line `as-of TIME` sets the run's clock.
struct ExpectedBreaks {
  /// One that must be found.
  private struct Row {
    var line: String
    var count: Int
    /// `""` = whatever the explanation says.
    var because: String
  }

  let asOf: Instant
  private let rows: [Row]

  init(_ text: String, file: String) throws {
    var lines = text.split(separator: "\n").map { line in
      String(line.prefix { $0 != "#" }).trimmingCharacters(in: .whitespaces)
    }
    .filter { !$0.isEmpty }
    guard let first = lines.first, first.hasPrefix("as-of "),
      let instant = Instant(first.dropFirst(6).trimmingCharacters(in: .whitespaces))
    else {
      throw SettingsError(
        "the first line is no `as-of TIME`", file: file, hint: "write as-of 2026-11-03T06:00:00Z")
    }
    lines.removeFirst()
    asOf = instant
    rows = try lines.map { try Self.row($0, file) }
  }

  private static func row(_ text: String, _ file: String) throws -> Row {
    let halves = text.split(separator: "|", maxSplits: 1).map(String.init)
    var words = halves[0].split(separator: " ").map(String.init)
    let count = words.first.flatMap { UInt16($0) }.map(Int.init)
    if count != nil { words.removeFirst() }
    guard words.count == 6 || words.count == 8 else {
      throw SettingsError(
        "'\(text)' has \(words.count) words", file: file,
        hint: "[count] code tenant deployment period request amount [measure unit] [| words]")
    }
    return Row(
      line: words.joined(separator: " "), count: count ?? 1,
      because: halves.dropFirst().first?.trimmingCharacters(in: .whitespaces) ?? "")
  }

  /// What was not found, and what was found and is not expected; each in order.
  func differences(
    from found: some Sequence<Break>, _ proposed: some Sequence<Correction> = EmptyCollection()
  ) -> (missing: [String], invented: [String]) {
    var left: [String: [String]] = [:]
    for one in found { left[Self.line(of: one), default: []].append(one.explanation) }
    for entry in proposed.lazy.compactMap(Self.line) { left[entry, default: []].append("") }
    var missing: [String] = []
    // Those that any explanation would do for come last, so that they take none from the others.
    for row in rows.sorted(by: { !$0.because.isEmpty && $1.because.isEmpty }) {
      for _ in 0..<row.count {
        let place = left[row.line]?.firstIndex {
          row.because.isEmpty || $0.contains(row.because)
        }
        if let place {
          left[row.line]?.remove(at: place)
        } else {
          missing.append(row.because.isEmpty ? row.line : "\(row.line) | \(row.because)")
        }
      }
    }
    let invented = left.flatMap { line, explanations in
      explanations.map { $0.isEmpty ? line : "\(line) | \($0)" }
    }
    return (missing.sorted(), invented.sorted())
  }

  /// The line that expects a break.
  private static func line(of found: Break) -> String {
    let group = found.group
    let currency = group.currency
    let words =
      [
        found.code.rawValue, group.tenant, group.deployment ?? "-", group.period.description,
        found.requestID ?? "-", found.amount.text(in: currency),
      ]
      + (found.measure.map { measure in
        [
          measure.currency.map { measure.amount.text(in: $0) } ?? measure.amount.description,
          measure.unit,
        ]
      } ?? [])
    return line(words)
  }

  /// The line that expects a correction in units; `nil` for one of money, which its break tells.
  private static func line(of correction: Correction) -> String? {
    guard let units = correction.units else { return nil }
    return line([
      "entry", correction.code.rawValue, correction.tenant, correction.servicePeriod.description,
      correction.requestID ?? "-", units.account, units.quantity.description, units.unit,
    ])
  }

  /// A name may be empty, or hold blanks.
  private static func line(_ words: [String]) -> String {
    words.map { $0.isEmpty ? "-" : $0.replacingOccurrences(of: " ", with: "_") }
      .joined(separator: " ")
  }
}
