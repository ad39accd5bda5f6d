import Accounting

/// An event as it was seen by a key: a provider call, or something alike.
struct Sighting {
  var key: UInt64
  var number: UInt32
}

/// Finds keys that were seen more than once.
final class SightingFile {
  private struct Record: PartitionedRecord {
    /// The key's lower 56 bits in two parts, so that a record takes twelve bytes.
    var keyHigh: UInt32
    var keyLow: UInt32
    var number: UInt32

    init(_ key: UInt64, _ number: UInt32) {
      keyHigh = UInt32(truncatingIfNeeded: key >> 32)
      keyLow = UInt32(truncatingIfNeeded: key)
      self.number = number
    }

    var key: UInt64 { UInt64(keyHigh) << 32 | UInt64(keyLow) }
    var partition: Int { Int(keyHigh >> 24) }
  }

  private let file: RecordFile<Record>

  init(in scratch: Scratch) { file = RecordFile(in: scratch) }

  @inline(__always)
  func append(_ key: UInt64, _ number: UInt32) throws { try file.append(Record(key, number)) }

  /// Every sighting of a key that has more than one.
  func forEachRepeated(_ body: (Sighting) throws -> Void) throws {
    var buffer = PartitionBuffer()
    var table = SightingTable()
    for partition in 0..<PartitionedFile.partitions where file.count(in: partition) > 0 {
      table.prepare(for: file.count(in: partition))
      try file.forEach(in: partition, &buffer) { record in
        let sighting = Sighting(key: record.key, number: record.number)
        guard let first = table.meet(sighting) else { return }
        if let first { try body(first) }
        try body(sighting)
      }
    }
  }
}

/// The first sighting of each key.
struct SightingTable: ~Copyable {
  private struct Slot {
    var key: UInt64 = 0
    var number: UInt32 = 0
    var state: State = .free

    enum State: UInt8 { case free, once, told }
  }

  private var slots: UnsafeMutableBufferPointer<Slot>

  init() {
    slots = .allocate(capacity: 1024)
    slots.initialize(repeating: Slot())
  }

  deinit { slots.deallocate() }

  /// Empties the table and makes room for as many keys.
  mutating func prepare(for keys: Int) {
    var size = 1024
    while size < keys * 2 { size *= 2 }
    if size > slots.count {
      slots.deallocate()
      slots = .allocate(capacity: size)
    }
    slots.initialize(repeating: Slot())
  }

  /// - Returns: `nil` for a key that is new, which is then kept; for one that is known, its first
  ///   sighting, or `.some(nil)` where that was returned before.
  mutating func meet(_ sighting: Sighting) -> Sighting?? {
    let index = slot(sighting.key)
    guard slots[index].state != .free else {
      slots[index] = Slot(key: sighting.key, number: sighting.number, state: .once)
      return nil
    }
    return .some(tell(index))
  }

  /// The first sighting of a key that is known, where it was not returned before.
  mutating func find(_ key: UInt64) -> Sighting?? {
    let index = slot(key)
    return slots[index].state == .free ? nil : .some(tell(index))
  }

  /// Notes that a key's first sighting needs no telling any more.
  mutating func markTold(_ key: UInt64) { _ = tell(slot(key)) }

  private mutating func tell(_ index: Int) -> Sighting? {
    guard slots[index].state == .once else { return nil }
    slots[index].state = .told
    return Sighting(key: slots[index].key, number: slots[index].number)
  }

  private func slot(_ key: UInt64) -> Int {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: key ^ key >> 29) & mask
    while slots[index].state != .free, slots[index].key != key { index = (index + 1) & mask }
    return index
  }
}

/// What may make two calls look like one, as far as the first pass knows: tenant, number of tokens,
/// and time.
struct Likeness {
  let key: UInt32
  let partition: Int
  /// Seconds from a day before the range.
  let second: UInt32

  init(_ tenant: UInt64, tokens: Int64, at instant: Instant, _ scope: Scope) {
    let mixed =
      (tenant ^ UInt64(bitPattern: tokens) &* 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9
    key = UInt32(truncatingIfNeeded: mixed >> 24)
    partition = Int(mixed >> 56)
    second = UInt32(
      clamping: instant.seconds(since: scope.window.lowerBound.adding(seconds: -172_800)))
  }

  /// Equal for events that are alike and near in time; `window` is in seconds.
  func key(within window: Int64) -> UInt64 {
    Likeness.key(key, UInt64(second) / (UInt64(clamping: window) + 1))
  }

  static func key(_ key: UInt32, _ bucket: UInt64) -> UInt64 { UInt64(key) << 32 | bucket }
}

/// Finds events that were alike within a few seconds.
final class LikenessFile {
  private struct Record: PartitionedRecord {
    var key: UInt32
    var second: UInt32
    var number: UInt32
    var partition: Int { 0 }
  }

  private let file: PartitionedFile

  init(in scratch: Scratch) { file = PartitionedFile(in: scratch) }

  @inline(__always)
  func append(_ likeness: Likeness, _ number: UInt32) throws {
    let record = Record(key: likeness.key, second: likeness.second, number: number)
    try file.gather(record, to: likeness.partition)
  }

  /// The numbers of all events that have one alike not more than `window` seconds away, one
  /// partition at a time: what is alike is in one. Some more may be among them.
  func forEachPartition(
    within window: Int64, _ body: ([Sighting]) throws -> Void
  ) throws {
    var buffer = PartitionBuffer()
    var table = SightingTable()
    let width = UInt64(clamping: window) + 1
    for partition in 0..<PartitionedFile.partitions where file.count(partition) > 0 {
      try file.read(partition, into: &buffer)
      let bytes = buffer.bytes
      let size = MemoryLayout<Record>.size
      table.prepare(for: bytes.count / size)
      var found: [Sighting] = []
      for offset in stride(from: 0, to: bytes.count, by: size) {
        let record = bytes.loadUnaligned(fromByteOffset: offset, as: Record.self)
        LikenessFile.note(record, width, &table, &found)
      }
      if !found.isEmpty { try body(found) }
    }
  }

  private static func note(
    _ record: Record, _ width: UInt64, _ table: inout SightingTable, _ found: inout [Sighting]
  ) {
    let bucket = UInt64(record.second) / width
    let sighting = Sighting(key: Likeness.key(record.key, bucket), number: record.number)
    var isAlike = false
    func take(_ known: Sighting??) {
      guard let known else { return }
      isAlike = true
      if let first = known { found.append(first) }
    }
    let own = table.meet(sighting)
    take(own)
    if bucket > 0 { take(table.find(Likeness.key(record.key, bucket - 1))) }
    take(table.find(Likeness.key(record.key, bucket + 1)))
    guard isAlike else { return }
    if own == nil { table.markTold(sighting.key) }
    found.append(sighting)
  }
}
