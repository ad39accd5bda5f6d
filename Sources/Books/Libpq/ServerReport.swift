/// What a server said when it refused a statement.
struct ServerReport {
  var sqlState: String
  var message: String
  /// Further lines of the server: the key that is already there, the lock that was waited for.
  var detail: String?
  /// Whether policies of row-level security would hide rows.
  var hidesRows = false

  init(sqlState: String, message: String, detail: String? = nil) {
    self.sqlState = sqlState
    self.message = message
    self.detail = detail
  }

  init?(_ result: borrowing QueryResult) {
    // Field codes of the protocol: C = SQLSTATE, M = primary message, D = detail, R = the server's
    // own function, whatever language its messages are in.
    guard let state = result.diagnostic("C") else { return nil }
    self.init(
      sqlState: state, message: result.diagnostic("M") ?? "no message",
      detail: result.diagnostic("D"))
    hidesRows = state == "42501" && result.diagnostic("R") == "check_enable_rls"
  }
}

extension BooksError {
  /// - Parameter book: `gateway` or `ledger`, as the job file calls it.
  init(_ report: ServerReport, of book: String) {
    guard !report.hidesRows else {
      self.init(
        .configuration, "\(book): row-level security hides rows from this role: \(report.message)",
        hint: "alter role … bypassrls: what tieout does not see, it takes for missing")
      return
    }
    let (category, hint) = BooksError.meaning(of: report.sqlState)
    let detail = report.detail.map { " (\($0))" } ?? ""
    self.init(
      category, "\(book): \(report.message)\(detail)", hint: hint, sqlState: report.sqlState)
  }

  /// Single codes first, then their classes; source: PostgreSQL's appendix of error codes.
  private static func meaning(of state: String) -> (Category, String) {
    if let meaning = singleMeanings[state] { return meaning }
    return classMeanings[String(state.prefix(2))]
      ?? (.configuration, "the server refused the statement; its log tells more")
  }

  private static let singleMeanings: [String: (Category, String)] = [
    "57P01": (.unavailable, "an administrator ended the connection; run again"),
    "57P02": (.unavailable, "the server crashed; look into its log, then run again"),
    "57P03": (.unavailable, "the server is starting or stopping; run again in a moment"),
    "57014": (.unavailable, "the statement was cancelled or took too long; run again"),
    "53300": (.unavailable, "all of the server's connections are in use; run again later"),
    "40P01": (.conflict, "another session was in the way; run again"),
    "40001": (.conflict, "another session changed the same rows; run again"),
    "55P03": (.conflict, "another session holds a lock; run again"),
    "55006": (.conflict, "another session uses it; run again"),
    "28P01": (.configuration, "check the password: PGPASSWORD, ~/.pgpass or the service file"),
    "28000": (.configuration, "check the role, and what the server's pg_hba.conf lets in"),
    "3D000": (.configuration, "check the database name: dbname or PGDATABASE"),
    "3F000": (.configuration, "check the database name, and that the schema is there"),
    "42501": (
      .configuration,
      "have the owner grant tieout_reader (looks), tieout_poster (runs, posts, imports usage and "
        + "bills) or tieout_controller (approves, rejects, closes, reopens, imports prices)"
    ),
    "42P01": (.configuration, "check the database name, or write an adapter"),
    "42703": (.configuration, "add the column, or write an adapter that provides it"),
    "42P10": (.configuration, "run: create unique index on ledger.entry (idempotency_key)"),
    "25006": (.configuration, "connect to the primary server: this one takes no writes"),
    "25P02": (.conflict, "an earlier statement of the transaction failed; run again"),
    PeriodGuard.refusal: (.conflict, "the month was closed meanwhile; run again"),
    "P0001": (.data, "a trigger of the database refused it; see what the trigger asks for"),
  ]

  private static let classMeanings: [String: (Category, String)] = [
    "08": (.unavailable, "check that the server is up and can be reached; run again"),
    "53": (.unavailable, "the server is short of memory, disk or connections; run again later"),
    "57": (.unavailable, "the server ended the statement; run again"),
    "58": (.unavailable, "the server met a system error; look into its log"),
    "XX": (.unavailable, "the server met an internal error; look into its log"),
    "40": (.conflict, "another session was in the way; run again"),
    "55": (.conflict, "another session was in the way; run again"),
    "28": (.configuration, "check the role and its password"),
    "42": (.configuration, "check the adapter's SELECT; `tieout check` names each column"),
    "22": (.data, "a value does not fit its type; see the row that the message names"),
    "23": (.data, "the ledger's constraints refuse the row; see the message"),
  ]
}
