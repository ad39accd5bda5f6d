import Accounting
import Reconciliation

/// Both books' lean rows on their way into a first pass, side by side.
final class LeanPull {
  /// Rows that one side may hand on before the other gets its turn.
  static let turn = 256
  /// Long enough for a socket to fill: to wake for each small packet costs more than the rows do.
  static let pause = Duration.microseconds(200)
  /// Rows by which one side may be ahead of the other while that has nothing to read: more than come
  /// while the server counts a range of the other's.
  private static let lead = 1 << 13

  private let pass: FirstPass
  private var meter: ReadingMeter
  let events: CopyStream
  let postings: CopyStream
  // Touched by every row, from one place: not checked for overlapping access.
  @exclusivity(unchecked)
  private(set) var numbers: EventNumbers
  @exclusivity(unchecked)
  private(set) var decoder: LeanDecoder
  private let eventBatch = UnsafeMutablePointer<LeanEvent>.allocate(capacity: CopyStream.batch)
  private let entryBatch = UnsafeMutablePointer<LeanEntry>.allocate(capacity: CopyStream.batch)

  init(
    _ pass: FirstPass, events: CopyStream, postings: CopyStream, numbers: EventNumbers,
    decoder: LeanDecoder, meter: ReadingMeter
  ) {
    self.pass = pass
    self.meter = meter
    self.events = events
    self.postings = postings
    self.numbers = numbers
    self.decoder = decoder
  }

  deinit {
    eventBatch.deallocate()
    entryBatch.deallocate()
  }

  /// Reads whichever side is behind, so that both advance together.
  func run() throws {
    do {
      while !events.isDone || !postings.isDone {
        let isEvents = postings.isDone || (pass.wantsEvents && !events.isDone)
        if try (isEvents ? takeEvents() : takePostings()) > 0 { continue }
        let isOtherDone = isEvents ? postings.isDone : events.isDone
        if !isOtherDone, abs(pass.lead) < LeanPull.lead,
          try (isEvents ? takePostings() : takeEvents()) > 0
        {
          continue
        }
        Patience.sleepOnThread(LeanPull.pause)
      }
    } catch {
      events.cancel()
      postings.cancel()
      throw error
    }
  }

  private func takeEvents() throws -> Int {
    let taken = try events.take(LeanPull.turn) {
      numbers.begin(slice: events.current, at: pass.events)
    } receive: { rows in
      for index in rows.indices {
        (eventBatch + index).initialize(to: try decoder.event(rows[index]))
        numbers.note(eventBatch[index].occurredAt)
      }
      try pass.take(UnsafeBufferPointer(start: eventBatch, count: rows.count))
    }
    meter.add(usage: taken)
    return taken
  }

  private func takePostings() throws -> Int {
    let taken = try postings.take(LeanPull.turn) {
    } receive: { rows in
      for index in rows.indices {
        (entryBatch + index).initialize(to: try decoder.entry(rows[index]))
      }
      try pass.take(UnsafeBufferPointer(start: entryBatch, count: rows.count))
    }
    meter.add(entries: taken)
    return taken
  }
}
