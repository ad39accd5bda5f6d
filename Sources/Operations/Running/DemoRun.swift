import Accounting
import Books
import Reconciliation

/// The demo: a private PostgreSQL, two months of made books with planted breaks, one run that finds
/// and corrects them, and a second one that finds nothing more to post.
package struct DemoRun: Sendable {
  package var plan: DemoPlan
  package var reportDirectory: String
  /// Whether the server stays until the program is interrupted.
  package var keep: Bool

  package init(plan: DemoPlan, reportDirectory: String, keep: Bool) {
    self.plan = plan
    self.reportDirectory = reportDirectory
    self.keep = keep
  }

  /// - Parameters:
  ///   - say: takes the demo's text as it comes, whole lines.
  ///   - progress: as for a run.
  /// - Returns: `done` when every planted break was found, none invented, and the second run had
  ///   nothing to post; `internalError` otherwise.
  package func run(
    say: @escaping @Sendable (String) -> Void,
    progress: @escaping @Sendable (RunProgress) -> Void
  ) async throws -> ExitStatus {
    try await ThrowawayCluster.with { cluster in
      progress(RunProgress(stage: "making books"))
      let books = try DemoBooks.generate(plan)
      try load(books, into: cluster, progress)
      let first = try JobRun(request(cluster, post: true), progress: progress).run()
      let second = try JobRun(request(cluster, post: false), progress: progress).run()
      let story = DemoStory(
        books: books, first: first, second: second,
        comparison: Comparison(planted: books.manifest, found: first.report.judgement.breaks))
      say(story.text)
      if keep { try await wait(cluster, say) }
      return story.isProven ? .done : .internalError
    }
  }

  private func load(
    _ books: DemoBooks, into cluster: ThrowawayCluster, _ progress: (RunProgress) -> Void
  ) throws {
    progress(RunProgress(stage: "loading the books into a private PostgreSQL"))
    for name in ["gateway", "ledger"] {
      try cluster.createDatabase(name)
      try cluster.connect(to: name).execute(ContractSchema.sql)
    }
    let ledger = try cluster.connect(to: "ledger")
    _ = try TieoutSchema.install(on: ledger)
    for closed in books.closedPeriods {
      _ = try ledger.query(
        """
        insert into tieout.closed_period (period, closed_at, closed_by, reason)
        values ($1::date, $2::timestamptz, 'demo', 'month-end close')
        """,
        [closed.period.firstDay.description, closed.closedAt.description])
    }
    try books.load(gateway: cluster.connect(to: "gateway"), ledger: ledger)
  }

  private func request(_ cluster: ThrowawayCluster, post: Bool) -> RunRequest {
    var job = Job()
    job.name = "demo"
    job.timezone = plan.zone.name
    job.gateway.dsn = cluster.dsn(database: "gateway")
    job.ledger.dsn = cluster.dsn(database: "ledger")
    return RunRequest(
      job: job, range: plan.range, post: post, asOf: plan.asOf, reportDirectory: reportDirectory)
  }

  private func wait(
    _ cluster: ThrowawayCluster, _ say: @Sendable (String) -> Void
  ) async throws {
    say(
      """

      The books stay until you press Ctrl-C:
        psql "\(cluster.dsn(database: "gateway"))"
        psql "\(cluster.dsn(database: "ledger"))"

      """)
    while !Task.isCancelled { try await Task.sleep(for: .seconds(3600)) }
  }
}
