import Accounting
import Billing

/// Streams both books side by side and settles almost every request as its rows go by; the few that
/// are left are read in full afterwards. Memory does not grow with the number of rows: what does
/// not fit waits in scratch files.
package struct StreamingEngine: MatchEngine {
  private let scratch: Scratch
  private let seed: UInt64
  private let carryOver: Int
  private let rowsTogether: Int

  /// - Parameters:
  ///   - scratch: takes about 50 bytes for each event; several times that where the two books are
  ///     not in the same order.
  ///   - seed: makes digests that nobody can foresee. No result depends on it.
  ///   - carryOver: rows that may wait in memory for their other side; a power of two.
  ///   - rowsTogether: full rows that are held in memory together; a request of more is sorted on
  ///     disk. The default is a few thousand requests as they usually are.
  package init(
    in scratch: Scratch = Scratch(), seed: UInt64 = 0x7469_656F_7574, carryOver: Int = 1 << 16,
    rowsTogether: Int = 8192
  ) {
    self.scratch = scratch
    self.seed = seed
    self.carryOver = carryOver
    self.rowsTogether = rowsTogether
  }

  package func match(
    _ books: any BookSource, under terms: Terms, policies: PolicyBook?,
    exception: (ExceptionItem) throws -> Void
  ) throws -> Matching {
    let pass = FirstPass(
      terms: terms, policies: policies, digester: Digester(seed: seed), carryOver: carryOver,
      in: scratch)
    let scope = pass.scope
    try books.firstPass(scope, into: pass)
    try pass.finish()
    let matcher = RequestMatcher(terms: terms, closedPeriods: try books.closedPeriods() ?? [])
    return try withoutActuallyEscaping(exception) { exception in
      let second = SecondPass(
        pass, of: books, policies: policies, matcher: matcher, scratch: scratch,
        rowsTogether: rowsTogether, exception: exception)
      let sources = try books.controlTotals(of: scope) { try second.prepare() }
      return try second.matching(pulls: [
        PullTotals(
          relation: .usageEvent, pulled: try pass.usageTotal, source: sources.usage),
        PullTotals(
          relation: .ledgerEntry, pulled: try pass.entryTotal, source: sources.entries),
      ])
    }
  }
}
