import Books

/// tieout's own tables and roles, put beside the ledger.
package struct Installation: Sendable {
  /// What was done, in one line.
  package let summary: String
  /// Statements that need somebody with more rights, one a line; empty where none is left.
  package let sql: String

  /// - Parameter role: who gets `tieout_poster`; `nil` = nobody.
  /// - Throws: `BooksError`.
  package init(_ job: Job, grantTo role: String?) throws {
    let session = try Connection("ledger", conninfo: job.ledger.dsn ?? "")
    let result = try TieoutSchema.install(on: session, grantTo: role)
    let place = "schema tieout in database \(session.database.harmless)"
    let done =
      switch result.upgradedFrom {
      case nil: "installed \(place), version \(result.version)"
      case result.version: "\(place) is up to date, version \(result.version)"
      case let before?: "upgraded \(place) from version \(before) to \(result.version)"
      }
    summary =
      result.toRun.isEmpty
      ? done : "\(done); not done, for want of rights or of the role itself:"
    sql = result.toRun.map { $0 + ";\n" }.joined()
  }
}
