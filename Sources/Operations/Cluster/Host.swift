#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the cluster needs to know of the machine.
enum Host {
  static var isRoot: Bool { geteuid() == 0 }

  static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// - Returns: `nil` where there is no such account.
  static func account(_ name: String) -> (name: String, user: uid_t, group: gid_t)? {
    getpwnam(name).map { (name, $0.pointee.pw_uid, $0.pointee.pw_gid) }
  }

  static func isProgram(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
