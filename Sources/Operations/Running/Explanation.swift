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
        hint: "run tieout with format json first, or name one with --report FILE")
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
  /// The arithmetic, as people read it; lines without line feeds.
  package var arithmetic: [String] {
    let currency = found.group.currency
    var lines = ["\(found.code.rawValue)  \(found.group)  (\(found.severity.rawValue))"]
    if let rule = Register.rules.first(where: { $0.code == found.code }) {
      lines.append(rule.meaning)
    }
    lines += ["", found.explanation, ""]
    lines += found.shares.map {
      let side = $0.amount.isNegative ? "under-billed" : "over-billed"
      return
        "  \($0.amount.text(in: $0.group.currency)) \($0.group.currency) \(side) in \($0.group)"
    }
    if let group = report.judgement.groups.first(where: { $0.key == found.group }) {
      lines += ["", "Its group, from what is due to what was posted:"]
      let steps =
        [("due", group.due)] + group.bridge.map { ($0.line.rawValue, $0.amount) } + [
          ("posted", group.posted)
        ]
      let texts = steps.map { $0.1.text(in: currency) }
      let width = texts.map(\.count).max() ?? 0
      lines += zip(steps, texts).map { step, text in
        "  " + step.0.padding(toLength: 16, withPad: " ", startingAt: 0)
          + String(repeating: " ", count: width - text.count) + text
      }
    }
    return lines + correctionLines
  }

  private var correctionLines: [String] {
    guard !corrections.isEmpty else {
      return ["", "No entry is proposed (disposition \(found.disposition.rawValue))."]
    }
    return ["", "Entries that right it:"]
      + corrections.map { correction in
        let amount = correction.amount.text(in: correction.currency)
        let because = correction.heldBecause.map { ": \($0)" } ?? ""
        let named = correction.reversesEntryID.map { " of \($0)" } ?? ""
        return """
            \(correction.kind.text)\(named) \(amount) \(correction.currency), booked in \
          \(correction.period) for \(correction.servicePeriod), \
          \(correction.status.rawValue)\(because)
          """
      }
  }
}
