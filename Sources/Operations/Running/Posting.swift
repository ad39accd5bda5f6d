import Accounting
import Books
import Reconciliation
import Reporting

/// Posts what a run lets through, in one transaction that is committed only if it ties out.
struct Posting {
  let terms: Terms
  let firstSeen: [String: Instant]
  /// The ledger's own count and sum under the snapshot that was judged.
  let judged: ControlTotal
  /// What the run leaves for the runs after it.
  let memory: RunMemory
  let progress: (RunProgress) -> Void

  /// - Parameters:
  ///   - report: with corrections of status `proposed`, to be posted, and `held`.
  ///   - stage: writes the reports, to be published once the entries are committed.
  /// - Returns: the report with what was posted, its files, still to be published, and whether the
  ///   run was recorded.
  /// - Throws: `RunStopped.booksMoved` when the ledger is no longer as it was judged.
  func post(
    _ report: RunReport, to books: PostgresBooks, stage: (RunReport) throws -> StagedReport
  ) throws -> (RunReport, StagedReport, isRecorded: Bool) {
    let posted = report.posted(terms)
    let due = report.judgement.corrections.filter { $0.status == .proposed }
    let held = Set(
      report.judgement.corrections.filter { $0.status == .held }.map(\.idempotencyKey))
    var staged: StagedReport?
    let isRecorded: Bool
    do {
      isRecorded = try books.post { transaction in
        if !due.isEmpty {
          let now = try recheck(report.judgement, due, on: transaction.books)
          progress(RunProgress(stage: "posting corrections", rows: due.count))
          _ = try transaction.insert(
            due.map { $0.entry(postedAt: terms.asOf) }, runID: report.run.id, postedAt: nil)
          try prove(due, held: held, from: now, on: transaction.books)
        }
        // On disk before the commit: what is posted is never without its report.
        staged = try stage(posted)
        return try transaction.record(posted, digest: posted.digest, memory: memory)
      }
    } catch {
      staged?.discard()
      throw error
    }
    guard let staged else { preconditionFailure("the transaction was committed unreported") }
    return (posted, staged, isRecorded)
  }

  /// What was judged under the snapshot must be what the ledger asks for now: a biller may have
  /// posted meanwhile. Entries that change no correction do no harm.
  ///
  /// A ledger only ever grows, so one of the same count and sum is the one that was judged.
  private func recheck(
    _ judgement: Judgement, _ due: [Correction], on books: PostgresBooks
  ) throws -> Judgement {
    progress(RunProgress(stage: "checking that the ledger has not moved"))
    if try books.controlTotal(entries: Scope(terms).entries) == judged { return judgement }
    let now = try Judgement(of: books, under: terms, firstSeen: firstSeen)
    let keys = Set(now.corrections.filter { $0.status == .proposed }.map(\.idempotencyKey))
    guard keys.isSuperset(of: due.map(\.idempotencyKey)) else { throw RunStopped.booksMoved }
    return now
  }

  /// Judges everything again with the new entries among the old: nothing may be left that this run
  /// should have posted, and each variance has moved by just what was posted to it.
  private func prove(
    _ due: [Correction], held: Set<String>, from now: Judgement, on books: PostgresBooks
  ) throws {
    progress(RunProgress(stage: "proving that the corrections tie out"))
    let after = try Judgement(of: books, under: terms, firstSeen: firstSeen)
    var faults = after.breaks.filter { $0.severity == .stop }.map(\.explanation)
    faults += after.corrections.filter {
      $0.status == .proposed && !held.contains($0.idempotencyKey)
    }.map { "\($0.code.rawValue) in \($0.group) is left" }
    let variances = Dictionary(uniqueKeysWithValues: after.groups.map { ($0.key, $0.variance) })
    let moves = Dictionary(grouping: due.filter { !$0.kind.isMemo }, by: \.group)
    for group in now.groups {
      let moved = try Money.sum((moves[group.key] ?? []).map(\.amount))
      if try variances[group.key] ?? .zero != group.variance + moved {
        faults.append("the variance of \(group.key) is not what was posted to it")
      }
    }
    guard !faults.isEmpty else { return }
    let known = Set(after.groups.map(\.key))
    let entered = due.count { known.contains($0.group) }
    let isAlone = after.controls.ledgerRows == now.controls.ledgerRows + entered
    throw isAlone ? RunStopped.doesNotTieOut(faults) : RunStopped.booksMoved
  }
}

extension EntryKind {
  /// Memos stand beside the invoice, not in the group's sum.
  var isMemo: Bool { self == .creditMemo || self == .debitMemo }
}

extension RunReport {
  /// The report once its proposed corrections are in the ledger.
  fileprivate func posted(_ terms: Terms) -> RunReport {
    var report = self
    for index in report.judgement.corrections.indices
    where report.judgement.corrections[index].status == .proposed {
      report.judgement.corrections[index].status = .posted
    }
    report.run.status = RunStatus(of: report, terms)
    return report
  }
}
