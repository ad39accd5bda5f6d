import Accounting
import Books
import Foundation
import Operations
import Reconciliation
import TestSupport
import Testing

/// The bench's books and its peers' SQL, held against the oracle: whom tieout is measured beside
/// must find the same.
@Suite(.serialized) struct BenchPeersTests {
  /// What the peers look for.
  private static let shared: Set<BreakCode> = [
    .amountMismatch, .cutOffError, .doubleBilled, .duplicateEvent, .misposted, .nonbillableCharge,
    .roundingDrift, .unbilled, .unsupportedCharge,
  ]

  @Test(arguments: [
    ["seed=1", "order=time", "ids=text"], ["seed=2", "order=shuffled", "ids=text"],
    ["seed=3", "order=time", "ids=prefixed"], ["seed=4", "order=shuffled", "ids=prefixed"],
    ["seed=5", "order=time", "ids=uuid"], ["seed=6", "order=shuffled", "ids=uuid"],
  ])
  func peersFindWhatTheOracleFinds(variant: [String]) async throws {
    try await TestCluster.another { folder, _ in
      try Self.bench("books", [folder, "books", "160", "broken=3"] + variant)
      let dsn = "host='\(folder)' port=5432 user=postgres dbname=books sslmode=disable"
      let oracle = try Self.oracleLines(dsn)
      #expect(try Self.manifest(dsn) == oracle.breaks, "\(variant)")
      let expected = (oracle.breaks + oracle.figures).sorted()
      for (name, steps) in Self.peers {
        var output = ""
        let idType = variant.contains("ids=uuid") ? "uuid" : "text"
        for step in steps { output = try Self.psql(dsn, ["-v", "id_type=\(idType)"] + step) }
        let found = output.split(separator: "\n").map(String.init).sorted()
        #expect(found == expected, "\(name), \(variant)")
      }
    }
  }

  /// By name: psql's arguments, step by step.
  private static let peers: [(String, [[String]])] = [
    ("one statement", [["-f", "one-statement.sql"]]),
    (
      "expert, one connection",
      [
        ["expert-tables", "expert-usage", "expert-ledger", "expert-join", "expert-judge"]
          .flatMap { ["-f", "\($0).sql"] }
      ]
    ),
    (
      "expert, two connections",
      [
        ["-f", "expert-tables.sql"],
        ["-v", "parts=2", "-v", "part=0", "-f", "expert-usage.sql", "-f", "expert-join.sql"],
        ["-v", "parts=2", "-v", "part=1", "-f", "expert-ledger.sql", "-f", "expert-join.sql"],
        ["-f", "expert-judge.sql"],
      ]
    ),
  ]

  // MARK: What there is to find

  private static func oracleLines(
    _ dsn: String
  ) throws -> (breaks: [String], figures: [String]) {
    let books = try PostgresBooks(
      gateway: BookPlace(conninfo: dsn), ledger: BookPlace(conninfo: dsn), zone: .utc)
    let month = try #require(AccountingPeriod(year: 2026, month: 10))
    let range = DayRange(month)
    let asOf = range.instants(in: .utc).upperBound.adding(seconds: 54 * 3600)
    try books.beginSnapshot()
    var contents = BookContents()
    try books.usage(.occurred(range.instants(in: .utc), .everything)) { row in
      if case .row(let event) = row { contents.usage.append(event) }
    }
    let everything = EntrySelection.booked(
      periods: [month, month.next], orPostedFrom: asOf, .everything)
    try books.entries(everything) { row in
      if case .row(let entry) = row { contents.entries.append(entry) }
    }
    contents.policies = try books.policies().map(sound)
    contents.periodCharges = try books.periodCharges([month]).map(sound)
    contents.invoiceLines = try books.invoiceLines([month]).map(sound)
    books.endSnapshot()

    let findings = try Oracle(of: contents, under: Terms(range: range, asOf: asOf)).findings()
    let breaks = findings.breaks.filter { shared.contains($0.code) }.map { found in
      line(
        found.code.rawValue, found.subject.isEmpty ? subject(found.group) : found.subject,
        found.amount)
    }
    let planned = Set((contents.policies ?? []).filter { $0.kind == .planInclusive }.map(\.tenant))
    let figures = findings.groups.filter { !planned.contains($0.key.tenant) }.flatMap { group in
      [
        line("recorded", subject(group.key), group.recorded),
        line("posted", subject(group.key), group.posted),
      ]
    }
    return (breaks.sorted(), figures.sorted())
  }

  private static func sound<Row>(_ rows: [Pulled<Row>]) -> [Row] {
    rows.compactMap { if case .row(let row) = $0 { row } else { nil } }
  }

  private static func subject(_ group: GroupKey) -> String {
    "\(group.tenant)/\(group.deployment ?? "")/\(group.currency)"
  }

  private static func line(_ code: String, _ subject: String, _ amount: Money) -> String {
    "\(code),\(subject),\(amount)"
  }

  private static func manifest(_ dsn: String) throws -> [String] {
    let codes = shared.map { "'\($0.rawValue)'" }.sorted().joined(separator: ",")
    return try psql(
      dsn,
      [
        "-At", "-F", ",", "-c",
        """
        select code, coalesce(request_id, concat_ws('/', tenant_id, coalesce(deployment_id, ''),
          currency)), trim_scale(amount) from bench.planted where code in (\(codes))
        """,
      ]
    ).split(separator: "\n").map(String.init).sorted()
  }

  // MARK: The bench's programs

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Bench")

  private static func psql(_ dsn: String, _ arguments: [String]) throws -> String {
    let defaults = ["workers=0", "parts=1", "part=0"].flatMap { ["-v", $0] }
    return try run(
      "psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", dsn] + defaults + arguments,
      in: folder.appending(path: "Peers"))
  }

  @discardableResult private static func bench(
    _ program: String, _ arguments: [String]
  ) throws -> String {
    try run(folder.appending(path: program).path, arguments, in: folder)
  }

  private static func run(
    _ program: String, _ arguments: [String], in directory: URL
  ) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.currentDirectoryURL = directory
    process.environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PEERS": directory.path,
    ]
    let output = try Scratch.file()
    let errors = try Scratch.file()
    defer {
      try? FileManager.default.removeItem(at: output)
      try? FileManager.default.removeItem(at: errors)
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    let said = try String(contentsOf: errors, encoding: .utf8)
    try #require(process.terminationStatus == 0, "\(program): \(said)")
    return try String(contentsOf: output, encoding: .utf8)
  }
}
