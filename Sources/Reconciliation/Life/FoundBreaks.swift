/// A break that a run found, with what became of its corrections.
struct FoundBreak: Sendable {
  /// Its place in report order.
  var ordinal: Int
  var record: BreakRecord
  /// Whether it has corrections, and all of them are posted.
  var isCorrected = false
}

/// A break's state, by its place in report order.
struct StateAt: Sendable {
  var ordinal: Int
  var state: BreakState
}

/// The breaks of a judgement by id, each beside its corrections.
struct FoundBreaks: Sequence {
  private let breaks: Spool<FoundBreak>
  private let corrections: Spool<Answer>

  init(_ judgement: Judgement, in scratch: Scratch) throws {
    var breaks = SpoolSorter<FoundBreak>(in: scratch) { $0.record.id < $1.record.id }
    for (ordinal, found) in judgement.breaks.enumerated() {
      try breaks.append(FoundBreak(ordinal: ordinal, record: BreakRecord(found)))
    }
    self.breaks = try breaks.finish()
    var corrections = SpoolSorter<Answer>(in: scratch) { $0.breakID < $1.breakID }
    for correction in judgement.corrections {
      try corrections.append(
        Answer(breakID: correction.breakID, isPosted: correction.status == .posted))
    }
    self.corrections = try corrections.finish()
  }

  struct Iterator: IteratorProtocol {
    fileprivate var breaks: Spool<FoundBreak>.Iterator
    fileprivate var corrections: Spool<Answer>.Iterator
    fileprivate var answer: Answer?

    mutating func next() -> FoundBreak? {
      guard var found = breaks.next() else { return nil }
      while let waiting = answer, waiting.breakID < found.record.id { answer = corrections.next() }
      var posted: [Bool] = []
      while let waiting = answer, waiting.breakID == found.record.id {
        posted.append(waiting.isPosted)
        answer = corrections.next()
      }
      found.isCorrected = !posted.isEmpty && posted.allSatisfy(\.self)
      return found
    }
  }

  func makeIterator() -> Iterator {
    var rest = corrections.makeIterator()
    let first = rest.next()
    return Iterator(breaks: breaks.makeIterator(), corrections: rest, answer: first)
  }
}

/// That a correction answers a break.
private struct Answer: Sendable {
  var breakID: String
  var isPosted: Bool
}

extension Answer: Spoolable {
  var weight: Int { 64 + breakID.utf8.count }

  func encode(into encoder: inout SpoolEncoder) {
    encoder.put(breakID)
    encoder.put(isPosted)
  }

  init(from decoder: inout SpoolDecoder) {
    self.init(breakID: decoder.text(), isPosted: decoder.flag())
  }
}

extension FoundBreak: Spoolable {
  var weight: Int { record.weight + 16 }

  func encode(into encoder: inout SpoolEncoder) {
    encoder.put(ordinal)
    record.encode(into: &encoder)
  }

  init(from decoder: inout SpoolDecoder) {
    self.init(ordinal: decoder.number(), record: BreakRecord(from: &decoder))
  }
}

extension StateAt: Spoolable {
  var weight: Int { 16 }

  func encode(into encoder: inout SpoolEncoder) {
    encoder.put(ordinal)
    encoder.put(state)
  }

  init(from decoder: inout SpoolDecoder) {
    self.init(ordinal: decoder.number(), state: decoder.word())
  }
}
