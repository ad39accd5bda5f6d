import Accounting
import Reconciliation

/// One run, as asked for: flags, environment and job file taken together.
package struct RunRequest: Hashable, Sendable {
  package var job: Job
  package var range: DayRange
  package var places: PlaceFilter
  /// Whether corrections whose disposition is `post` are posted.
  package var post: Bool
  /// Whether not even the run's own record is written.
  package var dryRun: Bool
  /// The run's clock.
  package var asOf: Instant
  package var reportDirectory: String
  /// Of `Job.knownFormats`.
  package var formats: [String]
  /// Whether breaks that remain make exit status 1.
  package var failOnBreaks: Bool
  /// Where breaks and corrections go that memory does not hold.
  package var scratch: Scratch
  /// Who answers for what the run proposes; somebody else approves it. Empty = the database role.
  package var preparedBy: String

  package init(
    job: Job, range: DayRange, places: PlaceFilter = .everything, post: Bool = false,
    dryRun: Bool = false, asOf: Instant, reportDirectory: String? = nil,
    formats: [String]? = nil, failOnBreaks: Bool = true,
    scratch: Scratch = Scratch(), preparedBy: String = ""
  ) {
    self.job = job
    self.range = range
    self.places = places
    self.post = post
    self.dryRun = dryRun
    self.asOf = asOf
    self.reportDirectory = reportDirectory ?? job.reportDirectory
    self.formats = formats ?? job.formats
    self.failOnBreaks = failOnBreaks
    self.scratch = scratch
    self.preparedBy = preparedBy
  }
}
