import Accounting
import Billing
import Foundation
import Reconciliation
import Reporting

/// Why a break is one: the arithmetic, the rows, and the SQL that shows them.
package struct Explanation: Sendable {
  package let report: RunReport
  package let found: Break
  package let corrections: [Correction]

  /// Looks a break up in the newest report that has it.
  ///
  /// - Parameters:
  ///   - id: the break's id, or the beginning of it.
  ///   - path: a `report.json`, or a directory of runs.
  /// - Throws: `UsageError` when no report has the break, or several breaks begin with `id`.
  package init(breakID id: String, in path: String) throws {
    let reports = try Explanation.reports(at: path)
    guard !reports.isEmpty else {
      throw UsageError(
        "there is no report.json in \(path)",
        hint: "`tieout report RUN --format json` writes that of a run on record; or name one with "
          + "--report FILE")
    }
    for file in reports {
      let report = try RunReport(excerptOf: file.path, breakID: id, limit: 5)
      let matches = report.judgement.breaks
      if matches.count > 1 {
        let ids = matches.prefix(4).map(\.id) + (matches.count > 4 ? ["…"] : [])
        throw UsageError(
          "more than one break begins with '\(id)'",
          hint: "give more of the id: \(ids.joined(separator: ", "))")
      }
      if let found = matches.first {
        self.report = report
        self.found = found
        corrections = report.judgement.corrections.filter { $0.breakID == found.id }
        return
      }
    }
    throw UsageError(
      "no report in \(path) has a break '\(id)'",
      hint: "ids stand in breaks.csv and report.html of the run")
  }

  /// Newest first.
  private static func reports(at path: String) throws -> [URL] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return [] }
    let root = URL(filePath: path)
    guard isDirectory.boolValue else { return [root] }
    let runs = try FileManager.default.contentsOfDirectory(
      at: root, includingPropertiesForKeys: [.contentModificationDateKey],
      options: .skipsHiddenFiles)
    let candidates =
      runs.map { $0.appending(path: "report.json") } + [
        root.appending(path: "report.json")
      ]
    return candidates.filter { FileManager.default.fileExists(atPath: $0.path) }
      .map { ($0, modified($0)) }
      .sorted { ($0.1, $0.0.path) > ($1.1, $1.0.path) }.map(\.0)
  }

  private static func modified(_ file: URL) -> Date {
    (try? file.resourceValues(forKeys: [.contentModificationDateKey]))?.contentModificationDate
      ?? .distantPast
  }
}

extension Explanation {
  /// What the break is and what it comes to; lines without line feeds.
  var heading: [String] {
    var lines = ["\(found.code.rawValue)  \(found.group)  (\(found.severity.rawValue))"]
    if let rule = Register.rules.first(where: { $0.code == found.code }) {
      lines.append(rule.meaning)
    }
    lines += ["", found.explanation, ""]
    lines += found.shares.map {
      let side = $0.amount.isNegative ? "under-billed" : "over-billed"
      return "  \(text($0.amount, $0.group.currency)) \(side) in \($0.group)"
    }
    return lines
  }

  /// Its group, from what is due to what was posted.
  var groupArithmetic: [String] {
    guard let group = report.judgement.groups.first(where: { $0.key == found.group }) else {
      return []
    }
    var table = TextTable([.left, .decimal, .left])
    let currency = found.group.currency
    func add(_ name: String, _ amount: Money) {
      table.append(name, amount.text(in: currency).grouped, currency.code)
    }
    add("due", group.due)
    for step in group.bridge { add(step.line.rawValue, step.amount) }
    add("posted", group.posted)
    return ["", "Its group, from what is due to what was posted:"] + table.lines()
  }

  var correctionLines: [String] {
    guard !corrections.isEmpty else {
      return ["", "No entry is proposed (disposition \(found.disposition.rawValue))."]
    }
    let more = corrections.count - Self.mostListed
    return ["", "Entries that right it:"]
      + corrections.prefix(Self.mostListed).map { correction in
        let because = correction.heldBecause.map { ": \($0)" } ?? ""
        let named = correction.reversesEntryID.map { " of \($0)" } ?? ""
        return """
            \(correction.kind.text)\(named) \(text(correction)), booked in \
          \(correction.period) for \(correction.servicePeriod), \
          \(correction.status.rawValue)\(because)
          """
      } + (more > 0 ? ["  and \(more) more: all are in corrections.csv"] : [])
  }

  private static let mostListed = 20

  private func text(_ correction: Correction) -> String {
    guard let units = correction.units else {
      return text(correction.amount, correction.currency)
    }
    let usage = correction.requestID.map { " for request \($0)" } ?? ""
    return "\(units), balance of \(correction.tenant)\(usage)".harmless
  }

  private func text(_ amount: Money, _ currency: Currency) -> String {
    "\(amount.text(in: currency).grouped) \(currency)"
  }
}
