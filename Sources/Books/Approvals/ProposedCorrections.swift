import Accounting
import Reconciliation

/// A stored correction and what became of it.
package struct ProposedCorrection: Hashable, Sendable {
  package var correction: Correction
  /// Whether the ledger holds its entry by now.
  package var isInLedger: Bool
  /// Who signed it, alone or with its run; `nil` = nobody.
  package var approvedBy: String?
  /// Who rejected its break, at the amount of the latest run.
  package var rejectedBy: String?
}

extension ApprovalBook {
  private static let pageSize = 1000

  /// All that a run proposed, in its order, a page at a time.
  package func corrections(
    of runNumber: String, _ body: (ProposedCorrection) throws -> Void
  ) throws {
    let statement = Self.page(entries, inUnits: try ApprovalSchema.keepsUnits(on: session))
    var after = "0"
    while true {
      let page = try session.query(statement, [runNumber, after, "\(Self.pageSize)"])
      for row in 0..<page.rowCount { try body(try proposed(page, row)) }
      guard page.rowCount == Self.pageSize else { return }
      after = page.text(page.rowCount - 1, 0) ?? ""
    }
  }

  private static func page(_ entries: String, inUnits: Bool) -> String {
    """
    select c.position, \(Preparation.columns.map { "c.\($0.0)" }.joined(separator: ", ")),
      exists (select from (\(entries)
      ) e where e.idempotency_key = c.idempotency_key),
      (select a.approved_by from tieout.approval a where a.run_number = c.run_number
        and (a.correction_id is null or a.correction_id = c.correction_id)
        order by a.approval_number desc limit 1),
      (select j.rejected_by from \(rejections) j
        join tieout.break b using (break_id, amount) where j.break_id = c.break_id),
      \(inUnits ? "c.account, c.quantity, c.unit" : "null, null, null")
    from tieout.proposed_correction c
    where c.run_number = $1::bigint and c.position > $2::bigint
    order by c.position limit $3::bigint
    """
  }

  /// The latest word on each break, unless it was taken back.
  private static let rejections = """
    (select * from (select distinct on (break_id) * from tieout.rejection
      order by break_id, rejection_number desc) latest where not is_withdrawn)
    """

  private func proposed(
    _ page: borrowing QueryResult, _ row: Int
  ) throws(BooksError) -> ProposedCorrection {
    func text(_ column: Int) -> String { page.text(row, column) ?? "" }
    guard let code = BreakCode(rawValue: text(3)), let currency = currency(text(7)),
      let period = CivilDate(text(8))?.period, let service = CivilDate(text(9))?.period,
      let amount = try? Money(text(12)), let status = Correction.Status(rawValue: text(14))
    else { throw unreadable("tieout.proposed_correction: \(text(1))") }
    let correction = Correction(
      id: text(1), breakID: text(2), code: code, kind: EntryKind(text(4)), tenant: text(5),
      deployment: page.text(row, 6), currency: currency, period: period, servicePeriod: service,
      requestID: page.text(row, 10), reversesEntryID: page.text(row, 11), amount: amount,
      idempotencyKey: text(13), status: status, heldBecause: page.text(row, 15),
      group: GroupKey(
        tenant: text(5), deployment: page.text(row, 6), currency: currency, period: service),
      units: try units(page, row))
    return ProposedCorrection(
      correction: correction, isInLedger: text(16) == "t", approvedBy: page.text(row, 17),
      rejectedBy: page.text(row, 18))
  }
}

extension ApprovalBook {
  /// One in units is of none.
  private func currency(_ code: String) -> Currency? {
    code == Currency.none.code ? Currency.none : Currency(code)
  }

  private func units(
    _ page: borrowing QueryResult, _ row: Int
  ) throws(BooksError) -> UnitPosting? {
    guard let account = page.text(row, 19) else { return nil }
    guard let quantity = try? Money(page.text(row, 20) ?? ""), let unit = page.text(row, 21) else {
      throw unreadable("tieout.proposed_correction: the quantity of \(page.text(row, 1) ?? "")")
    }
    return UnitPosting(account: account, quantity: quantity, unit: unit)
  }
}

// MARK: Decisions

extension ApprovalBook {
  /// The breaks that people have rejected.
  package func rejections() throws(BooksError) -> [String: Rejection] {
    let result = try session.query(
      """
      select break_id, amount, rejected_by, \(History.microseconds("rejected_at")), reason
      from \(Self.rejections) j
      """)
    var rejections: [String: Rejection] = [:]
    for row in 0..<result.rowCount {
      let id = result.text(row, 0) ?? ""
      guard let amount = try? Money(result.text(row, 1) ?? ""), let at = result.instant(row, 3)
      else { throw unreadable("tieout.rejection: the row of break \(id)") }
      rejections[id] = Rejection(
        amount: amount, rejectedBy: result.text(row, 2) ?? "", rejectedAt: at,
        reason: result.text(row, 4) ?? "")
    }
    return rejections
  }

