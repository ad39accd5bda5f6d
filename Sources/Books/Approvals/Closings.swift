import Accounting
import Reconciliation

/// What a month came to when it was closed.
package struct Closing: Hashable, Sendable {
  package var period: AccountingPeriod
  package var runID: String
  package var closedAt: Instant
  package var closedBy: String
  /// Why breaks above materiality were accepted; `nil` where there were none.
  package var accepted: String?
  package var openBreaks: Int
  package var controls: Controls
  /// Entries posted for usage in transit, reversing ones included.
  package var accruals: Int
  /// Of the judgement.
  package var digest: String

  package init(
    period: AccountingPeriod, runID: String, closedAt: Instant, closedBy: String,
    accepted: String?, openBreaks: Int, controls: Controls, accruals: Int, digest: String
  ) {
    self.period = period
    self.runID = runID
    self.closedAt = closedAt
    self.closedBy = closedBy
    self.accepted = accepted
    self.openBreaks = openBreaks
    self.controls = controls
    self.accruals = accruals
    self.digest = digest
  }
}

extension PostgresBooks {
  /// Waits until every correction that is being booked in the month is committed or taken back, and
  /// keeps further ones waiting until the session ends or closes the month. To be called before the
  /// snapshot, so that this shows all that came before.
  package func lock(_ period: AccountingPeriod) throws(BooksError) {
    precondition(!ledger.connection.isInTransaction, "the lock comes before the snapshot")
    let number = PeriodGuard.lockNumber("$1::date")
    try ledger.connection.query(
      "select pg_advisory_lock(\(PeriodGuard.lockClass), \(number))",
      [period.firstDay.description])
  }

  /// When a month was closed and by whom; `nil` while it is open.
  package func closing(
    of period: AccountingPeriod
  ) throws(BooksError) -> (at: Instant, by: String)? {
    try ClosedMonths.closing(of: period, on: ledger.connection)
  }

  /// What the ledger holds of accruals booked in a month for its own service.
  package func accruals(
    of period: AccountingPeriod
  ) throws(BooksError) -> [GroupKey: Accruals.Booked] {
    let session = ledger.connection
    let result = try session.query(
      """
      select tenant_id, deployment_id, currency, amount, coalesce(idempotency_key, entry_id::text)
      from (\(ledger.requiredSelect(.entry))
      ) e
      where account = 'llm_usage' and kind = 'accrual' and period = $1::date
        and coalesce(service_period, period) = period
      order by entry_id
      """, [period.firstDay.description])
    var booked: [GroupKey: Accruals.Booked] = [:]
    for row in 0..<result.rowCount {
      guard let currency = Currency(result.text(row, 2) ?? ""),
        let amount = try? Money(result.text(row, 3) ?? "")
      else {
        throw BooksError(
          .data, "ledger.entry: an accrual of \(period) cannot be read",
          hint: "look at the entries of kind accrual")
      }
      let group = Self.place(result, row, currency, period)
      var sum = booked[group] ?? Accruals.Booked(amount: .zero, keys: [])
      guard let total = try? sum.amount + amount else { throw Self.tooLarge(period) }
      sum.amount = total
      sum.keys.append(result.text(row, 4) ?? "")
      booked[group] = sum
    }
    return booked
  }

  /// Σ entries for usage of a month that are booked in later months, by place. What cannot be read
  /// is set aside by the run itself.
  package func usageBookedLater(
    of period: AccountingPeriod
  ) throws(BooksError) -> [GroupKey: Money] {
    let result = try ledger.connection.query(
      """
      select tenant_id, deployment_id, currency, sum(amount)
      from (\(ledger.requiredSelect(.entry))
      ) e
      where account = 'llm_usage' and kind in ('usage', 'adjustment', 'reversal')
        and service_period = $1::date and period > $1::date and amount::text ~ '^[-.0-9]+$'
      group by 1, 2, 3
      """, [period.firstDay.description])
    var booked: [GroupKey: Money] = [:]
    for row in 0..<result.rowCount {
      guard let currency = Currency(result.text(row, 2) ?? "") else { continue }
      guard let amount = try? Money(result.text(row, 3) ?? "") else { throw Self.tooLarge(period) }
      booked[Self.place(result, row, currency, period)] = amount
    }
    return booked
  }

