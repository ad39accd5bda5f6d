import Accounting
import Books
import Reconciliation

/// What a run knows of the runs of its job before it, and what it leaves for those after it.
///
/// Only a job that looks at day after day remembers: `yesterday` and `month-to-date`. A month's run
/// and a range asked for by hand under no such job judge their days and nothing else.
struct Memory {
  /// The job's terms, with the watermark of the run before where there is one.
  private(set) var terms: Terms
  private(set) var kept = RunMemory()
  private(set) var notes: [String] = []

  /// To be made before the snapshot is taken.
  init(
    _ request: RunRequest, _ jobTerms: Terms, _ books: PostgresBooks, _ errand: Errand
  ) throws {
    terms = jobTerms
    defer {
      kept.preparation = Preparation(
        preparedBy: request.preparedBy, places: request.places, lateSince: terms.lateSince)
    }
    if let approvals = try books.approvals() {
      terms.decisions.rejections = try approvals.rejections()
      terms.decisions.withdrawals = try approvals.withdrawals()
    }
    if case .post(let order) = errand {
      // It begins where the run began that is posted, and moves nothing on.
      terms.decisions.approval = order.approval
      terms.lateSince = order.proposal.preparation.lateSince
      return
    }
    guard request.job.isIncremental, try books.isInstalled() else { return }
    guard try books.keepsMemory() else {
      notes.append(Self.olderSchema)
      return
    }
    // A range may end in the future; what was judged does not.
    let through = min(request.range.last, terms.zone.day(of: terms.asOf))
    terms.lateSince = try books.watermark(job: request.job.name, before: through)
    guard request.writesRecord, request.places == .everything else { return }
    let seen = try books.horizons()
    let asOf = terms.asOf
    kept.through = through
    kept.gateway = try books.gatewayName()
    kept.watermark = Watermark(
      recordedAt: seen.recordedAt, postedAt: seen.postedAt,
      judgedTo: min(terms.instants.upperBound, asOf),
      settledAt: min(seen.recordedAt, asOf.adding(seconds: -terms.grace)))
  }

  /// Counts the days that the run has to count, and says in the report what became of them. To be
  /// called under the run's snapshot.
  mutating func review(_ report: inout RunReport, _ request: RunRequest, _ books: PostgresBooks)
    throws
  {
    if let since = terms.lateSince {
      let start = Scope(terms).window.lowerBound
      report.late = LateArrivals(
        since: min(since.recordedAt, since.postedAt),
        judgedFrom: start < terms.instants.lowerBound ? start : nil,
        requests: report.judgement.controls.lateRequests)
    }
    guard request.places == .everything, try books.keepsMemory() else { return }
    let totals = try DayTotals(
      of: books, terms, storing: request.job.isIncremental, groups: report.judgement.groups)
    report.monthsToDate = totals.months
    report.differingTotals = totals.differing
    kept.counts = totals.counts
    for relation in [Relation.usageEvent, .entry] {
      kept.books[relation] = try books.bookName(of: relation)
    }
    if let first = totals.differing.first { notes.append(first.note(of: totals.differing.count)) }
  }

  private static let olderSchema =
    "schema tieout is of an older version: what came late is not looked for; run tieout install"
}

extension Job {
  /// Whether its runs follow each other day by day, so that each begins where the last one ended.
  var isIncremental: Bool { range == .yesterday || range == .monthToDate }
}

extension DifferingTotal {
  /// What a person should look into, in one line.
  fileprivate func note(of count: Int) -> String {
    let more = count == 1 ? "" : " (the first of \(count))"
    let place = deployment.map { "\(tenant)/\($0)" } ?? tenant
    return """
      \(relation.rawValue) of \(day), \(place.harmless) \(currency.harmless): \(stored.rows) rows of \
      \(stored.amount) were stored, \(counted.rows) of \(counted.amount) are there now, and nothing \
      arrived that tells why\(more); find out who changed the book
      """
  }
}
