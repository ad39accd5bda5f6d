import Accounting
import Books
import Foundation
import Reconciliation

/// What a run was told and what it read: all that its judgement rests on, but for the rows. Holds
/// no secret, and nothing that differs between two servers with the same books.
struct Manifest: Codable, Hashable {
  struct Days: Codable, Hashable {
    var from: String
    var to: String
  }

  struct Cutoff: Codable, Hashable {
    /// Usage recorded from here on and not posted is in transit.
    var inTransitSince: String
    /// Where the judged time begins and ends.
    var window: Days
    /// How far the run before had seen the books; none where nothing of before was looked for.
    var recordedAt, postedAt, judgedTo, settledAt: String?
  }

  struct Inputs: Codable, Hashable {
    var usageRows: Int
    var usageCharge: String
    var ledgerRows: Int
    var ledgerAmount: String
    /// With the moments at which they were closed; `nil` where no record is kept.
    var closedPeriods: [String: String]?
  }

  var schema = "tieout-manifest-1"
  var run: String
  var program: String
  var tieoutSchema: Int
  var job: String
  /// `key=value`, as the configuration digest covers them.
  var settings: [String]
  var configDigest: String
  var range: Days
  var timezone: String
  var asOf: String
  var posted: Bool
  var tenants: [String]
  var deployments: [String]
  var cutoff: Cutoff
  var inputs: Inputs
  var judgementDigest: String

  init(
    _ report: RunReport, judged: String, _ request: RunRequest, _ terms: Terms,
    _ books: PostgresBooks
  ) throws {
    let header = report.run
    run = header.id
    program = header.version
    tieoutSchema = TieoutSchema.latestVersion
    job = header.job
    settings = request.job.canonicalText.split(separator: "\n").map(String.init)
    configDigest = header.configDigest
    range = Days(from: header.range.first.description, to: header.range.last.description)
    timezone = header.timezone
    asOf = header.asOf.description
    posted = header.posted
    tenants = request.places.tenants
    deployments = request.places.deployments
    cutoff = Cutoff(terms)
    inputs = Inputs(report.judgement.controls, closed: try books.closedPeriods())
    judgementDigest = judged
  }

  /// JSON with its keys in order.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  /// - Returns: `nil` for a text that is no manifest of this version.
  init?(text: String?) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let text, let read = try? decoder.decode(Manifest.self, from: Data(text.utf8)) else {
      return nil
    }
    self = read
  }
}

extension Manifest.Cutoff {
  init(_ terms: Terms) {
    let scope = Scope(terms)
    inTransitSince = terms.asOf.adding(seconds: -terms.grace).description
    window = Manifest.Days(
      from: scope.window.lowerBound.description, to: scope.window.upperBound.description)
    recordedAt = terms.lateSince?.recordedAt.description
    postedAt = terms.lateSince?.postedAt.description
    judgedTo = terms.lateSince?.judgedTo.description
    settledAt = terms.lateSince?.settledAt.description
  }
}

extension Manifest.Inputs {
  init(_ controls: Controls, closed: [ClosedPeriod]?) {
    usageRows = controls.usageRows
    usageCharge = controls.usageCharge.description
    ledgerRows = controls.ledgerRows
    ledgerAmount = controls.ledgerAmount.description
    closedPeriods = closed.map { periods in
      Dictionary(periods.map { ("\($0.period)", "\($0.closedAt)") }) { first, _ in first }
    }
  }

  /// What differs, in words; empty where nothing does.
  func differences(from then: Manifest.Inputs) -> [String] {
    var words: [String] = []
    if (usageRows, usageCharge) != (then.usageRows, then.usageCharge) {
      words.append(
        "usage \(then.usageRows) rows of \(then.usageCharge) then, "
          + "\(usageRows) of \(usageCharge) now")
    }
    if (ledgerRows, ledgerAmount) != (then.ledgerRows, then.ledgerAmount) {
      words.append(
        "ledger \(then.ledgerRows) rows of \(then.ledgerAmount) then, "
          + "\(ledgerRows) of \(ledgerAmount) now")
    }
    if closedPeriods != then.closedPeriods { words.append("other periods are closed") }
    return words
  }
}
