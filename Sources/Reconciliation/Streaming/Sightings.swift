import Accounting

/// An event as it was seen by a key: a provider call, or something alike.
struct Sighting {
  var key: UInt64
  var number: UInt32
}

extension Sighting: Spoolable {
  var weight: Int { MemoryLayout<Sighting>.stride }

  func encode(into encoder: inout SpoolEncoder) {
    encoder.put(Int(bitPattern: UInt(key)))
    encoder.put(Int(number))
  }

  init(from decoder: inout SpoolDecoder) {
    self.init(
      key: UInt64(UInt(bitPattern: decoder.number())),
      number: UInt32(truncatingIfNeeded: decoder.number()))
  }

  /// A list of them that is brought into the order in which the events came.
  static func sorter(in scratch: Scratch) -> SpoolSorter<Sighting> {
    SpoolSorter(in: scratch) { $0.number < $1.number }
  }
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

  func close() { file.close() }

  /// Every sighting of a key that has more than one.
  func forEachRepeated(_ body: (Sighting) throws -> Void) throws {
    var buffer = PartitionBuffer()
    var sieve = RepeatSieve()
    var table = SightingTable()
    for partition in 0..<PartitionedFile.partitions where file.count(in: partition) > 0 {
      table.removeAll()
      sieve.clear(for: file.count(in: partition))
      try file.forEach(in: partition, &buffer) { sieve.note($0.key) }
      try file.forEach(in: partition, &buffer) { record in
        guard sieve.mayRepeat(record.key) else { return }
        let sighting = Sighting(key: record.key, number: record.number)
        switch table.meet(sighting) {
        case .new: return
        case .again(let first): try body(first)
        case .oldNews: break
        }
        try body(sighting)
      }
    }
  }
}

/// The first sighting of each key.
struct SightingTable: ~Copyable {
  /// What was known of a key when it was looked for.
  enum Finding {
    case new
    /// Its first sighting, the first time that this is told.
    case again(first: Sighting)
    /// Told before.
    case oldNews
  }

  private struct Slot: TableSlot {
    var key: UInt64 = 0
    var number: UInt32 = 0
    var state: State = .free

    enum State: UInt8, BitwiseCopyable { case free, once, told }

    static let free = Slot()
    var isTaken: Bool { state != .free }
    static func home(of key: UInt64) -> UInt64 { key ^ key >> 29 }

    mutating func tell() -> Finding {
      switch state {
      case .free: return .new
      case .told: return .oldNews
      case .once:
        state = .told
        return .again(first: Sighting(key: key, number: number))
      }
    }
  }

  private var table = FlatTable<Slot>()

  mutating func removeAll() { table.removeAll() }

  /// Looks for a sighting's key, and keeps the sighting where the key is new.
  mutating func meet(_ sighting: Sighting) -> Finding {
    table.update(sighting.key) { slot in
      if slot.isTaken { return slot.tell() }
      slot = Slot(key: sighting.key, number: sighting.number, state: .once)
      return .new
    }
  }

  mutating func find(_ key: UInt64) -> Finding { table.update(key) { $0.tell() } }
}

/// What may make two calls look like one, as far as the first pass knows: tenant, number of tokens,
/// and time.
struct Likeness {
  let key: UInt32
  let partition: Int
  /// Seconds from two days before the window, where nothing is read any more.
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
  private struct Record: BitwiseCopyable {
    var key: UInt32
    var second: UInt32
    var number: UInt32

    /// The stretch of time it lies in: events of one or of neighbouring ones may be near.
    func bucket(_ width: UInt64) -> UInt64 { UInt64(second) / width }
  }

  private let file: PartitionedFile

  init(in scratch: Scratch) { file = PartitionedFile(in: scratch) }

  @inline(__always)
  func append(_ likeness: Likeness, _ number: UInt32) throws {
    let record = Record(key: likeness.key, second: likeness.second, number: number)
    try file.gather(record, to: likeness.partition)
  }

  func close() { file.close() }

  /// All events that have one alike not more than `window` seconds away, and some more.
  func forEachAlike(within window: Int64, _ body: (Sighting) throws -> Void) throws {
    var buffer = PartitionBuffer()
    var sieve = RepeatSieve()
    var table = SightingTable()
    let width = UInt64(clamping: window) + 1
    for partition in 0..<PartitionedFile.partitions where file.count(partition) > 0 {
      table.removeAll()
      sieve.clear(for: file.count(partition) / MemoryLayout<Record>.size)
      try file.forEachRecord(of: Record.self, in: partition, &buffer) { record in
        sieve.note(Likeness.key(record.key, record.bucket(width)))
      }
      try file.forEachRecord(of: Record.self, in: partition, &buffer) { record in
        let (key, bucket) = (record.key, record.bucket(width))
        guard
          sieve.mayRepeat(Likeness.key(key, bucket)) || sieve.maySee(Likeness.key(key, bucket + 1))
            || bucket > 0 && sieve.maySee(Likeness.key(key, bucket - 1))
        else { return }
        try LikenessFile.note(record, width, &table, body)
      }
    }
  }

  private static func note(
    _ record: Record, _ width: UInt64, _ table: inout SightingTable,
    _ body: (Sighting) throws -> Void
  ) throws {
    let bucket = record.bucket(width)
    let sighting = Sighting(key: Likeness.key(record.key, bucket), number: record.number)
    var isAlike = false
    func take(_ finding: SightingTable.Finding) throws {
      switch finding {
      case .new: return
      case .again(let first): try body(first)
      case .oldNews: break
      }
      isAlike = true
    }
    if bucket > 0 { try take(table.find(Likeness.key(record.key, bucket - 1))) }
    try take(table.find(Likeness.key(record.key, bucket + 1)))
    try take(table.meet(sighting))
    guard isAlike else { return }
    try body(sighting)
    // Told just now: it need not be told again as the first of its key.
    _ = table.find(sighting.key)
  }
}
