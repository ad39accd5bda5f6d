import Accounting
import Books
import Foundation
import Operations
import TestSupport
import Testing

/// Corrections and a close of their month at the same time: each is in the month's totals, or it is
/// refused there. Nothing here waits for luck: who waits for whom is asked of the server.
@Suite(.serialized) struct CloseAndPostTests {
  private let books: OctoberBooks

  /// October with request 3 billed twice.
  init() async throws {
    books = try await OctoberBooks()
    try books.entry("twice", "request-3", "3")
  }

  /// A reversal of the surplus, as somebody might write one by hand.
  private static func reversal(in month: String) -> String {
    """
    insert into ledger.entry (entry_id, tenant_id, deployment_id, kind, request_id, amount, period,
      service_period, reverses_entry_id, run_id)
    values ('by hand', 'acme', 'chat', 'reversal', 'request-3', -3, '\(month)-01', '2026-10-01',
      'twice', 'hand')
    """
  }

  private func session() throws -> Connection { try Connection("other", conninfo: books.dsn) }

  /// What is being booked when the close begins comes first: the close waits for it and counts it.
  @Test func aCorrectionUnderWayIsWaitedForAndCounted() async throws {
    let hand = try session()
    try hand.execute("begin;" + Self.reversal(in: "2026-10"))
    let desk = books.desk
    let closing = Aside { try desk.close() }
    try LockQueue.holds(1, waitingFor: "advisory", of: books.dsn)
    try hand.execute("commit")
    let close = try await closing.value
    #expect(close.verdict == "2026-10 is closed.")
    #expect(
      try books.value("select booked_rows || ' ' || booked_amount from tieout.closing") == "12 55")
  }

  /// What comes while the close is at work waits for its end and is refused; another month's is let
  /// through at once.
  @Test func aCorrectionThatComesDuringTheCloseIsRefused() async throws {
    let gate = try session()
    try gate.execute("begin; lock table tieout.run in access exclusive mode")
    let desk = books.desk
    let closing = Aside { try desk.close(accepted: "known") }
    try LockQueue.holds(1, waitingFor: "relation", of: books.dsn)
    let correcting = Aside {
      let hand = try Connection("hand", conninfo: desk.dsn)
      return thrown(BooksError.self) { try hand.execute(Self.reversal(in: "2026-10")) }
    }
    try LockQueue.holds(1, waitingFor: "advisory", of: books.dsn)
    try session().execute(
      Self.reversal(in: "2026-11").replacing("'by hand'", with: "'in november'"))
    try gate.execute("commit")
    #expect(try await closing.value.isClosed)
    let refusal = try await correcting.value
    #expect(refusal?.what == "hand: period 2026-10 is closed and takes no correction")
    #expect(try books.posted() == ["2026-11 for 2026-10 reversal -3"])
  }

  /// Somebody closes the month by hand in the very moment between the judgement and the entries.
  @Test func aPostingRunThatIsOvertakenByACloseBooksInTheOpenMonth() async throws {
    let gate = try session()
    try gate.execute("begin; lock table ledger.entry in share mode")
    let desk = books.desk
    let posting = Aside { try desk.run(post: true) }
    try LockQueue.holds(1, waitingFor: "relation", of: books.dsn)
    try books.session.execute(
      "insert into tieout.closed_period (period, closed_at) values ('2026-10-01', '2026-11-02')")
    try gate.execute("commit")
    #expect(try await posting.value.exitStatus == .done)
    #expect(try books.posted() == ["2026-11 for 2026-10 reversal -3.00"])
  }

  /// Several posting runs and closes as processes of their own, each tried until it is through.
  @Test func whoeverComesFirstNothingIsBookedTwiceOrBehindTheClose() async throws {
    let place = books.reports.path
    let program = TieoutProgram(dsn: books.dsn)
    let common = ["--as-of", "\(OctoberBooks.asOf)", "--quiet", "--report-dir", place]
    let commands =
      Array(repeating: ["run", "--period", "2026-10", "--post"], count: 3)
      + Array(repeating: ["close", "2026-10", "--accept", "known"], count: 3)
    let statuses = try await withThrowingTaskGroup(of: [Int32].self) { group in
      for command in commands {
        group.addTask {
          var statuses: [Int32] = []
          while statuses.count < 200 {
            let status = try program.run(command + common, in: place).status
            statuses.append(status)
            if status != 75 { break }
          }
          return statuses
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    // Runs end well; of the closes one does, and the others find the month closed.
    #expect(statuses.compactMap(\.last).sorted() == [0, 0, 0, 0, 64, 64], "\(statuses)")
    #expect(try books.value("select count(*) from ledger.entry where run_id is not null") == "1")
    #expect(
      try books.value(
        """
        select booked_rows = count(*) and booked_amount = sum(amount) from tieout.closing,
          ledger.entry e where e.period = '2026-10-01' group by booked_rows, booked_amount
        """) == "t")
    #expect(try books.run().breaks == [])
  }
}
