/// A set of digests with one remark each, in flat memory.
struct DigestSet: ~Copyable {
  private struct Slot {
    var high: UInt64 = 0
    /// Without the lowest two bits, which say: taken, remarked.
    var low: UInt64 = 0
  }

  private static let isTaken: UInt64 = 1
  private static let isRemarked: UInt64 = 2
  private static let ofDigest = ~(isTaken | isRemarked)

  private var slots: UnsafeMutableBufferPointer<Slot>
  private(set) var count = 0

  init() {
    slots = .allocate(capacity: 256)
    slots.initialize(repeating: Slot())
  }

  deinit { slots.deallocate() }

  /// - Returns: whether it is new.
  @discardableResult
  mutating func insert(_ digest: RequestDigest, remark: Bool = false) -> Bool {
    if count * 4 >= slots.count * 3 { grow() }
    let index = slot(digest.high, digest.low & DigestSet.ofDigest)
    let isNew = slots[index].low & DigestSet.isTaken == 0
    if isNew {
      slots[index] = Slot(
        high: digest.high, low: digest.low & DigestSet.ofDigest | DigestSet.isTaken)
      count += 1
    }
    if remark { slots[index].low |= DigestSet.isRemarked }
    return isNew
  }

  func contains(_ digest: RequestDigest) -> Bool {
    slots[slot(digest.high, digest.low & DigestSet.ofDigest)].low & DigestSet.isTaken != 0
  }

  func isRemarked(_ digest: RequestDigest) -> Bool {
    slots[slot(digest.high, digest.low & DigestSet.ofDigest)].low & DigestSet.isRemarked != 0
  }

  private func slot(_ high: UInt64, _ low: UInt64) -> Int {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: high) & mask
    while slots[index].low & DigestSet.isTaken != 0,
      slots[index].high != high || slots[index].low & DigestSet.ofDigest != low
    {
      index = (index + 1) & mask
    }
    return index
  }

  private mutating func grow() {
    let old = slots
    slots = .allocate(capacity: old.count * 2)
    slots.initialize(repeating: Slot())
    for kept in old where kept.low & DigestSet.isTaken != 0 {
      slots[slot(kept.high, kept.low & DigestSet.ofDigest)] = kept
    }
    old.deallocate()
  }
}
