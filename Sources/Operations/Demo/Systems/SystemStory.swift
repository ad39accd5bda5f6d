import Accounting
import Reconciliation

/// The demo of one system in words.
struct SystemStory {
  private static let mostTold = 20

  let system: String
  let job: Job
  let first: RunOutcome
  let second: RunOutcome
  private let missing: [String]
  private let invented: [String]

  init(
    system: String, job: Job, expected: ExpectedBreaks, first: RunOutcome, second: RunOutcome
  ) {
    self.system = system
    self.job = job
    self.first = first
    self.second = second
    let judgement = first.report.judgement
    (missing, invented) = expected.differences(from: judgement.breaks, judgement.corrections)
  }

  var leftToPost: Int {
    second.report.judgement.corrections.reduce(0) { $0 + ($1.status == .proposed ? 1 : 0) }
  }

  private var isPosted: Bool { first.report.run.posted }

  var isProven: Bool { missing.isEmpty && invented.isEmpty && (!isPosted || leftToPost == 0) }

  var text: String {
    let run = first.report.run
    let lines =
      ["tieout demo of \(system) · \(run.range.first) to \(run.range.last)", ""]
      + counts + Self.told(missing, "missing: ") + Self.told(invented, "invented:")
      + notExamined + ["", posting]
      + ["", "Reports", "  \(first.directory ?? "none")/report.html", "", verdict]
    return lines.map { $0 + "\n" }.joined()
  }

  private var counts: [String] {
    let found = Dictionary(grouping: first.report.judgement.breaks, by: \.code)
    var table = TextTable([.left, .right, .left])
    for code in BreakCode.allCases {
      guard let breaks = found[code], let first = breaks.first else { continue }
      table.append(code.rawValue, "\(breaks.count)", Self.clipped(first.explanation))
    }
    return table.lines(headings: ["found", "breaks", "the first of them"])
  }

  private var notExamined: [String] {
    let list = first.report.judgement.controls.notExamined
    return list.isEmpty ? [] : ["", "Not examined"] + list.map { "  \($0.check): \($0.why)" }
  }

  private var posting: String {
    let posted = first.report.judgement.corrections.reduce(0) {
      $0 + ($1.status == .posted ? 1 : 0)
    }
    return isPosted
      ? "Posted: \(posted) corrections. The second run had \(leftToPost) left to post."
      : "Nothing is posted: the adapter of this ledger only reads."
  }

  private var verdict: String {
    isProven
      ? "Every planted fault was found, and none was invented."
      : "The demo did not come out as planted: see the lines marked missing or invented."
  }

  private static func told(_ lines: [String], _ name: String) -> [String] {
    let rest = lines.count - mostTold
    return lines.prefix(mostTold).map { "  \(name) \($0)" }
      + (rest > 0 ? ["  \(name) \(rest) more"] : [])
  }

  private static func clipped(_ text: String) -> String {
    text.count <= 100 ? text : text.prefix(99) + "…"
  }
}