  /// Of a row that begins with tenant and deployment.
  private static func place(
    _ result: borrowing QueryResult, _ row: Int, _ currency: Currency, _ period: AccountingPeriod
  ) -> GroupKey {
    GroupKey(
      tenant: result.text(row, 0) ?? "", deployment: result.text(row, 1), currency: currency,
      period: period)
  }

  private static func tooLarge(_ period: AccountingPeriod) -> BooksError {
    BooksError(
      .data, "ledger.entry: the amounts of \(period) are too large to add up",
      hint: "look at its entries, those of kind accrual first")
  }
}

extension PostingTransaction {
  /// Locks the month for good, as the last step of its closing. The run must be recorded.
  package func close(_ closing: Closing) throws(BooksError) {
    let session = books.ledger.connection
    let month = closing.period.firstDay.description
    let controls = closing.controls
    try session.query(
      """
      insert into tieout.closing (period, run_number, closed_at, closed_by, accepted, open_breaks,
        usage_rows, usage_charge, ledger_rows, ledger_amount, accruals, booked_rows, booked_amount,
        digest)
      select $1::date, run_number, $3::timestamptz, $4, $5, $6::bigint, $7::bigint, $8::numeric,
        $9::bigint, $10::numeric, $11::bigint, booked.rows, booked.amount, $12
      from tieout.run, \(ClosedMonths.booked("$1::date", in: books.ledger)) where run_id = $2
      """,
      [
        month, closing.runID, closing.closedAt.description, closing.closedBy, closing.accepted,
        "\(closing.openBreaks)", "\(controls.usageRows)", controls.usageCharge.description,
        "\(controls.ledgerRows)", controls.ledgerAmount.description, "\(closing.accruals)",
        closing.digest,
      ])
    try session.query(
      """
      insert into tieout.closed_period (period, closed_at, closed_by, reason)
      values ($1::date, $2::timestamptz, $3, $4)
      """,
      [
        month, closing.closedAt.description, closing.closedBy,
        closing.accepted ?? "month-end close",
      ])
  }
}

extension ApprovalBook {
  /// Opens a closed month again, and leaves the reason for good.
  ///
  /// - Returns: when it had been closed and by whom; `nil` where it was open.
  /// - Throws: `BooksError` of category `conflict` while a run works on the ledger.
  package func reopen(
    _ period: AccountingPeriod, reason: String, by name: String
  ) throws(BooksError) -> (at: Instant, by: String)? {
    try session.execute("begin")
    defer { session.rollBack() }
    let lock = "select pg_try_advisory_xact_lock(\(PostgresBooks.lockKey))"
    guard try session.query(lock).scalar == "t" else {
      throw BooksError(
        .conflict, "another run of tieout works on this ledger", hint: "wait for it to end")
    }
    guard let closing = try ClosedMonths.closing(of: period, on: session) else { return nil }
    let month = period.firstDay.description
    try session.query(
      "insert into tieout.reopening (period, reason, reopened_by) values ($1::date, $2, $3)",
      [month, reason, name])
    try session.query("delete from tieout.closed_period where period = $1::date", [month])
    try session.commit()
    return closing
  }
}

enum ClosedMonths {
  /// Entries of every kind booked in a month, as a table expression.
  static func booked(_ period: String, in ledger: Book) -> String {
    """
    (select count(*) as rows, coalesce(sum(amount) filter (where amount < 'NaN'), 0) as amount
      from (\(ledger.requiredSelect(.entry))
      ) e where period = \(period)) booked
    """
  }

  static func closing(
    of period: AccountingPeriod, on session: Connection
  ) throws(BooksError) -> (at: Instant, by: String)? {
    let result = try session.query(
      """
      select \(History.microseconds("closed_at")), closed_by from tieout.closed_period
      where period = $1::date
      """, [period.firstDay.description])
    guard result.rowCount == 1, let at = result.instant(0, 0) else { return nil }
    return (at, result.text(0, 1) ?? "")
  }
}
