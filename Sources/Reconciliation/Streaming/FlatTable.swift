/// What a `FlatTable` keeps for one key.
protocol TableSlot: BitwiseCopyable {
  associatedtype Key: Equatable
  static var free: Self { get }
  var isTaken: Bool { get }
  var key: Key { get }
  /// Where the search for a key begins, before it is cut to the size of the table.
  static func home(of key: Key) -> UInt64
}

/// Slots of fixed size by key, in flat memory: open addressing with linear probing. It grows with
/// its keys, and not with how often they come.
struct FlatTable<Slot: TableSlot>: ~Copyable {
  private static var leastSize: Int { 256 }

  private var slots: UnsafeMutableBufferPointer<Slot>
  private(set) var count = 0

  init() { slots = FlatTable.make(FlatTable.leastSize) }

  deinit { slots.deallocate() }

  private static func make(_ size: Int) -> UnsafeMutableBufferPointer<Slot> {
    let slots = UnsafeMutableBufferPointer<Slot>.allocate(capacity: size)
    slots.initialize(repeating: .free)
    return slots
  }

  /// Empties the table; memory that this many keys had no use for is given back.
  mutating func removeAll() {
    if slots.count > max(count * 8, FlatTable.leastSize) {
      slots.deallocate()
      slots = FlatTable.make(FlatTable.leastSize)
    } else {
      slots.initialize(repeating: .free)
    }
    count = 0
  }

  /// What is kept for a key, if anything.
  @inline(__always)
  func find(_ key: Slot.Key) -> Slot? {
    let slot = slots[index(of: key)]
    return slot.isTaken ? slot : nil
  }

  /// Lets `change` see and set what is kept for a key; a free slot becomes that key's by being taken.
  @inline(__always)
  mutating func update<Result>(
    _ key: Slot.Key, _ change: (inout Slot) throws -> Result
  ) rethrows -> Result {
    if count * 4 >= slots.count * 3 { grow() }
    let index = index(of: key)
    let isNew = !slots[index].isTaken
    defer { if isNew, slots[index].isTaken { count += 1 } }
    return try change(&slots[index])
  }

  func forEach(_ body: (Slot) throws -> Void) rethrows {
    for slot in slots where slot.isTaken { try body(slot) }
  }

  @inline(__always)
  private func index(of key: Slot.Key) -> Int {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: Slot.home(of: key)) & mask
    while slots[index].isTaken, slots[index].key != key { index = (index + 1) & mask }
    return index
  }

  private mutating func grow() {
    let old = slots
    slots = FlatTable.make(old.count * 2)
    for slot in old where slot.isTaken { slots[index(of: slot.key)] = slot }
    old.deallocate()
  }
}
