import Accounting
import CProcessor

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
  /// Its id in the table's arena; of a row that has left, the one that left before it.
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

  var isTaken: Bool { traits.contains(.isTaken) }
  var isEntry: Bool { traits.contains(.isEntry) }
  var isBefore: Bool { traits.contains(.isBefore) }
  var isNew: Bool { traits.contains(.isNew) }
  var isEdge: Bool { traits.contains(.isEdge) }
}

/// The rows whose other side has not come yet, with their ids. Open addressing with linear probing;
/// of fixed size at most, so that what waits long has to leave for a file.
struct CarryOver: ~Copyable {
  /// Where a row is. Small, so that a search stays close to the processor; the rows themselves lie
  /// together, and one that comes takes the place of the one that left last.
  private struct Bucket: BitwiseCopyable {
    /// Of the row's digest; where the search for it begins is told by this too.
    var tag: UInt32
    /// One more than the row's index; 0 = empty.
    var mark: UInt32
  }

  /// Rows beyond this leave.
  private let limit: Int
  private var buckets: UnsafeMutableBufferPointer<Bucket>
  private var rows: UnsafeMutableBufferPointer<Waiting>
  /// Rows from here on have never been taken.
  private var fresh = 0
  /// One more than the index of the row that left last; 0 = none.
  private var vacant: UInt32 = 0
  private(set) var count = 0
  private var names: UnsafeMutableRawBufferPointer
  private var namesUsed = 0
  private var turn: UInt8 = 0
  private var arrivals = 0

  /// - Parameter limit: of rows. `nil` = as many as come.
  init(limit: Int?) {
    self.limit = limit ?? .max
    rows = .allocate(capacity: 1024)
    buckets = CarryOver.buckets(for: 1024)
    names = .allocate(byteCount: 1 << 16, alignment: 8)
  }

  deinit {
    buckets.deallocate()
    rows.deallocate()
    names.deallocate()
  }

  /// At most half of them are taken.
  private static func buckets(for rows: Int) -> UnsafeMutableBufferPointer<Bucket> {
    let buckets = UnsafeMutableBufferPointer<Bucket>.allocate(capacity: 2 * rows)
    buckets.initialize(repeating: Bucket(tag: 0, mark: 0))
    return buckets
  }

  @inline(__always)
  private static func tag(_ digest: RequestDigest) -> UInt32 {
    UInt32(truncatingIfNeeded: digest.low)
  }

  @inline(__always)
  private func home(_ tag: UInt32) -> Int { Int(tag) & (buckets.count &- 1) }

  @inline(__always)
  private func after(_ bucket: Int) -> Int { (bucket &+ 1) & (buckets.count &- 1) }

  /// Asks for the memory where a digest will be looked for.
  @inline(__always)
  func fetchBucket(of digest: RequestDigest) {
    prefetch(buckets.baseAddress! + home(CarryOver.tag(digest)))
  }

  /// Asks for the memory of what may wait under a digest.
  @inline(__always)
  func fetchRow(of digest: RequestDigest) {
    let mark = buckets[home(CarryOver.tag(digest))].mark
    if mark != 0 { prefetch(rows.baseAddress! + (Int(mark) &- 1)) }
  }

  /// Takes out the other side of a row and returns it; where none waits, keeps the row. A row of the
  /// same side that waits already is returned too, and stays: one of a kind is enough to know that a
  /// request came more than once, however often it comes.
  ///
  /// The name of what is returned can be read until the next call.
  @inline(__always)
  mutating func meet(_ row: Waiting, name: UnsafeRawBufferPointer) -> Waiting? {
    if count == rows.count { grow() }
    let tag = CarryOver.tag(row.digest)
    var bucket = home(tag)
    while buckets[bucket].mark != 0 {
      let index = Int(buckets[bucket].mark) &- 1
      if buckets[bucket].tag == tag, rows[index].digest == row.digest {
        let other = rows[index]
        if other.isEntry != row.isEntry { remove(index, from: bucket) }
        return other
      }
      bucket = after(bucket)
    }
    keep(row, name, in: bucket)
    return nil
  }

  private var taken: some Sequence<Waiting> {
    rows.prefix(fresh).lazy.filter { $0.isTaken }
  }

  /// How many of the rows are entries.
  var waitingEntries: Int { taken.reduce(0) { $0 + ($1.isEntry ? 1 : 0) } }