  /// The rejections that people have taken back, in order.
  package func withdrawals() throws(BooksError) -> [String] {
    let result = try session.query(
      """
      select concat_ws(' ', 'break', break_id, 'withdrawn', \(History.microseconds("rejected_at")))
      from tieout.rejection where is_withdrawn order by rejection_number
      """)
    return (0..<result.rowCount).compactMap { result.text($0, 0) }
  }

  /// Of some breaks, those of which the ledger holds an entry by now that a run has proposed since
  /// they came, or came back.
  package func righted(_ breakIDs: [String]) throws(BooksError) -> Set<String> {
    let result = try session.query(
      """
      select distinct c.break_id from tieout.proposed_correction c
      where c.break_id = any($1::text[]) and exists (select from (\(entries)
        ) e where e.idempotency_key = c.idempotency_key)
        and c.run_number >= coalesce((select max(h.run_number) from tieout.break_change h
          where h.break_id = c.break_id
            and (h.state_before is null or h.state_before in ('corrected', 'gone'))), 0)
      """, [ArrayText.of(breakIDs)])
    return Set((0..<result.rowCount).compactMap { result.text($0, 0) })
  }

  /// A signature: under one correction, or under all that its run proposes.
  package struct Signature: Hashable, Sendable {
    /// `nil` = all.
    package var correctionID: String?
    package var digest: String
    package var approvedBy: String

    package init(correctionID: String?, digest: String, approvedBy: String) {
      self.correctionID = correctionID
      self.digest = digest
      self.approvedBy = approvedBy
    }
  }

  package func signatures(under runNumber: String) throws(BooksError) -> [Signature] {
    let result = try session.query(
      """
      select correction_id, digest, approved_by from tieout.approval
      where run_number = $1::bigint order by approval_number
      """, [runNumber])
    return (0..<result.rowCount).map {
      Signature(
        correctionID: result.text($0, 0), digest: result.text($0, 1) ?? "",
        approvedBy: result.text($0, 2) ?? "")
    }
  }

  package func approve(
    _ runNumber: String, _ signatures: [Signature]
  ) throws(BooksError) {
    for signature in signatures {
      try session.query(
        """
        insert into tieout.approval (run_number, correction_id, digest, approved_by)
        values ($1::bigint, $2, $3, $4)
        """, [runNumber, signature.correctionID, signature.digest, signature.approvedBy])
    }
  }

  /// A break as the latest run saw it, or as one proposes to right it.
  package struct KnownBreak: Hashable, Sendable {
    package var id: String
    package var code: String
    /// `nil` where no run has followed it: those as of a moment before another's do not.
    package var amount: Money?
    package var currency: Currency?
  }

  /// The breaks whose id, or that of a correction of theirs, begins with `id`.
  /// - Parameter limit: how many at most.
  package func breaks(of id: String, limit: Int = 2) throws(BooksError) -> [KnownBreak] {
    let result = try session.query(
      """
      with proposed as (
        select distinct break_id, code from tieout.proposed_correction
        where break_id like $1 || '%' or correction_id like $1 || '%'
      )
      select break_id, code, amount, currency from tieout.break
      where break_id like $1 || '%' or break_id in (select break_id from proposed)
      union all
      select break_id, code, null, null from proposed
      where break_id not in (select break_id from tieout.break)
      order by 1 limit $2::bigint
      """, [id, "\(limit)"])
    return try (0..<result.rowCount).map { row throws(BooksError) in
      let id = result.text(row, 0) ?? ""
      let text = result.text(row, 2)
      let amount = text.flatMap { try? Money($0) }
      guard text == nil || amount != nil else {
        throw unreadable("tieout.break: the amount of \(id)")
      }
      return KnownBreak(
        id: id, code: result.text(row, 1) ?? "", amount: amount,
        currency: Currency(result.text(row, 3) ?? ""))
    }
  }

  /// The newest run that proposes corrections of a break; `nil` where none does.
  package func latestRun(proposing breakID: String) throws(BooksError) -> String? {
    try session.query(
      """
      select r.run_id from tieout.proposed_correction c join tieout.run r using (run_number)
      where c.break_id = $1 order by run_number desc limit 1
      """, [breakID]
    ).scalar
  }

  package func reject(
    _ id: String, amount: Money, reason: String, by name: String, isWithdrawn: Bool
  ) throws(BooksError) {
    try session.query(
      """
      insert into tieout.rejection (break_id, amount, reason, rejected_by, is_withdrawn)
      values ($1, $2::numeric, $3, $4, $5::boolean)
      """, [id, amount.description, reason, name, "\(isWithdrawn)"])
  }
}
