import Accounting
import Books
import Foundation
import Operations
import Reconciliation
import TestSupport
import Testing

/// The laws of a plan's true-up, through arcadia's two databases: each run posts into the cloud's own
/// tables, and the next step begins where it ended.
@Suite struct ArcadiaTrueUpTests {
  private let gateway: Connection
  private let cloud: Connection
  private let job: Job
  private let reports: URL

  init() async throws {
    var job = try JobFile.read(Adapter.demoFile("job.yaml", of: "arcadia"))
    job.gateway.dsn = try await TestCluster.emptyDatabase()
    job.ledger.dsn = try await TestCluster.emptyDatabase()
    job.formats = ["json"]
    self.job = job
    gateway = try Connection("gateway", conninfo: job.gateway.dsn ?? "")
    cloud = try Connection("cloud", conninfo: job.ledger.dsn ?? "")
    reports = try Scratch.directory()
    try gateway.execute(Self.text(of: "tables.sql"))
    try cloud.execute(Self.text(of: "ledger-tables.sql"))
    _ = try TieoutSchema.install(on: cloud)
    try plan("team", fee: "20", included: "1000000", overage: "0.000002", from: "2026-01-01")
  }

  private static func text(of file: String) throws -> String {
    try String(contentsOfFile: Adapter.demoFile(file, of: "arcadia"), encoding: .utf8)
  }

  private func plan(
    _ id: String, fee: String, included: String, overage: String, from: String
  ) throws {
    try gateway.execute(
      """
      update gateway_charge_policies set effective_to = '\(from)Z' where effective_to is null;
      insert into gateway_charge_policies (id, tenant_id, policy, base_fee, included_tokens,
        overage_price_per_token, effective_from)
      values ('\(id)', 'acme', 'plan_inclusive', \(fee), \(included), \(overage), '\(from)Z')
      """)
  }

  /// A call of so many tokens, sent by the gateway and stored by the cloud at its marginal price.
  private func call(_ request: String, day: Int, tokens: Int, price: String = "0.000002") throws {
    let at = "timestamptz '2026-10-01T12:00Z' + interval '\(day - 1) days'"
    try gateway.execute(
      """
      insert into gateway_usage_log (gateway_request_id, tenant_id, deployment_id, occurred_at,
        logged_at, input_tokens, customer_charge)
      values ('\(request)', 'acme', 'main', \(at), \(at), \(tokens), \(tokens) * \(price))
      """)
    try cloud.execute(
      """
      insert into llm_usage_events (tenant_id, deployment_id, gateway_request_id, occurred_at,
        input_tokens, output_tokens, customer_charge, customer_charge_cents)
      values ('acme', 'main', '\(request)', \(at), \(tokens), 0, \(tokens) * \(price), 0)
      """)
  }

  /// Posts what is due.
  /// - Returns: the true-ups of this run, in order, and what the cloud comes to.
  private func settle(
    _ status: Operations.ExitStatus = .done
  ) throws -> (trueUps: [String], total: String) {
    let before = try trueUps()
    let range = DayRange(OctoberBooks.month("2026-10"))
    let outcome = try JobRun(
      RunRequest(
        job: job, range: range, post: true, asOf: OctoberBooks.instant("2026-11-03T06:00:00Z"),
        reportDirectory: reports.path)
    ).run()
    #expect(outcome.exitStatus == status)
    let total = try cloud.query(
      """
      select trim_scale((select coalesce(sum(customer_charge), 0) from llm_usage_events)
        + (select coalesce(sum(amount), 0) from llm_usage_adjustments))
      """
    ).scalar
    return (Array(try trueUps().dropFirst(before.count)), total ?? "")
  }

  private func trueUps() throws -> [String] {
    let result = try cloud.query(
      "select amount from llm_usage_adjustments where kind = 'true_up' order by created_at, id")
    return (0..<result.rowCount).map { result.text($0, 0) ?? "" }
  }

