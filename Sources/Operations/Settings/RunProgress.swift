import Books

/// How far a run has come, for people who wait.
package struct RunProgress: Hashable, Sendable {
  /// What is being done, such as `reading and judging both books`.
  package var stage: String
  /// How far the reading that this takes has come; `nil` where nothing is read.
  package var reading: ReadingProgress?
  /// Rows done in this stage; `nil` where none are counted.
  package var rows: Int?

  package init(stage: String, reading: ReadingProgress? = nil, rows: Int? = nil) {
    self.stage = stage
    self.reading = reading
    self.rows = rows
  }
}

extension RunProgress {
  /// As a terminal shows it, in less than 80 columns most of the time.
  package var line: String {
    switch reading {
    case .rows(let usage, let entries): "usage \(usage.text) · ledger \(entries.text)"
    case .counting: "\(shortStage) · counting at the source"
    case .requests(let count): "\(shortStage) · \(Summary.number(count)) requests in full"
    case nil:
      if let rows {
        "\(shortStage) · \(Summary.number(rows)) rows"
      } else {
        String(stage.harmless.prefix(60))
      }
    }
  }

  private var shortStage: String { String(stage.harmless.prefix(45)) }

  /// The same for logs, by name; an estimate is named as such.
  package var figures: [(name: String, value: Int)] {
    switch reading {
    case .rows(let usage, let entries):
      usage.figures("usage_rows") + entries.figures("ledger_rows")
    case .requests(let count): [("requests_in_full", count)]
    case .counting, nil: rows.map { [("rows", $0)] } ?? []
    }
  }
}

extension RowCount {
  /// `1,200,000 of ≈5,000,000`; an estimate that was overtaken says nothing any more.
  fileprivate var text: String {
    guard let estimate, estimate >= done else { return Summary.number(done) }
    return "\(Summary.number(done)) of ≈\(Summary.number(estimate))"
  }

  fileprivate func figures(_ name: String) -> [(name: String, value: Int)] {
    [(name, done)] + (estimate.map { [("\(name)_estimate", $0)] } ?? [])
  }
}

/// Tells of the stages of a run, and of the reading that each takes.
final class Stages {
  private let tell: (RunProgress) -> Void
  private var stage = ""

  init(_ tell: @escaping (RunProgress) -> Void) { self.tell = tell }

  func begin(_ stage: String, rows: Int? = nil) {
    self.stage = stage
    tell(RunProgress(stage: stage, rows: rows))
  }

  func listen(to books: PostgresBooks) {
    books.reading = { [self] in tell(RunProgress(stage: stage, reading: $0)) }
  }
}
