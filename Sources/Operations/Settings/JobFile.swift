import Accounting
import Foundation
import Reconciliation

/// Job files: YAML in, `Job` out. A key that is not known is an error, so that a typing error never
/// changes what a job does in silence.
package enum JobFile {
  package static func read(_ path: String) throws(SettingsError) -> Job {
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      let exists = FileManager.default.fileExists(atPath: path)
      throw SettingsError(
        exists ? "the job file cannot be read" : "there is no such job file", file: path,
        hint: exists ? "check its permissions" : "start from one of the examples in Jobs/")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw SettingsError(
        "the job file is not UTF-8 text", file: path, hint: "save it as UTF-8")
    }
    return try parse(text, path: path)
  }

  /// - Parameter path: how errors name the file.
  package static func parse(_ text: String, path: String) throws(SettingsError) -> Job {
    let root = JobFileValue(node: try document(text, path: path), key: "", file: path)
    let keys = try root.section([
      "job", "range", "timezone", "books", "grace", "rounding", "tolerance", "materiality",
      "suspected_duplicate_window", "rules", "prices", "true_up", "limits", "reports", "metrics",
    ])
    var job = Job()
    if let value = keys["job"] { job.name = try value.text("a name") }
    if let value = keys["range"] { job.range = try range(value) }
    if let value = keys["timezone"] { job.timezone = try timezone(value) }
    if let value = keys["books"] { try books(value, into: &job) }
    if let value = keys["grace"] { job.grace = try value.duration() }
    if let value = keys["rounding"] { job.rounding = try value.word(is: "rounding rule") }
    if let value = keys["tolerance"] { job.tolerance = try amount(value) ?? job.tolerance }
    if let value = keys["materiality"] { job.materiality = try amount(value) ?? job.materiality }
    if let value = keys["suspected_duplicate_window"] {
      job.suspectedDuplicateWindow = try value.duration()
    }
    if let value = keys["rules"] { try rules(value, into: &job) }
    if let value = keys["prices"] {
      job.priceBook = try value.section(["book"])["book"]?.text("a price book's name")
    }
    if let value = keys["true_up"] { job.trueUp = try value.word(is: "true-up mode") }
    if let value = keys["limits"] { job.limits = try limits(value) }
    if let value = keys["reports"] { try reports(value, into: &job) }
    if let value = keys["metrics"] {
      job.metricsTextfile = try value.section(["textfile"])["textfile"]?.text("a file name")
    }
    return job
  }

  private static func range(_ value: JobFileValue) throws(SettingsError) -> JobRange {
    guard value.isSection else { return try value.word(rangeWords, is: "range") }
    let keys = try value.section(["from", "to", "period"])
    if keys.count == 1, let month = keys["period"] {
      let text = try month.text("a month")
      guard let period = AccountingPeriod(text) else {
        throw month.error("no such month '\(text)'", hint: "write it as 2026-10")
      }
      return .fixed(DayRange(period))
    }
    guard keys.count == 2, let from = keys["from"], let to = keys["to"] else {
      throw value.error(
        "'range' needs both 'from' and 'to', or 'period' alone",
        hint: "such as { from: 2026-10-01, to: 2026-10-31 } or { period: 2026-10 }")
    }
    let first = try from.day()
    let last = try to.day()
    guard let days = DayRange(from: first, to: last) else {
      throw from.error("'range' starts on \(first), after its end on \(last)", hint: "swap them")
    }
    return .fixed(days)
  }

  private static let rangeWords = JobRange.words.map { (word: $0.word, value: $0.range) }

  private static func timezone(_ value: JobFileValue) throws(SettingsError) -> String {
    let name = try value.text("a time zone")
    do { _ = try Zones.billingZone(named: name) } catch {
      throw value.error(error.problem, hint: error.hint)
    }
    return name
  }

  private static func books(_ value: JobFileValue, into job: inout Job) throws(SettingsError) {
    let books = try value.section(["gateway", "ledger"])
    if let gateway = books["gateway"] {
      job.gateway = try book(try gateway.section(["adapter", "dsn"]))
    }
    if let ledger = books["ledger"] {
      let keys = try ledger.section(["adapter", "dsn", "name", "rounding"])
      job.ledger = try book(keys)
      if let name = keys["name"] { job.ledgerName = try name.text("a name") }
      if let rounding = keys["rounding"] {
        job.ledgerRounding = try rounding.word(is: "ledger rounding")
      }
    }
  }

  private static func book(_ keys: [String: JobFileValue]) throws(SettingsError) -> BookSettings {
    var book = BookSettings()
    if let adapter = keys["adapter"] { book.adapter = try adapter.text("an adapter") }
    if let dsn = keys["dsn"], !dsn.isNull { book.dsn = try dsn.text("a connection string") }
    return book
  }

  private static func amount(_ value: JobFileValue) throws(SettingsError) -> Money? {
    try value.section(["amount"])["amount"]?.amount()
  }

  private static func rules(_ value: JobFileValue, into job: inout Job) throws(SettingsError) {
    for (name, entry) in try value.entries() {
      let disposition = try entry.value.word(
        Disposition.ofRules.map { ($0.rawValue, $0) }, is: "disposition")
      guard let rule = Register.rules.first(where: { $0.code.rawValue == name }) else {
        let known = Register.rules.map(\.code.rawValue)
        throw entry.error("unknown break code '\(name)'", hint: Nearest.hint(name, in: known))
      }
      if disposition == .off, let why = rule.whyNeverOff {
        throw entry.error("'\(name)' \(why) and cannot be switched off", hint: "leave the line out")
      }
      job.rules[rule.code] = disposition
    }
  }

  private static func limits(_ value: JobFileValue) throws(SettingsError) -> PostingLimits {
    let keys = try value.section(["entries", "amount", "share_of_revenue"])
    return PostingLimits(
      entries: try keys["entries"]?.count(), amount: try keys["amount"]?.amount(),
      shareOfRevenue: try keys["share_of_revenue"]?.amount())
  }

  private static func reports(_ value: JobFileValue, into job: inout Job) throws(SettingsError) {
    let keys = try value.section(["directory", "formats"])
    if let directory = keys["directory"] {
      job.reportDirectory = try directory.text("a directory")
    }
    guard let formats = keys["formats"] else { return }
    let words = Job.knownFormats.map { (word: $0, value: $0) }
    var chosen: [String] = []
    for item in try formats.list() { chosen.append(try item.word(words, is: "report format")) }
    job.formats = Job.knownFormats.filter(chosen.contains)
  }
}
