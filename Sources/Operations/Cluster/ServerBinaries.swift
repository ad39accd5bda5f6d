import Books
import Foundation

/// Where PostgreSQL's server programs are installed.
enum ServerBinaries {
  private static let needed = ["initdb", "pg_ctl", "postgres"]

  /// The first folder that holds them all: on the PATH, then where distributions put them, newest
  /// version first.
  static func find() throws(BooksError) -> String {
    let path = (Host.environment("PATH") ?? "").split(separator: ":").map(String.init)
    let folders =
      path + versions(in: "/usr/lib/postgresql", "/bin") + versions(in: "/usr", "/bin", "pgsql-")
      + ["/usr/local/pgsql/bin", "/opt/homebrew/bin"]
    for folder in folders where needed.allSatisfy({ Host.isProgram("\(folder)/\($0)") }) {
      return folder
    }
    throw BooksError(
      .configuration, "PostgreSQL's server programs (initdb, pg_ctl, postgres) are not installed",
      hint: "run: apt-get install postgresql; or put their folder on the PATH")
  }

  private static func versions(
    in folder: String, _ suffix: String, _ prefix: String = ""
  ) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix(prefix) }
      .compactMap { name in Int(name.dropFirst(prefix.count)).map { ($0, name) } }
      .sorted { $0.0 > $1.0 }
      .map { "\(folder)/\($0.1)\(suffix)" }
  }
}
