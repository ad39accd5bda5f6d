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
    try file.read(partition, into: &buffer)
    let bytes = buffer.bytes
    for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<Record>.size) {
      try body(bytes.loadUnaligned(fromByteOffset: offset, as: Record.self))
    }
  }

  /// How many records a partition holds.
  func count(in partition: Int) -> Int { file.count(partition) / MemoryLayout<Record>.size }
}

/// Ids, by partition of their digests.
final class NameFile {
  private let file: PartitionedFile

  init(in scratch: Scratch) { file = PartitionedFile(in: scratch) }

  func isEmpty(_ partition: Int) -> Bool { file.count(partition) == 0 }

  func append(_ name: UnsafeRawBufferPointer, _ digest: RequestDigest) throws {
    try file.append(name, to: digest.partition)
  }

  func forEach(
    in partition: Int, _ buffer: inout PartitionBuffer,
    _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try file.read(partition, into: &buffer)
    var rest = NameReader(buffer.bytes)
    while let name = rest.next() { try body(name) }
  }
}

/// Rows that wait, with their ids, by partition of their digests.
final class WaitingFile {
  private let file: PartitionedFile

  init(in scratch: Scratch) { file = PartitionedFile(in: scratch) }

  func isEmpty(_ partition: Int) -> Bool { file.count(partition) == 0 }

  func append(_ row: Waiting, _ name: UnsafeRawBufferPointer) throws {
    try file.append(row, to: row.digest.partition)
    try file.append(name, to: row.digest.partition)
  }

  func forEach(
    in partition: Int, _ buffer: inout PartitionBuffer,
    _ body: (Waiting, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try file.read(partition, into: &buffer)
    var rest = NameReader(buffer.bytes)
    while let row = rest.load(Waiting.self), let name = rest.next() { try body(row, name) }
  }
}

extension PartitionedFile {
  /// Appends a name after its length.
  fileprivate func append(_ name: UnsafeRawBufferPointer, to partition: Int) throws {
    try append(UInt32(truncatingIfNeeded: name.count), to: partition)
    if let base = name.baseAddress { try append(base, count: name.count, to: partition) }
  }
}

/// Walks through names that follow their lengths.
private struct NameReader {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func load<Record: BitwiseCopyable>(_ type: Record.Type) -> Record? {
    guard offset < bytes.count else { return nil }
    defer { offset += MemoryLayout<Record>.size }
    return bytes.loadUnaligned(fromByteOffset: offset, as: type)
  }

  mutating func next() -> UnsafeRawBufferPointer? {
    guard let length = load(UInt32.self) else { return nil }
    defer { offset += Int(length) }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(length)])
  }
}
