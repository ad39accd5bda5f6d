import Books
import Foundation

/// Imports a file of usage events: for a gateway that keeps no database of its own.
package struct UsageImport {
  /// What became of one line.
  package struct Line: Hashable, Sendable {
    package var number: Int
    package var requestID: String
    package var outcome: IntakeBook.Outcome
  }

  /// Lines that one transaction takes in.
  private static let batchSize = 1000

  private let file: UsageFile
  private let book: IntakeBook
  package private(set) var counts: [IntakeBook.Outcome: Int] = [:]

  /// - Throws: `UsageError` for what is no file, `BooksError`.
  package init(_ path: String, into job: Job) throws {
    file = try UsageFile(path)
    book = try IntakeBook(ledger: job.ledger.dsn ?? "")
  }

  /// Reads the whole file before anything is recorded, so that a file with a bad line is refused
  /// whole. Should it end halfway after that, import it again: what is recorded already is told to be
  /// a duplicate.
  ///
  /// - Parameter told: takes each line as it was taken in, in order.
  /// - Throws: `ImportRefused`, `BooksError`, and what `told` throws.
  package mutating func run(_ told: (Line) throws -> Void) throws {
    try readWhole()
    var batch: [(Int, ImportedEvent)] = []
    try file.forEachLine { number, line in
      batch.append((number, try event(number, line)))
      if batch.count == Self.batchSize { try take(&batch, told) }
    }
    try take(&batch, told)
  }

  private func readWhole() throws {
    var bad: [(Int, String)] = []
    var count = 0
    try file.forEachLine { number, line in
      do throws(BadLine) { _ = try ImportedEvent(line: line) } catch {
        count += 1
        if bad.count < ImportRefused.told { bad.append((number, error.problem)) }
      }
    }
    guard bad.isEmpty else { throw ImportRefused(file.path, bad, count) }
  }

  /// A file may be changed while it is read.
  private func event(_ number: Int, _ line: ArraySlice<UInt8>) throws -> ImportedEvent {
    do throws(BadLine) { return try ImportedEvent(line: line) } catch {
      throw ImportRefused(file.path, [(number, "\(error.problem), though it was not at first")], 1)
    }
  }

  private mutating func take(
    _ batch: inout [(Int, ImportedEvent)], _ told: (Line) throws -> Void
  ) throws {
    guard !batch.isEmpty else { return }
    let outcomes = try book.take(batch.map(\.1))
    for ((number, event), outcome) in zip(batch, outcomes) {
      counts[outcome, default: 0] += 1
      try told(Line(number: number, requestID: event.requestID, outcome: outcome))
    }
    batch.removeAll(keepingCapacity: true)
  }

  /// `2 recorded, 1 duplicate, 0 conflicts`.
  package var summary: String {
    let recorded = counts[.recorded] ?? 0
    return "\(Summary.number(recorded)) recorded, "
      + [IntakeBook.Outcome.duplicate, .conflict].map {
        Summary.count(counts[$0] ?? 0, $0.rawValue)
      }.joined(separator: ", ")
  }
}

extension UsageImport.Line {
  /// For people: number, outcome, request.
  package var text: String { "\(number)\t\(outcome.rawValue)\t\(requestID.harmless)\n" }

  /// For programs.
  package var json: String {
    #"{"line":\#(number),"request_id":\#(JSONText.quoted(requestID)),"outcome":"\#(outcome.rawValue)"}"#
      + "\n"
  }
}
