import Accounting
import Operations
import Reconciliation
import Testing

@Suite("What the terminal shows after a run")
struct SettingsSummaryTests {
  @Test("a busy run that posted nothing")
  func proposed() throws {
    let text = Summary.text(
      for: try Self.report(posted: false, status: .breaks), directory: "Reports/runs/r1",
      color: false)
    #expect(
      text == """
        month-end · 2026-10-01 to 2026-10-31 · Europe/Berlin · as of 2026-11-03T04:00:00Z
        run r1
        312,407 usage rows, 310,998 ledger rows · 305,000 requests clean, 7 broken
        2 rows set aside that cannot be judged

        Currencies
               groups        recorded           due        posted  variance
          JPY       1  1,204,877       1,204,877     1,204,877         0
          USD       2     12,345.6789     12,345.68     12,345.98      0.30

        Breaks
          code                 severity  count             amount  what happens
          double-billed        error         1  JPY     12         ready to post
                                             2  USD  1,000.45      1 ready to post, 1 held
          invalid-event        error         1  USD      0.00      reported only
          unbilled             error         1  USD     -0.15      ready to post
          suspected-duplicate  warning       1  USD      0.00      a person decides
          unsupported-charge   warning       1  USD      7.00      waits for approval
          in-transit           info          1  USD     -0.333333  nothing to do

        Corrections
          proposed  1  JPY     -12
          proposed  2  USD      -0.30
          held      2  USD  -1,007.00
          1 held: globex/d USD 2026-10 is blocked by invalid-event

        Not examined
          relation invoice_line not provisioned: invoice-untied

        Reports  Reports/runs/r1

        Breaks remain: 7 open. 3 can be posted: run again with --post.

        """)
  }

  @Test("what goes to another month than the run's is told: Currencies leave it out")
  func elsewhere() throws {
    var report = try Self.report(posted: true, status: .held)
    report.judgement.groups.removeAll { $0.key.currency.code == "JPY" }
    let text = Summary.text(for: report, directory: nil, color: false)
    #expect(
      text.contains("\n  of what is not held, outside this run's months and tenants: JPY -12\n"),
      "\(text)")
  }

  @Test("once corrections are posted, what is left stands beside the variance")
  func posted() throws {
    let text = Summary.text(
      for: try Self.report(posted: true, status: .held), directory: nil, color: false)
    #expect(
      text.contains(
        """
        Currencies
               groups        recorded           due        posted  variance  corrected    left
          JPY       1  1,204,877       1,204,877     1,204,877         0        -12     -12
          USD       2     12,345.6789     12,345.68     12,345.98      0.30      -0.30    0.00

        """))
    #expect(
      text.hasSuffix(
        """

        Held after posting 3 corrections: 2 corrections not posted. 3 breaks wait for a person.

        """))
  }

  @Test("colour is for headings and the verdict, and leaves the words alone")
  func color() throws {
    let report = try Self.report(posted: false, status: .breaks)
    let plain = Summary.text(for: report, directory: nil, color: false)
    let colored = Summary.text(for: report, directory: nil, color: true)
    #expect(!plain.contains("\u{1b}"))
    #expect(colored.replacing(#/\u{1b}\[[0-9;]*m/#, with: "") == plain)
  }

  @Test("names cannot steer the terminal")
  func harmless() throws {
    var report = try Self.report(posted: false, status: .breaks)
    report.run.job = "\u{1b}[2Jgone"
    report.judgement.controls.notExamined = [
      NotExamined(check: "a\u{7}", why: "b\nc\u{202e}d\u{2028}e")
    ]
    let text = Summary.text(for: report, directory: "x\u{9b}31m", color: false)
    let controls = text.unicodeScalars.filter { $0.properties.generalCategory == .control }
    #expect(controls.allSatisfy { $0 == "\n" })
    #expect(text.contains("b\u{fffd}c\u{fffd}d\u{fffd}e"), "\(text)")
  }

  @Test("nothing to say but that it ties out")
  func tiedOut() throws {
    var report = try Self.report(posted: false, status: .tiedOut)
    report.judgement = Judgement(controls: Controls(), groups: [], breaks: [], corrections: [])
    #expect(
      Summary.text(for: report, directory: nil, color: false) == """
        month-end · 2026-10-01 to 2026-10-31 · Europe/Berlin · as of 2026-11-03T04:00:00Z
        run r1
        0 usage rows, 0 ledger rows · 0 requests clean, 0 broken

        Currencies
          no usage and no entries in this range

        Tied out.

        """)
  }
}