  func name(of row: Waiting) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      rebasing: names[Int(row.name)..<Int(row.name) + Int(row.nameLength)])
  }

  /// Whether rows have to leave before more may come.
  var isFull: Bool { count >= limit / 4 * 3 || namesUsed / 64 > limit }

  @inline(__always)
  private mutating func keep(
    _ row: Waiting, _ name: UnsafeRawBufferPointer, in bucket: Int
  ) {
    if namesUsed &+ name.count > names.count { gatherNames(and: name.count) }
    let index = nextIndex()
    rows[index] = row
    rows[index].name = UInt32(truncatingIfNeeded: namesUsed)
    rows[index].nameLength = UInt16(truncatingIfNeeded: name.count)
    rows[index].turn = turn
    if let base = name.baseAddress {
      (names.baseAddress! + namesUsed).copyMemory(from: base, byteCount: name.count)
    }
    namesUsed &+= name.count
    buckets[bucket] = Bucket(
      tag: CarryOver.tag(row.digest), mark: UInt32(truncatingIfNeeded: index &+ 1))
    count &+= 1
    arrivals &+= 1
    if arrivals >= limit / 8 {
      arrivals = 0
      turn &+= 1
    }
  }

  /// Where the next row goes.
  @inline(__always)
  private mutating func nextIndex() -> Int {
    guard vacant != 0 else {
      fresh &+= 1
      return fresh &- 1
    }
    let index = Int(vacant) &- 1
    vacant = rows[index].name
    return index
  }

  /// Closes the gap among the buckets, so that no search ends too early.
  private mutating func remove(_ index: Int, from bucket: Int) {
    var gap = bucket
    var next = after(bucket)
    let mask = buckets.count &- 1
    while buckets[next].mark != 0 {
      if (next &- home(buckets[next].tag)) & mask >= (next &- gap) & mask {
        buckets[gap] = buckets[next]
        gap = next
      }
      next = after(next)
    }
    buckets[gap].mark = 0
    rows[index].traits = []
    rows[index].name = vacant
    vacant = UInt32(truncatingIfNeeded: index &+ 1)
    count &-= 1
  }

  /// Sends away what came longest ago: about half of the rows, or all that are of one turn.
  mutating func retire(to leave: (Waiting, UnsafeRawBufferPointer) throws -> Void) rethrows {
    var byAge = [Int](repeating: 0, count: 256)
    for row in taken { byAge[Int(turn &- row.turn)] += 1 }
    var youngest = 0
    var staying = byAge[0]
    while youngest < 255, staying + byAge[youngest + 1] <= count / 2 {
      youngest += 1
      staying += byAge[youngest]
    }
    if staying == count { youngest = -1 }
    for row in taken where Int(turn &- row.turn) > youngest { try leave(row, name(of: row)) }
    let now = turn
    keepOnly { Int(now &- $0.turn) <= youngest }
  }

  mutating func retireAll(
    to leave: (Waiting, UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    for row in taken { try leave(row, name(of: row)) }
    keepOnly { _ in false }
  }

  private mutating func keepOnly(_ stays: (Waiting) -> Bool) {
    var kept = 0
    for row in taken where stays(row) {
      rows[kept] = row
      kept += 1
    }
    fresh = kept
    count = kept
    vacant = 0
    buckets.update(repeating: Bucket(tag: 0, mark: 0))
    findAgain()
    gatherNames(and: 0)
  }

  @inline(never)
  private mutating func grow() {
    let more = UnsafeMutableBufferPointer<Waiting>.allocate(capacity: 2 * rows.count)
    _ = more.update(fromContentsOf: rows)
    rows.deallocate()
    rows = more
    buckets.deallocate()
    buckets = CarryOver.buckets(for: rows.count)
    findAgain()
  }

  /// Fills the empty buckets.
  private func findAgain() {
    for index in 0..<fresh where rows[index].isTaken {
      let tag = CarryOver.tag(rows[index].digest)
      var bucket = home(tag)
      while buckets[bucket].mark != 0 { bucket = after(bucket) }
      buckets[bucket] = Bucket(tag: tag, mark: UInt32(truncatingIfNeeded: index + 1))
    }
  }

  /// Moves the ids of the rows that wait to fresh memory, with room for some more.
  @inline(never)
  private mutating func gatherNames(and more: Int) {
    let needed = taken.reduce(more) { $0 + Int($1.nameLength) }
    let old = names
    names = .allocate(byteCount: max(needed * 4, old.count), alignment: 8)
    namesUsed = 0
    for index in 0..<fresh where rows[index].isTaken {
      let length = Int(rows[index].nameLength)
      (names.baseAddress! + namesUsed).copyMemory(
        from: old.baseAddress! + Int(rows[index].name), byteCount: length)
      rows[index].name = UInt32(truncatingIfNeeded: namesUsed)
      namesUsed += length
    }
    old.deallocate()
  }
}
