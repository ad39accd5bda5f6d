/// What became of the requests that were judged, by partition: there may be as many as there are
/// requests, so one partition at a time is held in memory.
final class JudgedRequests {
  /// What became of one.
  struct Verdict: BitwiseCopyable {
    /// Of the charged event's id; zero where none is charged.
    fileprivate(set) var charged: UInt64
    fileprivate(set) var isBroken: Bool

    /// Whether one of the request's charge candidates is charged.
    func charges(_ event: RequestDigest) -> Bool { charged == Verdict.mark(event) }

    /// The digest's upper half but for its last bit, which says in a record what is broken.
    fileprivate static func mark(_ event: RequestDigest?) -> UInt64 { (event?.high ?? 0) & ~1 }
  }

  private struct Record: PartitionedRecord {
    let request: RequestDigest
    let charged: UInt64

    init(_ request: RequestDigest, charged: RequestDigest?, isBroken: Bool) {
      self.request = request
      self.charged = Verdict.mark(charged) | (isBroken ? 1 : 0)
    }

    var partition: Int { request.partition }
    var verdict: Verdict { Verdict(charged: charged & ~1, isBroken: charged & 1 == 1) }
  }

  private struct Slot: TableSlot {
    var digest = RequestDigest(high: 0, low: 0)
    var verdict = Verdict(charged: 0, isBroken: false)
    var isTaken = false

    static let free = Slot()
    var key: RequestDigest { digest }
    static func home(of key: RequestDigest) -> UInt64 { key.high }
  }

  private let file: RecordFile<Record>

  init(in scratch: Scratch) { file = RecordFile(in: scratch) }

  /// - Parameter charged: digest of the charged event's id.
  func append(_ request: RequestDigest, charged: RequestDigest?, isBroken: Bool) throws {
    try file.append(Record(request, charged: charged, isBroken: isBroken))
  }

  /// Hands on each element with what became of its request: `nil` where that was never judged.
  func forEach<Element: Spoolable>(
    of list: PartitionedList<Element>, _ body: (Element, Verdict?) throws -> Void
  ) throws {
    var buffer = PartitionBuffer()
    var table = FlatTable<Slot>()
    for partition in 0..<PartitionedFile.partitions where !list.isEmpty(partition) {
      table.removeAll()
      try file.forEach(in: partition, &buffer) { record in
        table.update(record.request) { slot in
          let isBroken = slot.verdict.isBroken || record.verdict.isBroken
          slot = Slot(digest: record.request, verdict: record.verdict, isTaken: true)
          slot.verdict.isBroken = isBroken
        }
      }
      try list.forEach(in: partition, &buffer) { element, request in
        try body(element, table.find(request)?.verdict)
      }
    }
  }
}
