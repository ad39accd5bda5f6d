import Accounting
import Books
import Operations
import Reconciliation
import Testing

/// From what a run proposes to what is posted: two people, one digest.
@Suite struct ApprovalTests {
  private let books: OctoberBooks

  init() async throws { books = try await OctoberBooks() }

  /// A charge that nobody asked for: its reversal waits for a person.
  private func unsupported(_ request: String, _ amount: String) throws {
    try books.entry("charge of \(request)", request, amount)
  }

  @Test func whatWaitsIsSignedByAnotherAndPosted() throws {
    try unsupported("ghost", "7")
    let run = try books.run(post: true)
    #expect(run.exitStatus == .correctionsHeld)
    #expect(try books.posted() == [])
    let id = run.report.run.id

    let before = try CorrectionList(books.job, run: nil).text(color: false)
    #expect(before.contains("run \(id) · month-end · 2026-10-01 to 2026-10-31\nprepared by paul\n"))
    #expect(
      before.contains("unsupported-charge  acme/chat USD 2026-10  reversal   -7.00  2026-10  waits")
    )
    #expect(try books.posting(run).exitStatus == .correctionsHeld)
    #expect(try books.posted() == [])

    let approving = try Approving(books.job, id, by: "ann")
    #expect(approving.summary.hasPrefix("ann has approved 1 correction, run \(id)\n  sha256:"))
    let posted = try books.posting(run)
    #expect(posted.exitStatus == .done)
    #expect(try books.posted() == ["2026-10 for 2026-10 reversal -7.00"])
    #expect(try books.run().breaks == [])
    #expect(try books.post(run) == nil)
    #expect(try CorrectionList(books.job, run: id).text(color: false).contains("  posted\n"))
    #expect(
      try books.value(
        "select approved_by || ' ' || (a.digest = p.digest) from tieout.approval a join "
          + "tieout.proposal p using (run_number)") == "ann true")
  }

  @Test(arguments: ["paul", " Paul ", "PAUL"])
  func whoPreparedARunCannotApproveIt(name: String) throws {
    try unsupported("ghost", "7")
    let run = try books.run()
    let refusal = thrown(UsageError.self) {
      _ = try Approving(books.job, run.report.run.id, by: name)
    }
    #expect(
      refusal?.message.contains("prepared run \(run.report.run.id) and cannot approve it") == true)
    let nobody = thrown(UsageError.self) {
      _ = try Approving(books.job, run.report.run.id, by: " ")
    }
    #expect(nobody?.message == "--as: the name is empty")
    #expect(try books.value("select count(*) from tieout.approval") == "0")
  }

  /// Every id begins with it, and there is one run.
  @Test func anEmptyIDSignsNothing() throws {
    try unsupported("ghost", "7")
    _ = try books.run()
    let refusal = thrown(UsageError.self) { _ = try Approving(books.job, "", by: "ann") }
    #expect(refusal?.message == "the id is empty")
    #expect(try books.value("select count(*) from tieout.approval") == "0")
  }

  /// The biller books, the gateway logs, a month is closed: each after Ann has signed.
  @Test(arguments: ["entry", "event", "close"])
  func whatMovedSinceItWasSignedIsNotPosted(what: String) throws {
    try unsupported("ghost", "7")
    try unsupported("ghost-2", "3")
    let run = try books.run()
    _ = try Approving(books.job, run.report.run.id, by: "ann")
    switch what {
    case "entry": try books.entry("again", "request-3", "3")
    case "event": try books.event("ghost", "2026-10-05T12:00:00Z", "7")
    default:
      try books.session.execute("insert into tieout.closed_period (period) values ('2026-10-01')")
    }
    let refusal = thrown(PostingRefused.self) { _ = try books.post(run) }
    #expect(refusal?.exitStatus == .correctionsHeld)
    #expect(refusal?.message.contains("has moved, so nothing was posted") == true)
    #expect(try books.posted() == [])
    #expect(try books.value("select count(*) from tieout.run") == "1")
  }

  @Test(arguments: [true, false])
  func whatIsRejectedIsLeftOutAndTheRestPosted(signedFirst: Bool) throws {
    try unsupported("ghost", "7")
    try unsupported("ghost-2", "3")
    let run = try books.run(post: true)
    if signedFirst { _ = try Approving(books.job, run.report.run.id, by: "ann") }
    _ = try Rejecting(books.job, run.breakID("ghost"), reason: "agreed", by: "bob")
    if !signedFirst { _ = try Approving(books.job, run.report.run.id, by: "ann") }
    #expect(try books.posting(run).exitStatus == .done)
    #expect(try books.posted() == ["2026-10 for 2026-10 reversal -3.00"])
  }

  @Test func oneOfTwoMayBeSignedAndTheOtherLater() throws {
    try unsupported("ghost", "7")
    try unsupported("ghost-2", "3")
    let run = try books.run(post: true)
    _ = try Approving(books.job, String(run.breakID("ghost").prefix(9)), by: "ann")
    let first = try books.posting(run)
    #expect(first.exitStatus == .correctionsHeld)
    #expect(try books.posted() == ["2026-10 for 2026-10 reversal -7.00"])
    let correction = try #require(
      run.report.judgement.corrections.first { $0.requestID == "ghost-2" })
    _ = try Approving(books.job, correction.id, by: "ann")
    // The newest run that proposes it is the one that posted the first.
    #expect(try books.posting(first).exitStatus == .done)
    #expect(try books.posted().count == 2)
    #expect(try books.run().breaks == [])
  }

  @Test func aSignaturePassesTheLimitsOfWhatARunMayPostAlone() throws {
    try books.entry("twice", "request-9", "9")
    let limited: (inout RunRequest) -> Void = { $0.job.limits.amount = try? .init("5") }
    let run = try books.run(post: true, limited)
    #expect(run.exitStatus == .correctionsHeld)
    #expect(try books.posting(run, limited).exitStatus == .correctionsHeld)
    #expect(try books.posted() == [])
    _ = try Approving(books.job, run.report.run.id, by: "ann")
    #expect(try books.posting(run, limited).exitStatus == .done)
    #expect(try books.posted() == ["2026-10 for 2026-10 reversal -9.00"])
  }

  @Test func aRunUnderOtherSettingsIsNotPosted() throws {
    try unsupported("ghost", "7")
    let run = try books.run()
    _ = try Approving(books.job, run.report.run.id, by: "ann")
    let refusal = thrown(SettingsError.self) {
      _ = try books.post(run) { $0.job.grace = 0 }
    }
    #expect(refusal?.problem.contains("under other settings") == true)
  }

  @Test(arguments: [
    "update tieout.proposed_correction set amount = -70",
    "update tieout.proposed_correction set period = '2026-12-01'",
    "delete from tieout.proposed_correction where position = 1",
    "update tieout.approval set digest = 'sha256:0'",
  ])
  func whatWasTamperedWithIsNotPosted(tampering: String) throws {
    try unsupported("ghost", "7")
    try unsupported("ghost-2", "3")
    let run = try books.run()
    _ = try Approving(books.job, run.report.run.id, by: "ann")
    try books.session.execute(tampering)
    let refusal = thrown(PostingRefused.self) { _ = try books.post(run) }
    #expect(refusal == .altered(run.report.run.id))
    #expect(try books.posted() == [])
  }

  /// An invoice is tied to what is posted without approval; what is posted with it brings a memo in
  /// the next run.
  @Test func anApprovedCorrectionOfAnInvoicedGroupBringsItsMemoNextTime() throws {
    try unsupported("ghost", "7")
    try books.session.execute(
      """
      insert into ledger.invoice_line (line_id, invoice_id, tenant_id, deployment_id, period,
        amount_minor) values ('line', 'invoice', 'acme', 'chat', '2026-10-01', 6200)
      """)
    let run = try books.run()
    #expect(run.breaks == ["unsupported-charge ghost review"])
    _ = try Approving(books.job, run.report.run.id, by: "ann")
    #expect(try books.posting(run).exitStatus == .done)
    #expect(try books.run(post: true).breaks == ["invoice-untied  post"])
    #expect(try books.run().breaks == [])
  }
}

