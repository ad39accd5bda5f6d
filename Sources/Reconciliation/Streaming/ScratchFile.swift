import Glibc

/// A nameless file for what does not fit in memory: gone with the process, whatever ends it.
package final class ScratchFile {
  private let descriptor: Int32
  private let directory: String
  private(set) var size = 0

  /// - Throws: `ScratchError` when the directory takes no file.
  package init(in directory: String) throws(ScratchError) {
    self.directory = directory
    var path = Array("\(directory)/tieout-XXXXXX".utf8CString)
    descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw ScratchError(directory, errno) }
    unlink(path)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { close(descriptor) }

  /// Appends.
  func write(_ bytes: UnsafeRawBufferPointer) throws(ScratchError) {
    var rest = bytes
    while !rest.isEmpty {
      let written = Glibc.pwrite(descriptor, rest.baseAddress, rest.count, off_t(size))
      guard written > 0 else {
        if errno == EINTR { continue }
        throw ScratchError(directory, errno)
      }
      size += written
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// Fills `buffer` from `offset` on.
  func read(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ScratchError) {
    var done = 0
    while done < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      guard count > 0 else {
        if count < 0, errno == EINTR { continue }
        throw ScratchError(directory, count == 0 ? EIO : errno)
      }
      done += count
    }
  }
}

/// A scratch file that cannot be written or read.
package struct ScratchError: Error, Hashable, Sendable {
  package let directory: String
  /// The system's own words.
  package let reason: String

  init(_ directory: String, _ code: Int32) {
    self.directory = directory
    reason = String(cString: strerror(code))
  }
}
