import Operations
import Testing

@Suite("Job files: what is wrong, where, and what was meant")
struct SettingsErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let error: String
    var testDescription: String { text }

    init(_ text: String, _ error: String) {
      self.text = text
      self.error = error
    }
  }

  static let unknown = [
    Case("job: x\ntolerence: 1", "2: unknown key 'tolerence'; hint: did you mean 'tolerance'?"),
    Case(
      "job: x\nlimits:\n  entries: 1\n  amonut: 2",
      "4: unknown key 'amonut'; hint: did you mean 'amount'?"),
    Case("reports: { xyzzy: 1 }", "1: unknown key 'xyzzy'; hint: one of directory, formats"),
    Case(
      "books:\n  gateway: { rounding: line }",
      "2: unknown key 'rounding'; hint: one of adapter, dsn"),
    Case(
      "rules:\n  double-biled: post",
      "2: unknown break code 'double-biled'; hint: did you mean 'double-billed'?"),
    Case(
      "rules:\n  unbilled: posts", "2: unknown disposition 'posts'; hint: did you mean 'post'?"),
    Case(
      "timezone: Europe/Berlni",
      "1: unknown time zone 'Europe/Berlni'; hint: did you mean 'Europe/Berlin'?"),
    Case(
      "timezone: GMT",
      "1: unknown time zone 'GMT'; hint: an IANA name such as UTC, Europe/Berlin or "
        + "America/New_York"),
    Case(
      "timezone: nowhere-at-all",
      "1: unknown time zone 'nowhere-at-all'; hint: an IANA name such as UTC, Europe/Berlin or "
        + "America/New_York"),
    Case(
      "reports:\n  formats: [xml,\n    htm]",
      "3: unknown report format 'htm'; hint: did you mean 'html'?"),
    Case("range: yesterdy", "1: unknown range 'yesterdy'; hint: did you mean 'yesterday'?"),
    Case("rounding: half", "1: unknown rounding rule 'half'; hint: one of half-up, half-even"),
    Case("true_up: pots", "1: unknown true-up mode 'pots'; hint: did you mean 'post'?"),
  ]

  static let wrong = [
    Case(
      "materiality: { amount: 1e-2 }",
      "1: 'materiality.amount': '1e-2' is not a decimal number; hint: write a plain decimal number "
        + "such as 0.01"),
    Case(
      "tolerance: { amount: -1 }", "1: 'tolerance.amount' is negative: -1; hint: write 0 or more"),
    Case(
      "tolerance: 5", "1: 'tolerance' must hold keys and values; hint: see the examples in Jobs/"),
    Case(
      "limits: { entries: 1.5 }",
      "1: 'limits.entries' must be a whole number, not '1.5'; hint: write digits only, such as "
        + "10000"),
    Case(
      "job: x\n\ngrace: 6 hours",
      "3: 'grace' must be a duration, not '6 hours'; hint: write a whole number and a unit: 5s, "
        + "30m, 6h or 2d"),
    Case(
      "grace: 99999999999999999999h",
      "1: 'grace' must be a duration, not '99999999999999999999h'; hint: write a whole number and "
        + "a unit: 5s, 30m, 6h or 2d"),
    Case("job:\ngrace: 6h", "1: 'job' is empty; hint: give it a name or leave the key out"),
    Case("job: [a]", "1: 'job' must be a name, not a list or a section"),
    Case("job: \"a\\eb\"", "1: 'job' holds a control character"),
    Case(
      "reports: { formats: xml }", "1: 'reports.formats' must be a list; hint: such as [xml, html]"),
    Case(
      "reports: { formats: [] }", "1: 'reports.formats' must be a list; hint: such as [xml, html]"),
    Case(
      "range: { from: 2026-02-30, to: 2026-03-01 }",
      "1: 'range.from': no such day '2026-02-30'; hint: write it as 2026-10-31"),
    Case(
      "range: { from: 2026-03-02, to: 2026-03-01 }",
      "1: 'range' starts on 2026-03-02, after its end on 2026-03-01; hint: swap them"),
    Case(
      "range: { period: 2026-13 }", "1: no such month '2026-13'; hint: write it as 2026-10"),
    Case(
      "range: { from: 2026-03-02 }",
      "1: 'range' needs both 'from' and 'to', or 'period' alone; hint: such as { from: 2026-10-01, "
        + "to: 2026-10-31 } or { period: 2026-10 }"),
    Case(
      "rules:\n  completeness-failure: off",
      "2: 'completeness-failure' stops a run and cannot be switched off; hint: leave the line out"),
    Case(
      "rules: { invalid-event: off }",
      "1: 'invalid-event' tells which groups cannot be judged and cannot be switched off; hint: "
        + "leave the line out"),
    Case("- job", "1: the job file must hold keys and values; hint: see the examples in Jobs/"),
  ]

  static let unreadable = [
    Case("", " the job file is empty; hint: start from one of the examples in Jobs/"),
    Case(
      "# only a comment\n", " the job file is empty; hint: start from one of the examples in Jobs/"),
    Case("~", " the job file is empty; hint: start from one of the examples in Jobs/"),
    Case(
      "job: x\ngrace: 1h\njob: y",
      "3: key 'job' is given twice, first on line 1; hint: keep one of the two"),
    Case(
      "limits:\n  entries: 1\n  amount: 2\n  entries: 3",
      "4: key 'entries' is given twice, first on line 2; hint: keep one of the two"),
    Case(
      "limits: { entries: 1, entries: 2 }",
      "1: key 'entries' is given twice, first on line 1; hint: keep one of the two"),
  ]

  @Test("unknown words name the nearest known one", arguments: unknown)
  func unknownWord(_ example: Case) { expect(example) }

  @Test("values of the wrong kind name the form that is expected", arguments: wrong)
  func wrongValue(_ example: Case) { expect(example) }

  @Test("files that hold no settings, or hold them twice", arguments: unreadable)
  func unreadableFile(_ example: Case) { expect(example) }

  @Test(
    "text that is no YAML names the line", arguments: ["job: x\nrange: [a", "job: 'x", "a: b: c"])
  func noYAML(_ text: String) throws {
    let error = try #require(throws: SettingsError.self) {
      try JobFile.parse(text, path: "job.yaml")
    }
    #expect(error.problem.hasPrefix("not valid YAML: "))
    #expect(error.line != nil)
    #expect(!error.description.contains("\n"))
  }

  @Test("a file that is not there, and one that is not text")
  func noFile() throws {
    let missing = try #require(throws: SettingsError.self) { try JobFile.read("/nowhere/job.yaml") }
    #expect(missing.message == "/nowhere/job.yaml: there is no such job file")
    let folder = try #require(throws: SettingsError.self) { try JobFile.read("/") }
    #expect(folder.message == "/: the job file cannot be read")
    #expect(missing.exitStatus == .configuration)
  }

  private func expect(_ example: Case) {
    do {
      _ = try JobFile.parse(example.text, path: "job.yaml")
      Issue.record("accepted: \(example.text)")
    } catch {
      #expect(error.description == "job.yaml:\(example.error)")
      #expect(error.exitStatus == .configuration)
    }
  }
}
