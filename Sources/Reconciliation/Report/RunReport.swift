import Accounting

/// All that a report tells: what was run, and what it came to.
package struct RunReport: Hashable, Sendable {
  package var run: RunHeader
  package var judgement: Judgement
  /// `nil` where nothing of before the range was looked for.
  package var late: LateArrivals?
  /// Of the months that the range touches, as far as their days are on record.
  package var monthsToDate: [MonthToDate] = []
  package var differingTotals: [DifferingTotal] = []
  /// Of the breaks that stood before and after; `nil` where no history is kept.
  package var rollForward: RollForward?

  package init(run: RunHeader, judgement: Judgement) {
    self.run = run
    self.judgement = judgement
  }
}

/// What was run.
package struct RunHeader: Hashable, Sendable {
  /// Made of the run's inputs, so that equal inputs give an equal id.
  package var id: String
  package var job: String
  package var range: DayRange
  /// IANA name.
  package var timezone: String
  package var asOf: Instant
  package var posted: Bool
  package var status: RunStatus
  /// `sha256:` and 64 hexadecimal digits.
  package var configDigest: String
  package var version: String
  /// The digest of the run recorded before: the head of the audit chain as this run found it.
  /// `nil` for the first, and where no record is kept.
  package var previousDigest: String?
  /// The digest of this run's own record: the head of the chain as it leaves it.
  package var recordDigest: String?

  package init(
    id: String, job: String, range: DayRange, timezone: String, asOf: Instant, posted: Bool,
    status: RunStatus, configDigest: String, version: String
  ) {
    self.id = id
    self.job = job
    self.range = range
    self.timezone = timezone
    self.asOf = asOf
    self.posted = posted
    self.status = status
    self.configDigest = configDigest
    self.version = version
  }
}

package enum RunStatus: String, Hashable, Sendable {
  case tiedOut = "tied-out"
  /// Breaks above materiality remain.
  case breaks
  /// Corrections wait for approval or were stopped by a limit.
  case held
}
