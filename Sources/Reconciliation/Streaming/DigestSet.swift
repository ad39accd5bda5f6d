/// A set of digests.
struct DigestSet: ~Copyable {
  private struct Slot: TableSlot {
    var digest = RequestDigest(high: 0, low: 0)
    var isTaken = false

    static let free = Slot()
    var key: RequestDigest { digest }
    static func home(of key: RequestDigest) -> UInt64 { key.high }
  }

  private var table = FlatTable<Slot>()

  /// - Returns: whether it is new.
  mutating func insert(_ digest: RequestDigest) -> Bool {
    table.update(digest) { slot in
      guard !slot.isTaken else { return false }
      slot = Slot(digest: digest, isTaken: true)
      return true
    }
  }
}

/// What became of the requests that were judged.
struct JudgedRequests: ~Copyable {
  private struct Slot: TableSlot {
    var digest = RequestDigest(high: 0, low: 0)
    /// Of the charged event's id; zero where none is charged.
    var charged: UInt64 = 0
    var isTaken = false
    var isBroken = false

    static let free = Slot()
    var key: RequestDigest { digest }
    static func home(of key: RequestDigest) -> UInt64 { key.high }
  }

  private var table = FlatTable<Slot>()

  /// - Parameter charged: digest of the charged event's id.
  mutating func insert(_ request: RequestDigest, charged: RequestDigest?, isBroken: Bool) {
    table.update(request) { slot in
      slot = Slot(
        digest: request, charged: charged?.high ?? 0, isTaken: true,
        isBroken: slot.isBroken || isBroken)
    }
  }

  func contains(_ request: RequestDigest) -> Bool { table.find(request) != nil }
  func isBroken(_ request: RequestDigest) -> Bool { table.find(request)?.isBroken ?? false }

  /// Whether one of the request's charge candidates is charged. What was never judged has but one.
  func charges(_ event: RequestDigest, of request: RequestDigest) -> Bool {
    table.find(request).map { $0.charged == event.high } ?? true
  }
}
