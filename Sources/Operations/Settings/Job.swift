import Accounting
import Reconciliation

/// A job: everything a run is told beside its range and its moment.
///
/// Source: the job file; what it leaves out stays as here.
package struct Job: Hashable, Sendable {
  package var name = "ad-hoc"
  /// `nil` where only the command line says.
  package var range: JobRange?
  /// IANA name of the time zone whose midnights bound days and billing months.
  package var timezone = "UTC"
  package var gateway = BookSettings()
  package var ledger = BookSettings()
  /// Part of every idempotency key: keep it the same for the life of a ledger.
  package var ledgerName = "ledger"
  package var ledgerRounding = LedgerRounding.entry
  /// Seconds for which unposted usage is in transit.
  package var grace: Int64 = 6 * 3600
  package var rounding = RoundingRule.halfUp
  /// Major units, per request.
  package var tolerance = Money.zero
  /// Major units; what a break must come to for exit status 1.
  package var materiality = Job.oneHundredth
  /// Seconds between two calls that look like one.
  package var suspectedDuplicateWindow: Int64 = 5
  /// Differences from the rules' own dispositions.
  package var rules: [BreakCode: Disposition] = [:]
  /// The price book that calls are rated by; `nil` = the only one there is.
  package var priceBook: String?
  package var trueUp = TrueUp.post
  package var limits = PostingLimits()
  package var reportDirectory = "Reports/runs"
  /// In the order of `knownFormats`.
  package var formats = Job.knownFormats
  /// Where the Prometheus textfile goes.
  package var metricsTextfile: String?

  package init() {}

  package static let knownFormats = ["xml", "html", "csv", "json"]

  private static let oneHundredth: Money = {
    guard let cent = try? Money(units: Money.unitsPerMajor / 100) else {
      preconditionFailure("0.01 is an amount")
    }
    return cent
  }()
}

/// Where a book is and how its relations are named.
package struct BookSettings: Hashable, Sendable {
  /// `native`, or the folder of another adapter's statements.
  package var adapter = "native"
  /// A libpq connection string, which may hold a secret; `nil` leaves it to libpq's own variables.
  package var dsn: String?

  package init(adapter: String = "native", dsn: String? = nil) {
    self.adapter = adapter
    self.dsn = dsn
  }
}

/// What is done about a plan's difference between usage posted and period charge.
package enum TrueUp: String, Hashable, Sendable, CaseIterable {
  /// The entry is proposed like any other.
  case post
  /// It is shown only, as it may still change until the month ends.
  case project
}
