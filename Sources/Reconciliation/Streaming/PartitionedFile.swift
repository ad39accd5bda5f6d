/// Records dealt out to 256 partitions by the first byte of their digest, so that equal digests lie
/// together and one partition after the other fits in memory. Records are written once and read
/// once; what is in no full block yet stays in memory.
final class PartitionedFile {
  static let partitions = 256
  private static let blockSize = 2048
  /// Blocks that are written in one go.
  private static let batch = 32
  /// Where records gather before they go to their block: so little that all of it stays close to
  /// the processor, which blocks do not.
  private static let lineSize = 192

  private let scratch: Scratch
  private var file: ScratchFile?
  /// One block for each partition that is being filled.
  private let open: UnsafeMutableRawPointer
  private let filled: UnsafeMutablePointer<Int32>
  private let lines: UnsafeMutableRawPointer
  private let gathered: UnsafeMutablePointer<UInt8>
  /// Full blocks on their way to the file.
  private let outgoing: UnsafeMutableRawPointer
  private var outgoingBlocks: [UInt8] = []
  /// The blocks of each partition in the file, by number.
  private var blocks: [[UInt32]]
  private var blocksWritten: UInt32 = 0
  private var isClosed = false

  init(in scratch: Scratch) {
    self.scratch = scratch
    let count = PartitionedFile.partitions
    open = .allocate(byteCount: count * PartitionedFile.blockSize, alignment: 16)
    filled = .allocate(capacity: count)
    filled.initialize(repeating: 0, count: count)
    lines = .allocate(byteCount: count * PartitionedFile.lineSize, alignment: 64)
    gathered = .allocate(capacity: count)
    gathered.initialize(repeating: 0, count: count)
    outgoing = .allocate(
      byteCount: PartitionedFile.batch * PartitionedFile.blockSize, alignment: 16)
    blocks = Array(repeating: [], count: count)
  }

  deinit {
    close()
    filled.deallocate()
    gathered.deallocate()
  }

