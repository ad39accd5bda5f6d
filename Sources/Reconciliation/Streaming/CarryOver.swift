import Accounting

/// One side of a request that waits for the other: 64 bytes, one cache line.
struct Waiting: BitwiseCopyable {
  var digest: RequestDigest
  /// What an entry for the event comes to, or what the entry is.
  var amount: Money
  /// The event's exact charge.
  var charge: Money
  /// Index of its group.
  var place: UInt32
  /// The event's number in the pull.
  var number: UInt32
  /// Its id in the table's arena.
  var name: UInt32
  var nameLength: UInt16
  var traits: Traits
  /// When it came, in turns of the table.
  var turn: UInt8

  struct Traits: OptionSet, BitwiseCopyable {
    let rawValue: UInt8
    static let isEntry = Traits(rawValue: 1)
    /// Outside the range, read along.
    static let isEdge = Traits(rawValue: 2)
    static let isTaken = Traits(rawValue: 4)
    /// An entry posted since the watermark.
    static let isNew = Traits(rawValue: 8)
    /// An event of before the range.
    static let isBefore = Traits(rawValue: 16)
  }

  init(
    _ digest: RequestDigest, amount: Money, charge: Money, place: Int, number: UInt32,
    _ traits: Traits
  ) {
    self.digest = digest
    self.amount = amount
    self.charge = charge
    self.place = UInt32(truncatingIfNeeded: place)
    self.number = number
    self.traits = traits.union(.isTaken)
    name = 0
    nameLength = 0
    turn = 0
  }

  fileprivate static let free = Waiting(RequestDigest(high: 0, low: 0))

  private init(_ digest: RequestDigest) {
    self.init(digest, amount: .zero, charge: .zero, place: 0, number: 0, [])
    traits = []
  }

  var isTaken: Bool { traits.contains(.isTaken) }
  var isEntry: Bool { traits.contains(.isEntry) }
  var isBefore: Bool { traits.contains(.isBefore) }
  var isNew: Bool { traits.contains(.isNew) }
  var isEdge: Bool { traits.contains(.isEdge) }
}

/// The rows whose other side has not come yet, with their ids. Open addressing with linear probing;
/// of fixed size at most, so that what waits long has to leave for a file.
struct CarryOver: ~Copyable {
  /// Rows beyond this leave.
  private let limit: Int
  private var slots: UnsafeMutableBufferPointer<Waiting>
  private(set) var count = 0
  private var names: UnsafeMutableRawBufferPointer
  private var namesUsed = 0
  private var turn: UInt8 = 0
  private var arrivals = 0

  /// - Parameter limit: of rows; a power of two. `nil` = as many as come.
  init(limit: Int?) {
    self.limit = limit ?? .max
    slots = CarryOver.slots(1024)
    names = .allocate(byteCount: 1 << 16, alignment: 8)
  }

  deinit {
    slots.deallocate()
    names.deallocate()
  }

  private static func slots(_ count: Int) -> UnsafeMutableBufferPointer<Waiting> {
    let slots = UnsafeMutableBufferPointer<Waiting>.allocate(capacity: count)
    slots.initialize(repeating: .free)
    return slots
  }

  /// Brings the place where a digest is looked for close to the processor.
  @inline(__always)
  func touch(_ digest: RequestDigest) -> UInt64 {
    slots[Int(truncatingIfNeeded: digest.low) & (slots.count - 1)].digest.low
  }

