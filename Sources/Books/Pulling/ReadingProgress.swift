/// How far the reading of both books has come.
package enum ReadingProgress: Hashable, Sendable {
  /// Rows of a first pass, now and then.
  case rows(usage: RowCount, entries: RowCount)
  /// The server counts and sums what it did not while the rows were read.
  case counting
  /// Requests that were read in full so far, since the first pass.
  case requests(Int)
}

/// Rows done, of about so many.
package struct RowCount: Hashable, Sendable {
  package var done: Int
  /// As the server's planner estimates it; `nil` where it does not.
  package var estimate: Int?

  package init(done: Int = 0, estimate: Int? = nil) {
    self.done = done
    self.estimate = estimate
  }
}

/// Tells of a first pass once in a while, so that it costs nothing for each row.
struct ReadingMeter {
  /// Rows from one telling to the next.
  private static let pace = 1 << 14

  private let tell: ((ReadingProgress) -> Void)?
  private var usage: RowCount
  private var entries: RowCount
  private var untold = 0

  init(_ usage: FirstPassPlan, _ entries: FirstPassPlan, tell: ((ReadingProgress) -> Void)?) {
    self.tell = tell
    self.usage = RowCount(estimate: usage.estimate)
    self.entries = RowCount(estimate: entries.estimate)
    tell?(.rows(usage: self.usage, entries: self.entries))
  }

  mutating func add(usage rows: Int) {
    usage.done += rows
    add(rows)
  }

  mutating func add(entries rows: Int) {
    entries.done += rows
    add(rows)
  }

  private mutating func add(_ rows: Int) {
    untold += rows
    guard untold >= Self.pace else { return }
    untold = 0
    tell?(.rows(usage: usage, entries: entries))
  }
}
