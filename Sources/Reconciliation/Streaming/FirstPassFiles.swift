import Accounting

/// A record of fixed size that tells its partition.
protocol PartitionedRecord: BitwiseCopyable {
  var partition: Int { get }
}

/// Records of fixed size, by partition.
final class RecordFile<Record: PartitionedRecord> {
  private let file: PartitionedFile

  init(in scratch: Scratch) { file = PartitionedFile(in: scratch) }

  @inline(__always)
  func append(_ record: Record) throws {
    try file.gather(record, to: record.partition)
  }

  func forEach(
    in partition: Int, _ buffer: inout PartitionBuffer, _ body: (Record) throws -> Void
  ) throws {
    try file.forEachRecord(of: Record.self, in: partition, &buffer, body)
  }

  /// How many records a partition holds.
  func count(in partition: Int) -> Int { file.count(partition) / MemoryLayout<Record>.size }

  func close() { file.close() }
}

/// Ids, by partition of their digests.
final class NameFile {
  private let file: PartitionedFile
  /// What was appended last to each partition: a name that comes very often comes in a row.
  private var latest = [RequestDigest?](repeating: nil, count: PartitionedFile.partitions)

  init(in scratch: Scratch) { file = PartitionedFile(in: scratch) }

  func isEmpty(_ partition: Int) -> Bool { file.count(partition) == 0 }

  func close() { file.close() }

  /// Appends a name, unless it is the one appended before it.
  func append(_ name: UnsafeRawBufferPointer, _ digest: RequestDigest) throws {
    let partition = digest.partition
    guard latest[partition] != digest else { return }
    latest[partition] = digest
    try file.append(name, to: partition)
  }

  func forEach(
    in partition: Int, _ buffer: inout PartitionBuffer,
    _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try file.read(partition, &buffer) { bytes in
      var rest = NameReader(bytes)
      while let name = rest.next() { try body(name) }
      return rest.read
    }
  }

  /// Each name once, in batches of `size` at most.
  /// - Parameter form: how the names are told.
  func forEachBatch(
    of size: Int, in form: LeanIDs.Form = .text, _ body: ([String]) throws -> Void
  ) throws {
    var buffer = PartitionBuffer()
    var names: Set<String> = []
    for partition in 0..<PartitionedFile.partitions where !isEmpty(partition) {
      var ofPartition: Set<String> = []
      try forEach(in: partition, &buffer) { ofPartition.insert(form.text($0)) }
      names.formUnion(ofPartition)
      while names.count >= size {
        let some = Array(names.prefix(size))
        names.subtract(some)
        try body(some.sorted())
      }
    }
    if !names.isEmpty { try body(names.sorted()) }
  }
}

/// Rows that wait, with their ids, by partition of their digests.
final class WaitingFile {
  private let file: PartitionedFile

  init(in scratch: Scratch) { file = PartitionedFile(in: scratch) }

  func close() { file.close() }

  func isEmpty(_ partition: Int) -> Bool { file.count(partition) == 0 }

  func append(_ row: Waiting, _ name: UnsafeRawBufferPointer) throws {
    try file.append(row, to: row.digest.partition)
    try file.append(name, to: row.digest.partition)
  }

  func forEach(
    in partition: Int, _ buffer: inout PartitionBuffer,
    _ body: (Waiting, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try file.read(partition, &buffer) { bytes in
      var rest = NameReader(bytes)
      while let (row, name) = rest.next(after: Waiting.self) { try body(row, name) }
      return rest.read
    }
  }
}

extension PartitionedFile {
  /// Appends a name after its length.
  func append(_ name: UnsafeRawBufferPointer, to partition: Int) throws {
    try append(UInt32(truncatingIfNeeded: name.count), to: partition)
    if let base = name.baseAddress { try append(base, count: name.count, to: partition) }
  }
}

/// Walks through names that follow their lengths, as far as they are there in full.
struct NameReader {
  private let bytes: UnsafeRawBufferPointer
  /// Bytes of what was handed on.
  private(set) var read = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func next() -> UnsafeRawBufferPointer? { name(at: read) }

  /// A record, and the name after it.
  mutating func next<Record: BitwiseCopyable>(
    after type: Record.Type
  ) -> (Record, UnsafeRawBufferPointer)? {
    let start = read
    guard let name = name(at: start + MemoryLayout<Record>.size) else { return nil }
    return (bytes.loadUnaligned(fromByteOffset: start, as: type), name)
  }

  private mutating func name(at start: Int) -> UnsafeRawBufferPointer? {
    let text = start + MemoryLayout<UInt32>.size
    guard text <= bytes.count else { return nil }
    let end = text + Int(bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))
    guard end <= bytes.count else { return nil }
    read = end
    return UnsafeRawBufferPointer(rebasing: bytes[text..<end])
  }
}
