import Accounting
import Reconciliation

/// Both books' lean rows on their way into a first pass, side by side.
final class LeanPull {
  /// Rows that one side may hand on before the other gets its turn.
  static let turn = 256
  /// Long enough for a socket to fill: to wake for each small packet costs more than the rows do.
  static let pause = Duration.microseconds(200)
  /// Rows by which one side may be ahead of the other while that has nothing to read.
  private static let lead = 1 << 13

  private let pass: FirstPass
  private var meter: ReadingMeter
  private let usage: LeanReading
  private let entries: LeanReading
  // Touched by every row, from one place: not checked for overlapping access.
  @exclusivity(unchecked)
  private(set) var numbers: EventNumbers
  @exclusivity(unchecked)
  private(set) var decoder: LeanDecoder
  private let events = UnsafeMutablePointer<LeanEvent>.allocate(capacity: FirstPass.batch)
  private let postings = UnsafeMutablePointer<LeanEntry>.allocate(capacity: FirstPass.batch)

  init(
    _ pass: FirstPass, usage: LeanReading, entries: LeanReading, decoder: LeanDecoder,
    tell: ((ReadingProgress) -> Void)?
  ) {
    self.pass = pass
    self.usage = usage
    self.entries = entries
    self.decoder = decoder
    numbers = EventNumbers(usage.plan)
    events.initialize(repeating: .blank, count: FirstPass.batch)
    postings.initialize(repeating: .blank, count: FirstPass.batch)
    meter = ReadingMeter(usage.plan, entries.plan, tell: tell)
  }

  deinit {
    events.deallocate()
    postings.deallocate()
  }

  func run() throws {
    do {
      try readAll()
      let areLeft = [usage.beginAgain(), entries.beginAgain()]
      if areLeft.contains(true) { try readAll() }
    } catch {
      usage.cancel()
      entries.cancel()
      throw error
    }
  }

  /// Reads whichever side is behind, so that both advance together.
  private func readAll() throws {
    while !usage.isDone || !entries.isDone {
      let isUsage = entries.isDone || (pass.wantsEvents && !usage.isDone)
      if try isUsage ? takeEvents() : takePostings() { continue }
      let isOtherDone = isUsage ? entries.isDone : usage.isDone
      if !isOtherDone, abs(pass.lead) < LeanPull.lead,
        try isUsage ? takePostings() : takeEvents()
      {
        continue
      }
      Patience.sleepOnThread(LeanPull.pause)
    }
  }

  private func takeEvents() throws -> Bool {
    try usage.take {
      if case .blocks(let blocks) = $0 { numbers.begin(blocks, at: pass.events) }
    } rows: { rows in
      for index in rows.indices {
        try decoder.read(rows[index], into: &events[index])
        numbers.note(events[index].occurredAt)
      }
      try passEvents(rows.count)
    } gathered: { rows in
      let before = pass.eventsInRange
      for start in stride(from: 0, to: rows.count, by: FirstPass.batch) {
        let count = min(FirstPass.batch, rows.count - start)
        for index in 0..<count {
          try decoder.read(start + index, of: rows, into: &events[index])
          numbers.note(events[index].occurredAt)
        }
        try passEvents(count)
      }
      return pass.eventsInRange - before
    }
  }

  private func passEvents(_ count: Int) throws {
    try pass.take(UnsafeBufferPointer(start: events, count: count))
    meter.add(usage: count)
  }

  private func takePostings() throws -> Bool {
    try entries.take { _ in
    } rows: { rows in
      for index in rows.indices {
        try decoder.read(rows[index], into: &postings[index])
      }
      try passPostings(rows.count)
    } gathered: { rows in
      for start in stride(from: 0, to: rows.count, by: FirstPass.batch) {
        let count = min(FirstPass.batch, rows.count - start)
        for index in 0..<count {
          try decoder.read(start + index, of: rows, into: &postings[index])
        }
        try passPostings(count)
      }
      return rows.count
    }
  }

  private func passPostings(_ count: Int) throws {
    try pass.take(UnsafeBufferPointer(start: postings, count: count))
    meter.add(entries: count)
  }
}