  /// Gives back the memory of a file that was read for the last time.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    open.deallocate()
    lines.deallocate()
    outgoing.deallocate()
    file = nil
    blocks = []
  }

  /// Appends a record to a partition.
  func append<Record: BitwiseCopyable>(_ record: Record, to partition: Int) throws {
    try withUnsafeBytes(of: record) {
      try append($0.baseAddress!, count: $0.count, to: partition)
    }
  }

  /// Appends one of the records that are all that a file holds, and as small as these are many.
  @inline(__always)
  func gather<Record: BitwiseCopyable>(_ record: Record, to partition: Int) throws {
    let size = MemoryLayout<Record>.size
    guard PartitionedFile.lineSize.isMultiple(of: size) else {
      return try append(record, to: partition)
    }
    let used = Int(gathered[partition])
    (lines + partition * PartitionedFile.lineSize + used).storeBytes(of: record, as: Record.self)
    gathered[partition] = UInt8(truncatingIfNeeded: used + size)
    if used + size == PartitionedFile.lineSize { try settle(partition) }
  }

  /// Takes what has gathered to the partition's block.
  @inline(never)
  private func settle(_ partition: Int) throws {
    let count = Int(gathered[partition])
    gathered[partition] = 0
    try append(lines + partition * PartitionedFile.lineSize, count: count, to: partition)
  }

  /// Appends bytes to a partition; a record may lie across two blocks.
  @inline(__always)
  func append(_ bytes: UnsafeRawPointer, count: Int, to partition: Int) throws {
    let used = Int(filled[partition])
    guard used + count < PartitionedFile.blockSize else {
      return try appendAcross(bytes, count, partition)
    }
    (open + partition * PartitionedFile.blockSize + used).copyMemory(from: bytes, byteCount: count)
    filled[partition] = Int32(truncatingIfNeeded: used + count)
  }

  private func appendAcross(_ bytes: UnsafeRawPointer, _ count: Int, _ partition: Int) throws {
    var done = 0
    while done < count {
      let used = Int(filled[partition])
      let part = min(count - done, PartitionedFile.blockSize - used)
      let block = open + partition * PartitionedFile.blockSize
      (block + used).copyMemory(from: bytes + done, byteCount: part)
      done += part
      filled[partition] = Int32(used + part)
      if used + part == PartitionedFile.blockSize { try flush(block, partition) }
    }
  }

  private func flush(_ block: UnsafeRawPointer, _ partition: Int) throws {
    (outgoing + outgoingBlocks.count * PartitionedFile.blockSize).copyMemory(
      from: block, byteCount: PartitionedFile.blockSize)
    outgoingBlocks.append(UInt8(partition))
    filled[partition] = 0
    if outgoingBlocks.count == PartitionedFile.batch { try writeOut() }
  }

  private func writeOut() throws {
    guard !outgoingBlocks.isEmpty else { return }
    let file = try file ?? ScratchFile(in: scratch)
    self.file = file
    try file.append(
      UnsafeRawBufferPointer(
        start: outgoing, count: outgoingBlocks.count * PartitionedFile.blockSize))
    for partition in outgoingBlocks {
      blocks[Int(partition)].append(blocksWritten)
      blocksWritten += 1
    }
    outgoingBlocks.removeAll(keepingCapacity: true)
  }

  /// The bytes a partition holds.
  func count(_ partition: Int) -> Int {
    let onTheWay = outgoingBlocks.count { Int($0) == partition }
    return (blocks[partition].count + onTheWay) * PartitionedFile.blockSize
      + Int(filled[partition]) + Int(gathered[partition])
  }

  /// All bytes of a partition, in the order in which they were appended, a piece at a time.
  ///
  /// - Parameter take: tells how many bytes of its piece it has taken; the others come again at the
  ///   beginning of the next, and the last piece is to be taken whole.
  func read(
    _ partition: Int, _ buffer: inout PartitionBuffer,
    _ take: (UnsafeRawBufferPointer) throws -> Int
  ) throws {
    try beginReading(partition, &buffer)
    for start in pieces(partition) {
      readPiece(partition, from: start, &buffer)
      buffer.removeFirst(try take(buffer.bytes))
    }
    precondition(buffer.bytes.isEmpty, "a partition ends in the middle of a record")
  }

  private func beginReading(_ partition: Int, _ buffer: inout PartitionBuffer) throws {
    if gathered[partition] > 0 { try settle(partition) }
    try writeOut()
    buffer.removeAll()
  }

  /// The first block of each piece; there may be none of the last, which ends with what is in no
  /// block yet.
  private func pieces(_ partition: Int) -> some Sequence<Int> {
    stride(from: 0, through: blocks[partition].count, by: PartitionedFile.batch)
  }

  private func readPiece(_ partition: Int, from start: Int, _ buffer: inout PartitionBuffer) {
    let full = blocks[partition]
    let end = start + PartitionedFile.batch
    for block in full[start..<min(end, full.count)] {
      file?.read(
        buffer.extend(by: PartitionedFile.blockSize), at: Int(block) * PartitionedFile.blockSize)
    }
    let rest = Int(filled[partition])
    guard end > full.count, rest > 0 else { return }
    buffer.extend(by: rest).copyMemory(
      from: UnsafeRawBufferPointer(
        start: open + partition * PartitionedFile.blockSize, count: rest))
  }

  /// - Parameter body: takes each record of a partition. Asked again with the same buffer, a partition
  ///   that fits into it is not read again.
  func forEachRecord<Record: BitwiseCopyable>(
    of type: Record.Type, in partition: Int, _ buffer: inout PartitionBuffer,
    _ body: (Record) throws -> Void
  ) throws {
    guard count(partition) <= PartitionBuffer.most else {
      try read(partition, &buffer) { try forEachRecord(of: type, in: $0, body) }
      return
    }
    let content = PartitionBuffer.Content(
      file: self, partition: partition, count: count(partition))
    if buffer.content != content {
      try beginReading(partition, &buffer)
      buffer.reserve(content.count)
      for start in pieces(partition) { readPiece(partition, from: start, &buffer) }
      buffer.content = content
    }
    let read = try forEachRecord(of: type, in: buffer.bytes, body)
    precondition(read == content.count, "a partition ends in the middle of a record")
  }

  /// - Returns: the bytes of the records that are there in full.
  private func forEachRecord<Record: BitwiseCopyable>(
    of type: Record.Type, in bytes: UnsafeRawBufferPointer, _ body: (Record) throws -> Void
  ) rethrows -> Int {
    let size = MemoryLayout<Record>.size
    var offset = 0
    while offset + size <= bytes.count {
      try body(bytes.loadUnaligned(fromByteOffset: offset, as: type))
      offset += size
    }
    return offset
  }
}

/// Memory for a partition, or for a piece of it, used again for the next.
struct PartitionBuffer: ~Copyable {
  /// Bytes of a partition that is held as a whole.
  static let most = 1 << 21

  /// A partition, as it was read.
  struct Content: Equatable {
    let file: PartitionedFile
    let partition: Int
    let count: Int

    static func == (left: Content, right: Content) -> Bool {
      left.file === right.file && left.partition == right.partition && left.count == right.count
    }
  }

  private var storage: UnsafeMutableRawBufferPointer
  private var count = 0
  /// The partition that is held as a whole.
  fileprivate var content: Content?

  init() { storage = .allocate(byteCount: 1 << 18, alignment: 16) }

  deinit { storage.deallocate() }

  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(storage)[..<count])
  }

  fileprivate mutating func removeAll() {
    count = 0
    content = nil
  }

  fileprivate mutating func removeFirst(_ taken: Int) {
    let rest = count - taken
    if let base = storage.baseAddress { base.copyMemory(from: base + taken, byteCount: rest) }
    count = rest
  }

  /// Makes sure that so many bytes in all find room.
  fileprivate mutating func reserve(_ size: Int) {
    guard storage.count < size else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    larger.copyMemory(from: bytes)
    storage.deallocate()
    storage = larger
  }

  /// Room for more bytes after those that are there.
  fileprivate mutating func extend(by size: Int) -> UnsafeMutableRawBufferPointer {
    if storage.count < count + size { reserve((count + size) * 2) }
    defer { count += size }
    return UnsafeMutableRawBufferPointer(rebasing: storage[count..<count + size])
  }
}
