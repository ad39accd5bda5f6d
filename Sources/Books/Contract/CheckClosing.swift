extension PostgresBooks {
  /// Whether the database itself keeps closed months closed, and whether they are as they were.
  func examineClosedMonths() throws(BooksError) -> [Finding] {
    let session = ledger.connection
    guard try ApprovalSchema.isInstalled(on: session) else {
      return [
        Finding(
          .advice,
          "ledger: schema tieout is of an older version: it keeps no approvals and closings",
          hint: "run `tieout install` as the owner of the database")
      ]
    }
    return (ledger.adapter.isNative ? [try examineGuard()] : []) + (try examineClosings())
  }

  private func examineGuard() throws(BooksError) -> Finding {
    let session = ledger.connection
    guard try session.query("select \(PeriodGuard.stands)").scalar != "t" else {
      return Finding(.ok, "ledger.entry takes no correction for a closed month")
    }
    let what =
      "ledger.entry has no guard: only tieout itself keeps corrections out of closed months"
    return try PeriodGuard.fits(on: session)
      ? Finding(.advice, what, hint: "run as the owner of ledger.entry: \(PeriodGuard.trigger)")
      : Finding(
        .advice, what,
        hint: "it is no table: put the trigger of `tieout install` on what is behind it"
      )
  }

  /// A closed month that took entries since, though not from tieout.
  private func examineClosings() throws(BooksError) -> [Finding] {
    let result = try ledger.connection.query(
      """
      select to_char(c.period, 'YYYY-MM'), c.booked_rows, c.booked_amount, booked.rows, booked.amount
      from (select distinct on (period) * from tieout.closing
          order by period, closing_number desc) c
        join tieout.closed_period using (period),
        lateral \(ClosedMonths.booked("c.period", in: ledger))
      where (c.booked_rows, c.booked_amount) is distinct from (booked.rows, booked.amount)
      order by 1
      """)
    return (0..<result.rowCount).map { row in
      let fields = (0..<5).map { result.text(row, $0) ?? "" }
      return Finding(
        .advice,
        "ledger.entry: \(fields[0]) was closed with \(fields[1]) entries of \(fields[2]) in all, "
          + "and holds \(fields[3]) of \(fields[4]) now",
        hint: "find out who books into a closed month; a run over it tells the breaks")
    }
  }
}
