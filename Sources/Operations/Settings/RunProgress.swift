/// How far a run has come, for people who wait.
package struct RunProgress: Hashable, Sendable {
  /// What is being done, such as `reading usage`.
  package var stage: String
  /// Rows done in this stage; `nil` where none are counted.
  package var rows: Int?

  package init(stage: String, rows: Int? = nil) {
    self.stage = stage
    self.rows = rows
  }
}

extension RunProgress {
  /// As a terminal shows it, in less than 80 columns.
  package var line: String {
    guard let rows else { return String(stage.harmless.prefix(60)) }
    return "\(stage.harmless.prefix(45)) · \(Summary.number(rows)) rows"
  }
}