  /// Takes out the other side of a row and returns it; where none waits, keeps the row. A row of the
  /// same side that waits already is returned too, and stays: one of a kind is enough to know that a
  /// request came more than once, however often it comes.
  ///
  /// The name of what is returned can be read until the next call.
  mutating func meet(_ row: Waiting, name: UnsafeRawBufferPointer) -> Waiting? {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: row.digest.low) & mask
    while slots[index].isTaken {
      if slots[index].digest == row.digest {
        let other = slots[index]
        if other.isEntry != row.isEntry { remove(at: index) }
        return other
      }
      index = (index + 1) & mask
    }
    keep(row, name)
    return nil
  }

  /// How many of the rows are entries.
  var waitingEntries: Int { slots.reduce(0) { $0 + ($1.isTaken && $1.isEntry ? 1 : 0) } }

  func name(of row: Waiting) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      rebasing: names[Int(row.name)..<Int(row.name) + Int(row.nameLength)])
  }

  /// Whether rows have to leave before more may come.
  var isFull: Bool { count >= limit / 4 * 3 || namesUsed > limit * 64 }

  private mutating func keep(_ row: Waiting, _ name: UnsafeRawBufferPointer) {
    if count * 4 >= slots.count * 3 { rebuild(slots.count * 2, keeping: { _ in true }) }
    if namesUsed + name.count > names.count { makeRoomForNames(name.count) }
    var kept = row
    kept.name = UInt32(truncatingIfNeeded: namesUsed)
    kept.nameLength = UInt16(truncatingIfNeeded: name.count)
    kept.turn = turn
    if let base = name.baseAddress {
      (names.baseAddress! + namesUsed).copyMemory(from: base, byteCount: name.count)
    }
    namesUsed += name.count
    place(kept)
    count += 1
    arrivals += 1
    if arrivals >= limit / 8 {
      arrivals = 0
      turn &+= 1
    }
  }

  private func place(_ row: Waiting) {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: row.digest.low) & mask
    while slots[index].isTaken { index = (index + 1) & mask }
    slots[index] = row
  }

  /// Closes the gap, so that no search ends too early.
  private mutating func remove(at index: Int) {
    let mask = slots.count - 1
    var gap = index
    var next = (index + 1) & mask
    while slots[next].isTaken {
      let home = Int(truncatingIfNeeded: slots[next].digest.low) & mask
      if (next &- home) & mask >= (next &- gap) & mask {
        slots[gap] = slots[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    slots[gap].traits = []
    count -= 1
  }

  /// Sends away what came longest ago: about half of the rows, or all that are of one turn.
  mutating func retire(to leave: (Waiting, UnsafeRawBufferPointer) throws -> Void) rethrows {
    var byAge = [Int](repeating: 0, count: 256)
    for row in slots where row.isTaken { byAge[Int(turn &- row.turn)] += 1 }
    var youngest = 0
    var staying = byAge[0]
    while youngest < 255, staying + byAge[youngest + 1] <= count / 2 {
      youngest += 1
      staying += byAge[youngest]
    }
    if staying == count { youngest = -1 }
    for row in slots where row.isTaken && Int(turn &- row.turn) > youngest {
      try leave(row, name(of: row))
    }
    let now = turn
    rebuild(slots.count) { Int(now &- $0.turn) <= youngest }
  }

  mutating func retireAll(
    to leave: (Waiting, UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    for row in slots where row.isTaken { try leave(row, name(of: row)) }
    rebuild(slots.count) { _ in false }
  }

  private mutating func makeRoomForNames(_ more: Int) {
    var needed = more
    for row in slots where row.isTaken { needed += Int(row.nameLength) }
    rebuild(slots.count, keeping: { _ in true }, names: needed * 4)
  }

  /// Moves the rows that stay, and their ids, to fresh memory.
  private mutating func rebuild(
    _ size: Int, keeping stays: (Waiting) -> Bool, names capacity: Int? = nil
  ) {
    let old = slots
    let oldNames = names
    slots = CarryOver.slots(size)
    names = .allocate(byteCount: max(capacity ?? 0, oldNames.count), alignment: 8)
    namesUsed = 0
    count = 0
    for row in old where row.isTaken && stays(row) {
      var moved = row
      let length = Int(row.nameLength)
      moved.name = UInt32(truncatingIfNeeded: namesUsed)
      (names.baseAddress! + namesUsed).copyMemory(
        from: oldNames.baseAddress! + Int(row.name), byteCount: length)
      namesUsed += length
      place(moved)
      count += 1
    }
    old.deallocate()
    oldNames.deallocate()
  }
}
