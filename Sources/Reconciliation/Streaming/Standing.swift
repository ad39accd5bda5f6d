import Accounting

/// What became of a request in the first pass, found by its digest.
struct Standing {
  /// A settled pair, or an event with nothing to charge. Of the digest 95 bits are kept.
  struct Record: PartitionedRecord {
    let high: UInt64
    /// 31 bits of the digest, one for the edge, 32 for the number of the event.
    let low: UInt64

    init(_ digest: RequestDigest, isEdge: Bool, number: UInt32) {
      high = digest.high
      low = digest.low & ~0x1_FFFF_FFFF | (isEdge ? 1 << 32 : 0) | UInt64(number)
    }

    var partition: Int { Int(high >> 56) }
    var isEdge: Bool { low & 1 << 32 != 0 }
    var number: UInt32 { UInt32(truncatingIfNeeded: low) }
  }

  /// What an accepted entry is beside the expected one.
  struct Delta: PartitionedRecord {
    let high: UInt64
    let low: UInt64
    let units: (high: Int64, low: UInt64)
    let place: UInt32

    init(digest: RequestDigest, place: UInt32, amount: Money) {
      high = digest.high
      low = digest.low
      units = (
        Int64(truncatingIfNeeded: amount.units >> 64), UInt64(truncatingIfNeeded: amount.units)
      )
      self.place = place
    }

    var partition: Int { Int(high >> 56) }
    func amount() throws(MoneyError) -> Money {
      try Money(units: Int128(units.high) << 64 | Int128(units.low))
    }
  }

  struct Traits: OptionSet {
    let rawValue: UInt32
    static let isTaken = Traits(rawValue: 1)
    static let isRetired = Traits(rawValue: 2)
    /// Settled more than once.
    static let isRepeated = Traits(rawValue: 4)
    static let isSuspect = Traits(rawValue: 8)
    /// Settled, or told, outside the range.
    static let isEdge = Traits(rawValue: 16)
    static let isIdle = Traits(rawValue: 32)
    static let isIdleEdge = Traits(rawValue: 64)
  }

  var high: UInt64 = 0
  var low: UInt64 = 0
  var number: UInt32 = 0
  var traits: Traits = []
}

/// The standing of all requests of one partition.
struct StandingTable: ~Copyable {
  private var slots: UnsafeMutableBufferPointer<Standing>
  private var count = 0

  init() {
    slots = .allocate(capacity: 1024)
    slots.initialize(repeating: Standing())
  }

  deinit { slots.deallocate() }

  /// Empties the table and makes room.
  mutating func prepare(for requests: Int) {
    var size = 1024
    while size < requests * 2 { size *= 2 }
    if size > slots.count {
      slots.deallocate()
      slots = .allocate(capacity: size)
    }
    slots.initialize(repeating: Standing())
    count = 0
  }

  /// Lets `change` see and set the standing of one request. Only 95 bits of `low` and `high` count.
  mutating func update<Result>(
    high: UInt64, low: UInt64, _ change: (inout Standing) throws -> Result
  ) rethrows -> Result {
    if count * 4 >= slots.count * 3 { grow() }
    let key = low & ~0x1_FFFF_FFFF
    let index = slot(high, key)
    if !slots[index].traits.contains(.isTaken) {
      slots[index] = Standing(high: high, low: key, number: 0, traits: .isTaken)
      count += 1
    }
    return try change(&slots[index])
  }

  func visit(_ body: (Standing) throws -> Void) rethrows {
    for standing in slots where standing.traits.contains(.isTaken) { try body(standing) }
  }

  private func slot(_ high: UInt64, _ key: UInt64) -> Int {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: high) & mask
    while slots[index].traits.contains(.isTaken),
      slots[index].high != high || slots[index].low != key
    {
      index = (index + 1) & mask
    }
    return index
  }

  private mutating func grow() {
    let old = slots
    slots = .allocate(capacity: old.count * 2)
    slots.initialize(repeating: Standing())
    for standing in old where standing.traits.contains(.isTaken) {
      slots[slot(standing.high, standing.low)] = standing
    }
    old.deallocate()
  }
}
