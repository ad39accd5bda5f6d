import Accounting
import Billing
import Reconciliation

/// What providers bill, as it was imported into schema tieout beside the ledger.
package struct BillBook {
  private let session: Connection

  /// - Parameter conninfo: of the ledger.
  /// - Throws: `BooksError` of category `configuration` where the schema has no bills.
  package init(ledger conninfo: String) throws(BooksError) {
    session = try Connection("ledger", conninfo: conninfo)
    guard try BillSchema.isInstalled(on: session) else {
      throw BooksError(
        .configuration,
        "ledger: database \(session.database) has no schema tieout that keeps provider bills",
        hint: "run `tieout install` as the owner of the database")
    }
  }

  /// What became of the buckets of a report.
  package struct Receipt: Hashable, Sendable {
    /// Told for the first time.
    package var recorded = 0
    /// Told before, with the same rows.
    package var duplicate = 0
    /// Told before with other rows, or cut otherwise; these stand from now on.
    package var replaced = 0
    package var rows = 0
  }

  /// Adds the buckets that are not there with the same rows: those of all reports, or none. Imports at
  /// the same time wait for each other, so that each bucket is recorded once.
  /// - Parameter reports: in order, each with its file's name; a later one stands before an earlier.
  /// - Returns: one for each report.
  /// - Throws: `BooksError` of category `data` where a part of what stands would be lost.
  package func record(
    _ reports: [(report: ProviderReport, source: String)]
  ) throws(BooksError) -> [Receipt] {
    try session.execute("begin")
    defer { session.rollBack() }
    try session.execute("select pg_advisory_xact_lock(\(BillBook.lockKey))")
    for (report, source) in reports {
      let fellows = reports.map(\.report).filter { $0.isOfSameAccount(as: report) }
      try refuseLoss(by: report, from: source, of: fellows.flatMap(\.buckets))
    }
    var receipts: [Receipt] = []
    for (report, source) in reports { receipts.append(try record(report, from: source)) }
    try session.commit()
    return receipts
  }

  /// An hour told anew does not take the place of its whole day.
  private func refuseLoss(
    by report: ProviderReport, from source: String, of told: [ProviderReport.Bucket]
  ) throws(BooksError) {
    for known in try standingBuckets(of: report) where !known.isCovered(by: told) {
      guard let part = report.buckets.first(where: { known.overlaps($0) }) else { continue }
      throw BooksError(
        .data,
        """
        \(source): \(report.provider) \(report.kind.rawValue) of \(part.start) to \
        \(part.end) is a part of what is on record for \(known.start) to \(known.end); the rest \
        of it would be lost
        """, hint: "give all files that tell of \(known.start) to \(known.end) in one command")
    }
  }

  private func record(
    _ report: ProviderReport, from source: String
  ) throws(BooksError) -> Receipt {
    let standing = try standingBuckets(of: report)
    var receipt = Receipt()
    var fresh: [(bucket: ProviderReport.Bucket, digest: String)] = []
    for bucket in report.buckets {
      let digest = BillBook.digest(bucket)
      let alike = standing.filter { $0.overlaps(bucket) }
      if alike.contains(where: { $0.tells(bucket, digest) }) {
        receipt.duplicate += 1
        continue
      }
      if alike.isEmpty { receipt.recorded += 1 } else { receipt.replaced += 1 }
      receipt.rows += bucket.rows.count
      fresh.append((bucket, digest))
    }
    if !fresh.isEmpty { try add(fresh, of: report, from: source) }
    return receipt
  }

  /// "bill" in ASCII.
  private static let lockKey = 0x6269_6C6C

  private struct Standing {
    var start: Instant
    var end: Instant
    var digest: String

    func tells(_ bucket: ProviderReport.Bucket, _ digest: String) -> Bool {
      start == bucket.start && end == bucket.end && self.digest == digest
    }

    func overlaps(_ bucket: ProviderReport.Bucket) -> Bool {
      start < bucket.end && bucket.start < end
    }

    /// - Parameter buckets: in any order.
    func isCovered(by buckets: [ProviderReport.Bucket]) -> Bool {
      var covered = start
      for bucket in buckets.sorted(by: { $0.start < $1.start }) where bucket.start <= covered {
        covered = max(covered, bucket.end)
      }
      return covered >= end
    }
  }

  private func standingBuckets(of report: ProviderReport) throws(BooksError) -> [Standing] {
    guard let first = report.buckets.map(\.start).min(), let last = report.buckets.map(\.end).max()
    else { return [] }
    let result = try session.query(
      """
      select \(History.microseconds("bucket_start")), \(History.microseconds("bucket_end")), digest
      from (\(BillSchema.standing)) s
      where provider = $1 and account = $2 and report = $3 and bucket_start < $5::timestamptz
        and bucket_end > $4::timestamptz
      """,
      [
        report.provider, report.account, report.kind.rawValue, first.description,
        last.description,
      ])
    return (0..<result.rowCount).compactMap { row in
      guard let start = result.instant(row, 0), let end = result.instant(row, 1) else { return nil }
      return Standing(start: start, end: end, digest: result.text(row, 2) ?? "")
    }
  }

  private func add(
    _ buckets: [(bucket: ProviderReport.Bucket, digest: String)], of report: ProviderReport,
    from source: String
  ) throws(BooksError) {
    let number = try session.query(
      """
      insert into tieout.bill_import (import_number, provider, account, report, source)
      select coalesce(max(import_number), 0) + 1, $1, $2, $3, $4 from tieout.bill_import
      returning import_number
      """, [report.provider, report.account, report.kind.rawValue, source]
    ).scalar
    try session.query(
      """
      insert into tieout.bill_bucket (import_number, bucket_start, bucket_end, digest)
      select $1::bigint, b.* from unnest($2::timestamptz[], $3::timestamptz[], $4::text[]) b
      """,
      [
        number, ArrayText.of(buckets.map(\.bucket.start.description)),
        ArrayText.of(buckets.map(\.bucket.end.description)), ArrayText.of(buckets.map(\.digest)),
      ])
    let rows = buckets.flatMap(\.bucket.rows)
    let columns: [(ProviderBillRow) -> String?] = [
      { $0.start.description }, { $0.end.description }, { $0.rowID }, { $0.basis.rawValue },
      { $0.model }, { $0.component }, { $0.serviceTier }, { $0.quantity?.description },
      { $0.amount?.description }, { $0.currency.code },
    ]
    try session.query(
      """
      insert into tieout.bill_row (import_number, bucket_start, bucket_end, row_id, basis, model,
        component, service_tier, quantity, amount, currency)
      select $1::bigint, r.* from unnest($2::timestamptz[], $3::timestamptz[], $4::text[],
        $5::text[], $6::text[], $7::text[], $8::text[], $9::numeric[], $10::numeric[],
        $11::text[]) r
      """, [number] + columns.map { column in ArrayText.of(rows.map(column)) })
  }

  private static func digest(_ bucket: ProviderReport.Bucket) -> String {
    Digest.hex(
      bucket.rows.flatMap { row in
        [
          row.rowID, row.basis.rawValue, row.model, row.component, row.serviceTier,
          row.quantity?.description, row.amount?.description, row.currency.code,
        ]
      })
  }
}

