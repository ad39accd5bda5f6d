#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An open directory. What is done in it goes by its descriptor, so that it stays the same
/// directory even when somebody renames it meanwhile.
final class Directory: Sendable {
  let path: String
  private let descriptor: Int32

  init(_ path: String) throws(ReportingError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Directory.failure("open", path) }
    self.path = path
    self.descriptor = descriptor
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Makes the directory and those above it where they are missing.
  static func make(_ path: String) throws(ReportingError) {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw failure("make", path)
    }
    try make(String(path[..<slash]))
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw failure("make", path) }
  }

  /// Makes a new directory with a name of its own and locks it against `removeAbandoned`. Where
  /// the file system has no locks, `removeAbandoned` gets none either and removes nothing.
  func makeLocked(prefix: String) throws(ReportingError) -> (name: String, Directory) {
    for number in 1...1000 {
      let name = "\(prefix)\(number)"
      if mkdirat(descriptor, name, 0o777) == 0 {
        guard let made = try? inner(name) else { continue }
        _ = flock(made.descriptor, LOCK_EX)
        if made.exists { return (name, made) }
      } else if errno != EEXIST {
        throw Directory.failure("write in", path)
      }
    }
    throw ReportingError(
      .unwritable, "cannot make a directory \(path)/\(prefix)…: all names are taken",
      hint: "remove those that no running tieout writes")
  }

  /// Removes what runs that were killed left behind; what a living process holds is locked.
  func removeAbandoned(prefix: String) {
    for name in names where name.hasPrefix(prefix) {
      guard let found = try? inner(name), flock(found.descriptor, LOCK_EX | LOCK_NB) == 0 else {
        continue
      }
      removeTree(name)
    }
  }

  func write(_ file: ReportFile) throws {
    let place = "\(path)/\(file.name)"
    let output = openat(descriptor, file.name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard output >= 0 else { throw Directory.failure("write", place) }
    defer { close(output) }
    try file.write { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes { Glibc.write(output, $0.baseAddress, $0.count) }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw Directory.failure("write", place) }
        rest = rest.dropFirst(written)
      }
    }
    guard fsync(output) == 0 else { throw Directory.failure("write", place) }
  }

  /// Makes the names in the directory durable.
  func synchronize() throws(ReportingError) {
    guard fsync(descriptor) == 0 else { throw Directory.failure("write", path) }
  }

  /// Puts `newName` in the place of `name`; what was there takes `newName`'s place.
  func replace(_ name: String, by newName: String) throws(ReportingError) {
    if renameat(descriptor, newName, descriptor, name) == 0 { return }
    guard errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR else {
      throw Directory.failure("write", "\(path)/\(name)")
    }
    if let exchange = Directory.exchange {
      let flag: UInt32 = 2  // RENAME_EXCHANGE
      if exchange(descriptor, newName, descriptor, name, flag) == 0 { return }
    }
    try replaceInTwoSteps(name, by: newName)
  }

  private typealias Exchange =
    @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32

  /// `renameat2`, which the C library declares for GNU programs only and Swift therefore cannot
  /// see. Looked up by name, it is also allowed to be missing.
  private static let exchange = dlsym(nil, "renameat2").map {
    unsafeBitCast($0, to: Exchange.self)
  }

  /// For file systems that cannot exchange two names.
  private func replaceInTwoSteps(_ name: String, by newName: String) throws(ReportingError) {
    let oldName = "\(newName)-replaced"
    guard renameat(descriptor, name, descriptor, oldName) == 0 else {
      throw Directory.failure("replace", "\(path)/\(name)")
    }
    guard renameat(descriptor, newName, descriptor, name) == 0 else {
      let failure = Directory.failure("replace", "\(path)/\(name)")
      renameat(descriptor, oldName, descriptor, name)
      throw failure
    }
    renameat(descriptor, oldName, descriptor, newName)
  }

  /// Moves what the directory `other` has and the directory `name` lacks into that.
  func moveRest(of other: String, to name: String) throws(ReportingError) {
    guard let from = try? inner(other) else { return }
    let target = try inner(name)
    for entry in from.names {
      if faccessat(target.descriptor, entry, F_OK, AT_SYMLINK_NOFOLLOW) == 0 { continue }
      guard renameat(from.descriptor, entry, target.descriptor, entry) == 0 else {
        throw Directory.failure("move", "\(from.path)/\(entry)")
      }
    }
    try target.synchronize()
  }

  /// Removes a file, or a directory and what is in it, as far as it can.
  func removeTree(_ name: String) {
    if unlinkat(descriptor, name, 0) == 0 { return }
    guard let found = try? inner(name) else { return }
    for innerName in found.names { found.removeTree(innerName) }
    unlinkat(descriptor, name, AT_REMOVEDIR)
  }

  private var names: [String] {
    let listing = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard listing >= 0, let stream = fdopendir(listing) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private func inner(_ name: String) throws(ReportingError) -> Directory {
    let place = "\(path)/\(name)"
    let inner = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard inner >= 0 else { throw Directory.failure("open", place) }
    return Directory(path: place, descriptor: inner)
  }

  /// Whether the open directory still has a name.
  private var exists: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  private static func failure(_ verb: String, _ path: String) -> ReportingError {
    let code = errno
    let hint =
      switch code {
      case EACCES, EPERM, EROFS:
        "give this user the right to write there, or choose another with --report-dir"
      case ENOSPC, EDQUOT: "free some space, or choose another directory with --report-dir"
      case ENOENT, ENOTDIR: "make the directory, or choose another with --report-dir"
      default: "look at the directory, or choose another with --report-dir"
      }
    return ReportingError(
      .unwritable, "cannot \(verb) \(path): \(String(cString: strerror(code)))", hint: hint)
  }
}