/// A break that a person has rejected.
@Suite struct RejectionTests {
  private let books: OctoberBooks

  init() async throws {
    books = try await OctoberBooks()
    try books.entry("ghost", "ghost", "7")
  }

  @Test func itStaysQuietUntilItsAmountChanges() throws {
    let first = try books.run()
    #expect(first.exitStatus == .breaksRemain)
    let id = try first.breakID("ghost")
    let rejecting = try Rejecting(books.job, id, reason: "agreed with acme", by: "ann")
    #expect(
      rejecting.summary
        == "break \(id) (unsupported-charge, 7.00 USD) is quiet until its amount changes")

    let quiet = try books.run(post: true)
    #expect(quiet.exitStatus == .done)
    #expect(quiet.breaks == ["unsupported-charge ghost rejected"])
    #expect(quiet.report.judgement.corrections.isEmpty)
    let told = try #require(quiet.report.judgement.breaks.first { $0.id == id })
    #expect(told.explanation.contains(" Rejected by ann on 2"))
    #expect(told.explanation.hasSuffix(": agreed with acme"))
    #expect(Summary.text(for: quiet, color: false).contains("7.00  rejected\n"))

    try books.entry("ghost-2", "ghost", "1")
    let awake = try books.run()
    #expect(awake.exitStatus == .breaksRemain)
    #expect(awake.breaks == ["unsupported-charge ghost review"])
    #expect(awake.corrections(.held) == 2)
  }

  @Test func theWordCanBeTakenBack() throws {
    let id = try books.run().breakID("ghost")
    _ = try Rejecting(books.job, id, reason: "agreed", by: "ann")
    #expect(try books.run().exitStatus == .done)
    _ = try Rejecting(books.job, id, reason: "it was void", by: "ann", isWithdrawn: true)
    #expect(try books.run().exitStatus == .breaksRemain)
    #expect(try books.value("select count(*) from tieout.rejection") == "2")
  }

  /// The list of breaks has moved on since the run that found it first.
  @Test func whatWasTakenBackIsOpenInTheNextRunOfTheSameMoment() throws {
    let first = try books.run()
    let id = try first.breakID("ghost")
    _ = try Rejecting(books.job, id, reason: "agreed", by: "ann")
    _ = try books.run()
    _ = try Rejecting(books.job, id, reason: "it was void", by: "ann", isWithdrawn: true)
    let third = try books.run()
    #expect(third.report.run.id != first.report.run.id)
    #expect(try books.value("select state from tieout.break where break_id = '\(id)'") == "open")
  }

  /// Runs as of a moment before another's do not follow breaks; what they propose is signed all the
  /// same.
  @Test func whatARunOfAnEarlierMomentProposesIsSignedByItsID() throws {
    _ = try books.run {
      $0.range = DayRange(OctoberBooks.november)
      $0.asOf = OctoberBooks.instant("2026-11-20T00:00:00Z")
    }
    let run = try books.run(post: true)
    let id = try run.breakID("ghost")
    let refusal = thrown(UsageError.self) {
      _ = try Rejecting(books.job, id, reason: "agreed", by: "ann")
    }
    #expect(refusal?.message.contains("is known only from a run as of a moment before") == true)
    _ = try Approving(books.job, id, by: "ann")
    #expect(try books.posting(run).exitStatus == .done)
    #expect(try books.posted() == ["2026-10 for 2026-10 reversal -7.00"])
  }

  /// A night lies between the run and the signature: what is posted then is corrected, not gone.
  @Test func whatIsPostedOfAnEarlierRunIsCorrected() throws {
    let run = try books.run()
    let id = try run.breakID("ghost")
    func later(_ day: String) throws -> RunOutcome {
      try books.run { $0.asOf = OctoberBooks.instant("2026-11-\(day)T06:00:00Z") }
    }
    _ = try later("03")
    _ = try Approving(books.job, run.report.run.id, by: "ann")
    #expect(try books.posting(run).exitStatus == .done)
    let after = try later("04")
    #expect(
      try books.value("select state from tieout.break where break_id = '\(id)'") == "corrected")
    let row = try #require(after.report.rollForward?.rows.first)
    #expect(row.corrected.count == 1 && row.gone.count == 0)
  }

  @Test(arguments: ["", "zzz", "%", "0000000000"])
  func anUnknownBreakIsNoBreak(id: String) throws {
    try books.run()
    let refusal = thrown(UsageError.self) {
      _ = try Rejecting(books.job, id, reason: "why", by: "ann")
    }
    #expect(refusal?.message == "no recorded run has a break or a correction '\(id)'")
  }
}