  @Test func noUsageIsTheBaseFeeAndWithinTheAllowanceItStaysSo() throws {
    #expect(try settle() == (["20.00"], "20"))
    #expect(try settle() == ([], "20"))
    // Posted at its marginal price; the true-up gives back just that.
    try call("r-1", day: 3, tokens: 600_000)
    #expect(try settle() == (["-1.20"], "20"))
    // A late event: its increment only.
    try call("r-2", day: 2, tokens: 400_000)
    #expect(try settle() == (["-0.80"], "20"))
    #expect(try settle() == ([], "20"))
  }

  @Test func pastTheAllowanceTheDifferenceStaysConstant() throws {
    try call("r-1", day: 3, tokens: 1_000_000)
    #expect(try settle() == (["18.00"], "20"))
    for day in 4...6 {
      try call("r-\(day)", day: day, tokens: 250_000)
      #expect(try settle().trueUps.isEmpty)
    }
    #expect(try settle() == ([], "21.5"))
  }

  @Test func aPlanChangeSplitsTheMonth() throws {
    try call("r-1", day: 3, tokens: 100_000)
    try call("r-2", day: 20, tokens: 100_000, price: "0.000001")
    try plan("large", fee: "40", included: "5000000", overage: "0.000001", from: "2026-10-17")
    // 20 × 16/31 + 40 × 15/31 = 29.677…
    #expect(try settle() == (["29.38"], "29.68"))
    #expect(try settle() == ([], "29.68"))
  }

  @Test func theGatewaysOwnPeriodChargeStandsAboveThePlan() throws {
    try call("r-1", day: 3, tokens: 100_000)
    for (revision, amount) in [(1, "25"), (2, "24")] {
      try gateway.execute(
        """
        insert into gateway_period_charges (tenant_id, month, period_charge, revision)
        values ('acme', '2026-10-01', \(amount), \(revision))
        """)
      let expected = revision == 1 ? "24.80" : "-1.00"
      // That the two differ is for a person to decide.
      #expect(try settle(.breaksRemain) == ([expected], amount))
    }
  }

  // MARK: What else runs over a ledger that is not the contract's

  @Test func checkProvesTheCloudsLedger() throws {
    try call("r-1", day: 3, tokens: 1000)
    let checkup = try Checkup(job, posting: true)
    #expect(checkup.exitStatus == .done, "\(checkup.text(color: false))")
    #expect(checkup.text(color: false).contains("arcadia/post.sql adds an entry once"))
    #expect(try cloud.query("select count(*) from llm_usage_adjustments").scalar == "0")
  }

  /// Usage on its way at the month's end is accrued and reversed, in the cloud's own table.
  @Test func aMonthIsClosedThroughTheCloudsOwnTables() throws {
    try gateway.execute("update gateway_charge_policies set policy = 'flat_percent'")
    try gateway.execute(
      """
      insert into gateway_usage_log (gateway_request_id, tenant_id, deployment_id, occurred_at,
        logged_at, input_tokens, customer_charge)
      values ('r-1', 'acme', 'main', '2026-10-31T23:50Z', '2026-11-03T05:00Z', 10, 1.25)
      """)
    let close = try PeriodClose(
      RunRequest(
        job: job, range: DayRange(OctoberBooks.month("2026-10")),
        asOf: OctoberBooks.instant("2026-11-03T06:00:00Z"), reportDirectory: reports.path,
        preparedBy: "carla"))
    #expect(close.isClosed, "\(close.verdict)")
    let booked = try cloud.query(
      """
      select string_agg(concat_ws(' ', month, service_month, kind, amount), ', ' order by month)
      from llm_usage_adjustments
      """
    ).scalar
    #expect(booked == "2026-10-01 accrual 1.25, 2026-11-01 2026-10-01 accrual -1.25")
    #expect(
      try cloud.query("select booked_amount = 1.25 from tieout.closing").scalar == "t")
    let checkup = try Checkup(job, posting: true).text(color: false)
    #expect(!checkup.contains("was closed with"), "\(checkup)")
  }
}
