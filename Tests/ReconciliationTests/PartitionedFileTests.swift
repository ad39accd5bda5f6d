import TestSupport
import Testing

@testable import Reconciliation

@Suite("What waits on disk by partition")
struct PartitionedFileTests {
  private struct Record: PartitionedRecord, Equatable {
    var key: UInt64
    var partition: Int { Int(key >> 56) }
  }

  private static func records(
    _ file: RecordFile<Record>, in partition: Int, _ buffer: inout PartitionBuffer
  ) throws -> [Record] {
    var records: [Record] = []
    try file.forEach(in: partition, &buffer) { records.append($0) }
    return records
  }

  /// One that fits into memory, and one that does not.
  @Test(arguments: [1, 100_000, PartitionBuffer.most / 8 + 1])
  func aPartitionCanBeGoneThroughAgain(count: Int) throws {
    let file = RecordFile<Record>(in: Reconciliation.Scratch())
    let other = RecordFile<Record>(in: Reconciliation.Scratch())
    let expected = (0..<count).map { Record(key: 7 << 56 | UInt64($0)) }
    for record in expected {
      try file.append(record)
      try other.append(Record(key: record.key + 1))
    }
    var buffer = PartitionBuffer()
    for _ in 0..<2 {
      #expect(try PartitionedFileTests.records(file, in: 7, &buffer) == expected)
    }
    #expect(try PartitionedFileTests.records(other, in: 7, &buffer) != expected)
    #expect(try PartitionedFileTests.records(file, in: 8, &buffer).isEmpty)
    #expect(try PartitionedFileTests.records(file, in: 7, &buffer) == expected)
    let late = Record(key: 7 << 56 | 0xFFFF_FFFF)
    try file.append(late)
    #expect(try PartitionedFileTests.records(file, in: 7, &buffer) == expected + [late])
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func noRepeatGetsThroughTheSieve(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var sieve = RepeatSieve()
    for count in [0, 1, 20_000, 300] {
      var counts: [UInt64: Int] = [:]
      for _ in 0..<count { counts[random.next(), default: 0] += random.chance(5) ? 2 : 1 }
      sieve.clear(for: counts.count)
      for (key, times) in counts { for _ in 0..<times { sieve.note(key) } }
      #expect(counts.allSatisfy { sieve.maySee($0.key) })
      #expect(counts.allSatisfy { $0.value == 1 || sieve.mayRepeat($0.key) })
      let once = counts.filter { $0.value == 1 }.keys
      #expect(once.count { sieve.mayRepeat($0) } <= count / 8)
      #expect((0..<count).count { _ in sieve.maySee(random.next()) } <= count / 8)
    }
  }

  /// More keys than its memory is meant for make it doubt more of them, and miss none.
  @Test func aCrowdedSieveDoubtsAll() {
    var sieve = RepeatSieve()
    sieve.clear(for: 10)
    for key in UInt64(0)..<100_000 { sieve.note(key) }
    #expect((UInt64(0)..<100_000).allSatisfy { sieve.mayRepeat($0) })
  }
}
