import Accounting
import Books
import Reconciliation
import Reporting

/// Posts what a run lets through, in one transaction that is committed only if it ties out.
struct Posting {
  /// As many faults as one line can tell.
  private static let faultsTold = 5

  let terms: Terms
  /// The ledger's own count and sum under the snapshot that was judged.
  let judged: ControlTotal
  let scratch: Scratch
  let stages: Stages

  /// - Parameters:
  ///   - report: as judged, with corrections of status `proposed`, to be posted, and `held`.
  ///   - posted: the same as it is once they are posted.
  ///   - stage: writes the reports, to be published once the entries are committed.
  ///   - record: leaves the run's record in the transaction; `false` where none is kept.
  /// - Returns: the reports' files, still to be published, and whether the run was recorded.
  /// - Throws: `RunStopped.booksMoved` when the ledger is no longer as it was judged.
  func post(
    _ report: RunReport, to books: PostgresBooks, stage: () throws -> StagedReport,
    record: (PostingTransaction) throws -> Bool
  ) throws -> (StagedReport, isRecorded: Bool) {
    let due = report.judgement.corrections.lazy.filter { $0.status == .proposed }
    var staged: StagedReport?
    let isRecorded: Bool
    do {
      isRecorded = try books.post { transaction in
        let count = due.reduce(0) { count, _ in count + 1 }
        if count > 0 {
          let now = try recheck(
            report.judgement, alsoUnits: due.contains { $0.units != nil }, on: transaction.books)
          stages.begin("posting corrections", rows: count)
          _ = try transaction.insert(
            due.map { $0.entry(postedAt: terms.asOf) }, runID: report.run.id, postedAt: nil)
          try prove(report.judgement.corrections, from: now, on: transaction.books)
        }
        // On disk before the commit: what is posted is never without its report.
        staged = try stage()
        return try record(transaction)
      }
    } catch {
      staged?.discard(after: error)
      // Judged again, what it refused goes to the month that is open now.
      if let error = error as? BooksError, error.isOfClosedMonth { throw RunStopped.booksMoved }
      throw error
    }
    guard let staged else { preconditionFailure("the transaction was committed unreported") }
    return (staged, isRecorded)
  }

  /// What was judged under the snapshot must be what the ledger asks for now: a biller may have
  /// posted meanwhile. Entries that change no correction do no harm.
  ///
  /// A ledger only ever grows, so one of the same count and sum is the one that was judged. What it
  /// holds of units is in neither: where some of them are to be corrected, all is judged again.
  private func recheck(
    _ judgement: Judgement, alsoUnits: Bool, on books: PostgresBooks
  ) throws -> Judgement {
    stages.begin("checking that the ledger has not moved")
    if !alsoUnits, try books.controlTotal(entries: Scope(terms).entries) == judged {
      return judgement
    }
    let now = try Judgement(of: books, under: terms, scratch: scratch)
    let due = try CorrectionKeys(of: judgement.corrections, .proposed, in: scratch)
    let stillDue = try CorrectionKeys(of: now.corrections, .proposed, in: scratch)
    guard due.missing(from: stillDue, limit: 1).isEmpty else { throw RunStopped.booksMoved }
    return now
  }

  /// Judges everything again with the new entries among the old: nothing may be left that this run
  /// should have posted, and each variance has moved by just what was posted to it.
  private func prove(
    _ corrections: Spool<Correction>, from now: Judgement, on books: PostgresBooks
  ) throws {
    stages.begin("proving that the corrections tie out")
    let after = try Judgement(of: books, under: terms, scratch: scratch)
    var faults = after.breaks.first(Self.faultsTold) { $0.severity == .stop }.map(\.explanation)
    faults += try left(in: after, of: corrections)
    let variances = Dictionary(uniqueKeysWithValues: after.groups.map { ($0.key, $0.variance) })
    var entered = 0
    var moves: [GroupKey: Money] = [:]
    for correction in corrections where correction.status == .proposed && correction.units == nil {
      if variances[correction.group] != nil { entered += 1 }
      guard !correction.kind.isMemo else { continue }
      try moves[correction.group, default: .zero] += correction.amount
    }
    let before = Dictionary(uniqueKeysWithValues: now.groups.map { ($0.key, $0.variance) })
    for group in Set(before.keys).union(variances.keys).sorted()
    where try variances[group] ?? .zero != (before[group] ?? .zero) + (moves[group] ?? .zero) {
      faults.append("the variance of \(group) is not what was posted to it")
    }
    guard !faults.isEmpty else { return }
    let isAlone = after.controls.ledgerRows == now.controls.ledgerRows + entered
    throw isAlone
      ? RunStopped.doesNotTieOut(Array(faults.prefix(Self.faultsTold))) : RunStopped.booksMoved
  }

  /// Corrections still to be posted that were not held before.
  private func left(in after: Judgement, of corrections: Spool<Correction>) throws -> [String] {
    let left = try CorrectionKeys(of: after.corrections, .proposed, in: scratch)
    guard !left.isEmpty else { return [] }
    let held = try CorrectionKeys(of: corrections, .held, in: scratch)
    let keys = left.missing(from: held, limit: Self.faultsTold)
    guard !keys.isEmpty else { return [] }
    return after.corrections.first(keys.count) {
      keys.contains($0.idempotencyKey) && !isNextRuns($0)
    }.map {
      "\($0.code.rawValue) in \($0.group) is left"
    }
  }
}

extension Posting {
  /// Invoices are tied to what is posted without approval. What is posted with it changes what their
  /// groups come to, and so brings a memo that nobody has approved.
  private func isNextRuns(_ correction: Correction) -> Bool {
    terms.decisions.approval != .none && correction.kind.isMemo
  }
}
