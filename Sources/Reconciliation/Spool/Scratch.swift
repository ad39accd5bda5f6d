import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where lists go that outgrow memory, and from when on.
package struct Scratch: Hashable, Sendable {
  /// Must exist. Its files have no name: they are gone with the process, however that ends.
  package var directory: String
  /// Bytes, by estimate, that one list may hold in memory.
  package var memory: Int

  package init(directory: String = "/tmp", memory: Int = 1 << 20) {
    self.directory = directory
    self.memory = memory
  }
}

/// A scratch file cannot be made or written.
package struct ScratchError: Error, Hashable, Sendable {
  /// What happened, and where.
  package let what: String
  /// What to do.
  package let hint: String

  fileprivate init(_ verb: String, in directory: String, _ code: Int32) {
    what = "cannot \(verb) a scratch file in \(directory): \(String(cString: strerror(code)))"
    hint =
      switch code {
      case ENOSPC, EDQUOT, EFBIG:
        "free some space there, or set TMPDIR to a directory on a larger disk"
      case EACCES, EPERM, EROFS, ENOENT, ENOTDIR:
        "set TMPDIR to a directory that this user may write to"
      default: "look at the directory, or set TMPDIR to another"
      }
  }
}

extension ScratchError: CustomStringConvertible {
  package var description: String { "\(what) (hint: \(hint))" }
}

/// An open file without a name. It only grows, and what is in it never changes.
final class ScratchFile: Sendable {
  private let descriptor: Int32
  let directory: String
  private let end = Mutex(0)

  init(in scratch: Scratch) throws(ScratchError) {
    directory = scratch.directory
    var path = Array("\(scratch.directory)/tieout-XXXXXX".utf8CString)
    descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw ScratchError("make", in: scratch.directory, errno) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(path)
  }

  deinit { close(descriptor) }

  /// - Returns: where the bytes begin.
  @discardableResult
  func append(_ bytes: UnsafeRawBufferPointer) throws(ScratchError) -> Int {
    let start = end.withLock { end in
      defer { end += bytes.count }
      return end
    }
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(start + done))
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw ScratchError("write", in: directory, errno) }
      done += written
    }
    return start
  }

  func append(_ bytes: [UInt8]) throws(ScratchError) -> Int {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(ScratchError) in try append(bytes) }
    }
    return try result.get()
  }

  /// Fills `buffer` with what was written before, from `start` on. Not being able to read it back
  /// is a broken disk or machine, after which nothing that this process says can be trusted.
  func read(_ buffer: UnsafeMutableRawBufferPointer, at start: Int) {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let got = pread(descriptor, rest.baseAddress, rest.count, off_t(start + filled))
      if got < 0, errno == EINTR { continue }
      precondition(got > 0, "a scratch file in \(directory) cannot be read back")
      filled += got
    }
  }

  func read(_ count: Int, at start: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      read(
        UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]),
        at: start)
      filled = count
    }
  }
}
