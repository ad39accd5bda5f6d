import Books
import Reconciliation

extension Explanation {
  /// Everything there is to say, with a final line feed.
  package func text(_ evidence: BookEvidence, statements: [String]) -> String {
    var lines = heading
    if !evidence.arithmetic.isEmpty {
      lines += ["", "The arithmetic, by the rows as the books hold them now:"]
      lines += evidence.arithmetic
    }
    lines += groupArithmetic + correctionLines
    if let problem = evidence.problem {
      lines += ["", "The rows are not to be had from here: \(problem)"]
    } else if !evidence.rows.isEmpty {
      lines += ["", "The rows, as the books hold them now:"] + evidence.rows
    }
    let sql = statements.flatMap { $0.split(whereSeparator: \.isNewline).map { "  " + $0 } }
    return (lines.map(\.harmless) + ["", "The same for psql:"] + sql.map(\.harmlessSQL))
      .map { $0 + "\n" }.joined()
  }
}

extension String {
  /// Without control characters but for tabs, which SQL may hold.
  fileprivate var harmlessSQL: String {
    split(separator: "\t", omittingEmptySubsequences: false)
      .map { String($0).harmless }.joined(separator: "\t")
  }
}
