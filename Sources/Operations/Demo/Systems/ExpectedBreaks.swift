import Accounting
import Foundation
import Reconciliation

/// What a run over a system's made-up books must find, no more and no less.
///
/// A line a break: code, tenant, deployment, period, request, amount, and where it is measured in
/// something else than its share of the variance, measure and unit. A line an entry that is proposed
/// in units: `entry`, code, tenant, period, request, account, quantity and unit. `-` stands for none;
/// what follows a `#` is for people. A first line `as-of TIME` sets the run's clock.
struct ExpectedBreaks {
  let asOf: Instant
  /// In order.
  let lines: [String]

  init(_ text: String, file: String) throws {
    var rows = text.split(separator: "\n").map { line in
      line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
    }
    .filter { !$0.isEmpty }
    guard let first = rows.first, first.count == 2, first[0] == "as-of",
      let instant = Instant(first[1])
    else {
      throw SettingsError(
        "the first line is no `as-of TIME`", file: file, hint: "write as-of 2026-11-03T06:00:00Z")
    }
    rows.removeFirst()
    for row in rows where row.count != 6 && row.count != 8 {
      throw SettingsError(
        "'\(row.joined(separator: " "))' has \(row.count) words", file: file,
        hint: "code tenant deployment period request amount [measure unit]")
    }
    asOf = instant
    lines = rows.map { $0.joined(separator: " ") }.sorted()
  }

  /// The line that expects a break.
  static func line(of found: Break) -> String {
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
  static func line(of correction: Correction) -> String? {
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
