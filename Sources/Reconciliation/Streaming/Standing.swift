import Accounting

/// What became of a request in the first pass, found by its digest.
struct Standing: BitwiseCopyable {
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

  struct Traits: OptionSet, BitwiseCopyable {
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

  var digest = RequestDigest(high: 0, low: 0)
  var number: UInt32 = 0
  var traits: Traits = []
}

extension Standing: TableSlot {
  static let free = Standing()
  var isTaken: Bool { traits.contains(.isTaken) }
  var key: RequestDigest { digest }
  static func home(of key: RequestDigest) -> UInt64 { key.high }
}

/// The standing of all requests of one partition.
struct StandingTable: ~Copyable {
  private var table = FlatTable<Standing>()

  mutating func removeAll() { table.removeAll() }

  /// Lets `change` see and set the standing of one request. Only 95 bits of `low` and `high` count.
  mutating func update<Result>(
    high: UInt64, low: UInt64, _ change: (inout Standing) throws -> Result
  ) rethrows -> Result {
    let key = RequestDigest(high: high, low: low & ~0x1_FFFF_FFFF)
    return try table.update(key) { standing in
      if !standing.isTaken { standing = Standing(digest: key, traits: .isTaken) }
      return try change(&standing)
    }
  }

  func visit(_ body: (Standing) throws -> Void) rethrows { try table.forEach(body) }
}
