import TestSupport
import Testing

@Suite("The command line: what it refuses, and how it says so")
struct UsageTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let error: String
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ arguments: [String], _ error: String) {
      self.arguments = arguments
      self.error = error
    }

    init(_ arguments: String, _ error: String) {
      self.init(arguments.split(separator: " ").map(String.init), error)
    }
  }

  static let refused = [
    Case("rulse", "unknown command 'rulse'; hint: did you mean 'rules'?"),
    Case("--frobnicate", "Unknown option '--frobnicate'; hint: see tieout --help"),
    Case(
      "rules --jsno",
      "Unknown option '--jsno'. Did you mean '--json'?; hint: see tieout rules --help"),
    Case(
      "explain", "Missing expected argument '<break>'; hint: see tieout explain --help"),
    Case(
      "run",
      "no range to reconcile; hint: give --from DAY --to DAY, --period MONTH, or a job with --job "
        + "FILE"),
    Case(
      "run --from 2026-10-01", "--from without --to; hint: add --to DAY, the last day of the range"),
    Case(
      "run --from 2026-10-31 --to 2026-10-01",
      "--from 2026-10-31 is after --to 2026-10-01; hint: swap the two"),
    Case(
      "run --period 2026-13", "--period: no such month '2026-13'; hint: write it as 2026-10"),
    Case(
      "run --from 2026-02-29 --to 2026-03-01",
      "--from: no such day '2026-02-29'; hint: write it as 2026-10-31"),
    Case(
      "run --period 2026-10 --to 2026-10-01",
      "--period and --from/--to exclude each other; hint: give one or the other"),
    Case(
      "run --period 2026-10 --as-of noon",
      "--as-of: no such moment 'noon'; hint: write date, time and offset, such as "
        + "2026-11-01T02:00:00Z"),
    Case(
      "run --period 2026-10 --format xml,htlm",
      "--format: unknown format 'htlm'; hint: did you mean 'html'?"),
    Case(
      ["run", "--period", "2026-10", "--report-dir", ""],
      "--report-dir is empty; hint: leave it out, or say which"),
    Case(
      ["report", "1", "--report-dir", ""],
      "--report-dir is empty; hint: leave it out, or say which"),
    Case(["demo", "--report-dir", ""], "--report-dir is empty; hint: leave it out, or say which"),
    Case(["install", "--grant-to", ""], "--grant-to is empty; hint: leave it out, or say which"),
    Case(
      ["run", "--period", "2026-10", "--tenant", "acme", "--tenant", ""],
      "--tenant is empty; hint: leave it out, or say which"),
    Case(["post", ""], "The value '' is invalid for '<run>'; hint: see tieout post --help"),
    Case(["approve", ""], "The value '' is invalid for '<id>'; hint: see tieout approve --help"),
    Case(
      "breaks --limit 0",
      "The value '0' is invalid for '--limit <count>'; hint: see tieout breaks --help"),
    Case(
      "run --nightly --month-end",
      "--job, --nightly and --month-end exclude each other; hint: give one of the three"),
    Case(
      "run --period 2026-10 --post --dry-run",
      "--post and --dry-run exclude each other; hint: leave one of the two out"),
  ]

  @Test("usage errors are one line and status 64", arguments: refused)
  func usageErrors(_ example: Case) throws {
    let answer = try Workplace().tieout(example.arguments)
    #expect(answer.status == 64)
    #expect(answer.output == "")
    #expect(answer.errors == "error: \(example.error)\n")
  }

  @Test(
    "a moment to come is not put on record",
    arguments: [["run", "--period", "2026-10"], ["close", "2026-10"]])
  func momentToCome(command: [String]) throws {
    let clock = ["TIEOUT_NOW": "2026-11-02T06:00:00Z"]
    let late = ["--as-of", "2026-11-02T07:00:01Z"]
    let answer = try Workplace().tieout(command + late, environment: clock)
    #expect(answer.status == 64)
    #expect(
      answer.errors.hasPrefix(
        "error: --as-of 2026-11-02T07:00:01Z is to come (now: 2026-11-02T06:00:00Z); on record, "))
    // What is refused next is another thing: no books, or no job.
    let inTime = ["--as-of", "2026-11-02T07:00:00Z"]
    #expect(try Workplace().tieout(command + inTime, environment: clock).status != 64)
  }

  @Test("a rehearsal may look ahead")
  func rehearsal() throws {
    let run = ["run", "--period", "2026-10", "--as-of", "2027-01-01T00:00:00Z", "--dry-run"]
    let clock = ["TIEOUT_NOW": "2026-11-02T06:00:00Z"]
    let answer = try Workplace().tieout(
      run, dsn: "host=/nonexistent", environment: clock)
    #expect(answer.status == 69, "\(answer.errors)")
  }

  @Test("a clock that is none is told")
  func noClock() throws {
    let answer = try Workplace().tieout(
      ["run", "--period", "2026-10"], environment: ["TIEOUT_NOW": "noon"])
    #expect(answer.status == 64)
    #expect(answer.errors.hasPrefix("error: TIEOUT_NOW: no such moment 'noon'; hint: "))
  }

  @Test("help lists each command once")
  func help() throws {
    let help = try Workplace().tieout(["--help"]).output
    let commands = help.split(separator: "SUBCOMMANDS:").last?.matches(of: /\n  ([a-z]+)\s/) ?? []
    let names = commands.map { String($0.1) }
    #expect(names.count >= 16)
    #expect(Set(names).count == names.count, "\(names)")
  }

  @Test("a value that is no choice names the choices")
  func choices() throws {
    let answer = try Workplace().tieout(["run", "--fail-on", "sometimes"])
    #expect(answer.status == 64)
    #expect(answer.errors.contains("'breaks' and 'never'"))
    #expect(answer.errors.hasSuffix("hint: see tieout run --help\n"))
  }

  @Test("settings errors are one line and status 78")
  func settings() throws {
    let workplace = try Workplace()
    let missing = try workplace.tieout(["run", "--nightly"])
    #expect(missing.status == 78)
    #expect(
      missing.errors == "error: Jobs/nightly.yaml: there is no such job file; "
        + "hint: start from one of the examples in Jobs/\n")
    try workplace.write("job: x\ntolerence: { amount: 0 }\n", to: "Jobs/month-end.yaml")
    let unknown = try workplace.tieout(["run", "--month-end"])
    #expect(unknown.status == 78)
    #expect(
      unknown.errors == "error: Jobs/month-end.yaml:2: unknown key 'tolerence'; "
        + "hint: did you mean 'tolerance'?\n")
    try workplace.write("books: { gateway: { adapter: arcadai } }", to: "job.yaml")
    let adapter = try workplace.tieout(["check", "--job", "job.yaml"])
    #expect(adapter.status == 78)
    #expect(adapter.errors.hasPrefix("error: gateway: there is no adapter 'arcadai'; hint: "))
  }

  @Test("an error is a JSON line where the log is")
  func jsonError() throws {
    let answer = try Workplace().tieout(["run", "--log-format", "json", "--period", "x"])
    #expect(answer.status == 64)
    #expect(answer.errors.hasPrefix(#"{"time":""#))
    #expect(
      answer.errors.hasSuffix(
        #""level":"error","message":"--period: no such month 'x'","exit_status":64,"#
          + #""hint":"write it as 2026-10"}"# + "\n"))
  }

  @Test("a server that is not there is status 69")
  func unavailable() throws {
    let answer = try Workplace().tieout(
      ["run", "--period", "2026-10"],
      environment: [
        "TIEOUT_GATEWAY_DSN": "host=/nowhere password=hunter2",
        "TIEOUT_LEDGER_DSN": "host=/nowhere password=hunter2",
      ])
    #expect(answer.status == 69)
    #expect(answer.errors.hasPrefix("error: gateway: "))
    #expect(answer.errors.contains("; hint: "))
    #expect(!answer.errors.contains("hunter2"))
    #expect(answer.errors.split(separator: "\n").count == 1)
  }

  @Test("answers go to standard output and nothing to standard error")
  func answers() throws {
    let workplace = try Workplace()
    for arguments in [
      ["--version"], ["--help"], ["run", "--help"], ["help", "check"], [], ["rules"],
      ["rules", "--json"],
    ] {
      let answer = try workplace.tieout(arguments)
      #expect(answer.status == 0, "\(arguments)")
      #expect(!answer.output.isEmpty, "\(arguments)")
      #expect(answer.errors == "", "\(arguments)")
    }
  }
}
