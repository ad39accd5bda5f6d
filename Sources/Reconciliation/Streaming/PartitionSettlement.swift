import Accounting

/// Brings the first pass to its end, partition by partition: pairs up what did not meet in time,
/// counts what is clean and tells the requests that have to be read in full.
struct PartitionSettlement: ~Copyable {
  private let pass: FirstPass
  private var buffer = PartitionBuffer()
  private var idleBuffer = PartitionBuffer()
  /// Almost all requests come once; the table is for the others.
  private var sieve = RepeatSieve()
  private var table = StandingTable()
  private(set) var counts = Counts()

  /// Requests of the range that nothing speaks against.
  struct Counts {
    private(set) var clean = 0
    /// Those of them that one pair has settled.
    private(set) var settledOnce = 0

    fileprivate mutating func add(_ traits: Standing.Traits) {
      if traits.contains(.isRetired) {
        guard !traits.contains(.isEdge) else { return }
        clean += 1
        settledOnce += 1
      } else if traits.contains(.isIdle) {
        clean += 1
      }
    }
  }

  init(_ pass: FirstPass) { self.pass = pass }

  /// - Parameters:
  ///   - suspect: takes each request that has to be read in full once.
  ///   - unresolved: takes an event of each that has to be and is known by digest only; the key is
  ///     the digest's upper half.
  mutating func settle(
    _ partition: Int, suspect: (String) throws -> Void, unresolved: (Sighting) throws -> Void
  ) throws {
    let files = pass.files
    guard !files.isEmpty(partition) else { return }
    table.removeAll()
    sieve.clear(for: files.retired.count(in: partition) + files.idle.count(in: partition))
    try takeSuspects(partition, suspect)
    try takeRecords(partition)
    try count(unresolved)
    try addDeltas(partition)
  }

  /// Pairs up what did not meet in time: to be done for all partitions before any is settled.
  mutating func pairUp(_ partition: Int) throws {
    guard !pass.files.waiting.isEmpty(partition) else { return }
    var waiting = CarryOver(limit: nil)
    try pass.files.waiting.forEach(in: partition, &buffer) { row, name in
      guard let other = waiting.meet(row, name: name) else { return }
      guard other.isEntry != row.isEntry else { return try pass.suspect(name) }
      try pass.settle(event: row.isEntry ? other : row, entry: row.isEntry ? row : other, name)
    }
    try waiting.retireAll { _, name in try pass.suspect(name) }
  }

  private mutating func takeSuspects(
    _ partition: Int, _ suspect: (String) throws -> Void
  ) throws {
    try pass.files.suspects.forEach(in: partition, &buffer) { name in
      let digest = pass.digester.digest(name)
      let isNew = table.update(high: digest.high, low: digest.low) { standing in
        standing.traits.insert(.isSuspect).inserted
      }
      guard isNew else { return }
      // Whatever else is told of it belongs in the table too.
      sieve.note(digest.high)
      try suspect(pass.ids.requests.text(name))
    }
  }

  private mutating func takeRecords(_ partition: Int) throws {
    try pass.files.idle.forEach(in: partition, &idleBuffer) { sieve.note($0.high) }
    try pass.files.retired.forEach(in: partition, &buffer) { sieve.note($0.high) }
    try pass.files.retired.forEach(in: partition, &buffer) { record in
      guard sieve.mayRepeat(record.high) else {
        return counts.add(record.isEdge ? [.isRetired, .isEdge] : .isRetired)
      }
      table.update(high: record.high, low: record.low) { standing in
        let isFirst = standing.traits.insert(.isRetired).inserted
        if !isFirst { standing.traits.insert(.isRepeated) }
        if record.isEdge { standing.traits.insert(.isEdge) }
        standing.number = record.number
      }
    }
    try pass.files.idle.forEach(in: partition, &idleBuffer) { record in
      guard sieve.mayRepeat(record.high) else {
        return counts.add(record.isEdge ? .isIdleEdge : .isIdle)
      }
      table.update(high: record.high, low: record.low) { standing in
        standing.traits.insert(record.isEdge ? .isIdleEdge : .isIdle)
        if !standing.traits.contains(.isRetired) { standing.number = record.number }
      }
    }
  }

  private mutating func count(_ unresolved: (Sighting) throws -> Void) throws {
    try table.visit { standing in
      let traits = standing.traits
      if traits.contains(.isSuspect) { return }
      // Told inside the range and outside: which of the events came first decides.
      let isOnEdge = !traits.contains(.isRetired) && traits.isSuperset(of: [.isIdle, .isIdleEdge])
      if traits.contains(.isRepeated) || isOnEdge {
        try unresolved(Sighting(key: standing.digest.high, number: standing.number))
      } else {
        counts.add(traits)
      }
    }
  }

  private mutating func addDeltas(_ partition: Int) throws {
    try pass.files.deltas.forEach(in: partition, &buffer) { delta in
      if sieve.mayRepeat(delta.high) {
        let traits = table.update(high: delta.high, low: delta.low) { $0.traits }
        guard traits.isDisjoint(with: [.isSuspect, .isRepeated]) else { return }
      }
      try pass.places.sums[Int(delta.place)].addDelta(delta.amount())
    }
  }
}