extension SettingsSummaryTests {
  private static func currency(_ code: String) throws -> Currency { try #require(Currency(code)) }

  private static func key(_ tenant: String, _ code: String) throws -> GroupKey {
    GroupKey(
      tenant: tenant, deployment: "d", currency: try currency(code),
      period: try #require(AccountingPeriod("2026-10")))
  }

  private static func group(
    _ key: GroupKey, recorded: String, due: String, posted: String
  ) throws -> GroupResult {
    let due = try Money(due)
    let posted = try Money(posted)
    return GroupResult(
      key: key, policy: nil, isWholePeriod: true, requests: 1, recorded: try Money(recorded),
      due: due, posted: posted, variance: try posted - due, sumOfRounded: due, roundedSum: due,
      roundingDrift: .zero, roundingBound: .zero, bridge: [], blockedBy: [])
  }

  private static func found(
    _ code: BreakCode, _ number: Int, _ severity: Severity, _ key: GroupKey, _ amount: String,
    _ disposition: Disposition
  ) throws -> Break {
    Break(
      id: "\(code.rawValue)-\(number)", code: code, severity: severity, group: key,
      requestID: nil, eventIDs: [], entryIDs: [], amount: try Money(amount), shares: [],
      explanation: "", firstSeen: try #require(Instant("2026-11-03T04:00:00Z")),
      disposition: disposition)
  }

  private static func correction(
    _ found: Break, _ status: Correction.Status, because: String? = nil
  ) -> Correction {
    Correction(
      id: found.id, breakID: found.id, code: found.code, kind: .reversal,
      tenant: found.group.tenant, deployment: found.group.deployment,
      currency: found.group.currency, period: found.group.period,
      servicePeriod: found.group.period, requestID: nil, reversesEntryID: nil,
      amount: -found.amount, idempotencyKey: found.id, status: status, heldBecause: because,
      group: found.group)
  }

  /// Breaks with every outcome, in two currencies.
  private static func report(posted: Bool, status: RunStatus) throws -> RunReport {
    let acme = try key("acme", "USD")
    let globex = try key("globex", "USD")
    let initech = try key("initech", "JPY")
    let breaks = [
      try found(.doubleBilled, 1, .error, acme, "0.45", .post),
      try found(.doubleBilled, 2, .error, globex, "1000.00", .post),
      try found(.doubleBilled, 3, .error, initech, "12", .post),
      try found(.unbilled, 1, .error, acme, "-0.15", .post),
      try found(.suspectedDuplicate, 1, .warning, acme, "0", .report),
      try found(.unsupportedCharge, 1, .warning, acme, "7.00", .review),
      try found(.inTransit, 1, .info, globex, "-0.333333", .report),
      try found(.invalidEvent, 1, .error, globex, "0", .report),
    ]
    let done: Correction.Status = posted ? .posted : .proposed
    let corrections = [
      correction(breaks[0], done),
      correction(breaks[1], .held, because: "globex/d USD 2026-10 is blocked by invalid-event"),
      correction(breaks[2], done), correction(breaks[3], done),
      correction(breaks[5], .held, because: "waits for approval"),
    ]
    let range = DayRange(try #require(AccountingPeriod("2026-10")))
    return RunReport(
      run: RunHeader(
        id: "r1", job: "month-end", range: range, timezone: "Europe/Berlin",
        asOf: try #require(Instant("2026-11-03T04:00:00Z")), posted: posted, status: status,
        configDigest: "sha256:", version: "0"),
      judgement: Judgement(
        controls: Controls(
          usageRows: 312_407, ledgerRows: 310_998, cleanRequests: 305_000, brokenRequests: 7,
          setAsideRows: 2,
          notExamined: [
            NotExamined(check: "invoice-untied", why: "relation invoice_line not provisioned")
          ]),
        groups: [
          try group(acme, recorded: "345.6789", due: "345.68", posted: "345.98"),
          try group(globex, recorded: "12000", due: "12000.00", posted: "12000.00"),
          try group(initech, recorded: "1204877", due: "1204877", posted: "1204877"),
        ], breaks: breaks, corrections: corrections))
  }
}
