import Accounting
import Books
import Foundation
import Reconciliation

/// The demo of one system: its own tables in a private PostgreSQL, rows with every fault it is known
/// for, a run that finds them and posts what it may, and a second one with nothing left to post.
package struct SystemDemo: Sendable {
  /// Those that can be asked for.
  package static var systems: [String] { Adapter.demonstrated }

  package let system: String
  package let reportDirectory: String
  private let job: Job
  private let expected: ExpectedBreaks
  private let range: DayRange

  /// - Throws: `UsageError` when the system is not known.
  package init(_ system: String, reportDirectory: String) throws {
    guard Adapter.demonstrated.contains(system) else {
      throw UsageError(
        "--system: there is no demo of '\(system)'",
        hint: "give \(Adapter.demonstrated.joined(separator: ", "))")
    }
    self.system = system
    self.reportDirectory = reportDirectory
    job = try JobFile.read(Adapter.demoFile("job.yaml", of: system))
    let file = Adapter.demoFile("expected.txt", of: system)
    expected = try ExpectedBreaks(Self.text(of: file), file: file)
    guard let range = job.range else {
      throw SettingsError(
        "the job has no range", file: file, hint: "give range: { period: 2026-10 }")
    }
    self.range = range.days(today: BillingZone.utc.day(of: expected.asOf))
  }

  /// - Parameters: as for `DemoRun.run`.
  /// - Returns: `done` when what was found is what was expected, and nothing was left to post.
  package func run(
    say: @escaping @Sendable (String) -> Void,
    progress: @escaping @Sendable (RunProgress) -> Void
  ) async throws -> ExitStatus {
    try await ThrowawayCluster.with { cluster in
      progress(RunProgress(stage: "making the books of \(system)"))
      var job = job
      (job.gateway.dsn, job.ledger.dsn) = try load(into: cluster)
      let posts = Adapter.writes(job.ledger.adapter)
      let first = try JobRun(request(job, post: posts), progress: progress).run()
      let second = try JobRun(request(job, post: false), progress: progress).run()
      let story = SystemStory(
        system: system, job: job, expected: expected, first: first, second: second)
      say(story.text)
      return story.isProven ? .done : .internalError
    }
  }

  /// Gateway and ledger share a database, unless the system keeps its ledger in another.
  private func load(into cluster: ThrowawayCluster) throws -> (gateway: String, ledger: String) {
    let isApart = FileManager.default.fileExists(
      atPath: Adapter.demoFile("ledger-tables.sql", of: system))
    try cluster.createDatabase("gateway")
    if isApart { try cluster.createDatabase("ledger") }
    let names = (gateway: "gateway", ledger: isApart ? "ledger" : "gateway")
    let ledger = try cluster.connect(to: names.ledger)
    if job.ledger.adapter == "native" { try ledger.execute(ContractSchema.sql) }
    _ = try TieoutSchema.install(on: ledger)
    try importPrices(to: cluster.dsn(database: names.ledger))
    let gateway = try cluster.connect(to: names.gateway)
    for file in ["tables", "rows"].flatMap({ Adapter.demoFiles($0, ".sql", of: system) }) {
      try gateway.execute(Self.text(of: file))
    }
    for file in ["ledger-tables.sql", "ledger-rows.sql"] where isApart {
      try ledger.execute(Self.text(of: Adapter.demoFile(file, of: system)))
    }
    return (cluster.dsn(database: names.gateway), cluster.dsn(database: names.ledger))
  }

  /// `prices-2026-10-01.json` is a price list in force from that day on, and a version of that name.
  private func importPrices(to ledger: String) throws {
    var job = job
    job.ledger.dsn = ledger
    let prefix = "prices-"
    for file in Adapter.demoFiles(prefix, ".json", of: system) {
      let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
      let day = String(name.dropFirst(prefix.count))
      _ = try PriceImport(job, file: file, PriceOrder(version: day, effective: day))
    }
  }

  private func request(_ job: Job, post: Bool) -> RunRequest {
    RunRequest(
      job: job, range: range, post: post, asOf: expected.asOf, reportDirectory: reportDirectory)
  }

  private static func text(of file: String) throws -> String {
    do { return try String(contentsOfFile: file, encoding: .utf8) } catch {
      throw SettingsError("the file cannot be read", file: file, hint: "reinstall tieout")
    }
  }
}