/// One line of the list of what was imported.
package struct ImportedBill: Hashable, Sendable {
  package var provider: String
  package var account: String
  package var report: String
  package var first: String
  package var last: String
  package var buckets: Int
  /// Of amounts in one currency; `nil` where none is told.
  package var amount: String?
  package var currency: String?
}

extension BillBook {
  /// What stands, by provider, account, report and the currency of its amounts.
  package func list() throws(BooksError) -> [ImportedBill] {
    let result = try session.query(
      """
      select s.provider, s.account, s.report, min(s.bucket_start)::date,
        (max(s.bucket_end) - interval '1 microsecond')::date,
        count(distinct (s.bucket_start, s.bucket_end)), trim_scale(sum(r.amount)),
        r.currency
      from (\(BillSchema.standing)) s
      left join tieout.bill_row r using (import_number, bucket_start, bucket_end)
      group by 1, 2, 3, r.currency order by 1, 2, 3, r.currency
      """)
    return (0..<result.rowCount).map { row in
      ImportedBill(
        provider: result.text(row, 0) ?? "", account: result.text(row, 1) ?? "",
        report: result.text(row, 2) ?? "", first: result.text(row, 3) ?? "",
        last: result.text(row, 4) ?? "", buckets: Int(result.text(row, 5) ?? "") ?? 0,
        amount: result.text(row, 6), currency: result.text(row, 7))
    }
  }
}

extension ProviderReport {
  fileprivate func isOfSameAccount(as other: ProviderReport) -> Bool {
    (provider, account, kind) == (other.provider, other.account, other.kind)
  }
}
