import Accounting
import Reconciliation

/// What a run leaves for those who approve: who prepared it, what it takes to make it again, and
/// the corrections that it did not post, under one digest.
package struct Preparation: Hashable, Sendable {
  /// Empty = the role of the session.
  package var preparedBy: String
  package var places: PlaceFilter
  package var lateSince: Watermark?

  package init(preparedBy: String, places: PlaceFilter, lateSince: Watermark?) {
    self.preparedBy = preparedBy
    self.places = places
    self.lateSince = lateSince
  }

  func write(_ report: RunReport, to session: Connection) throws(BooksError) {
    guard try ApprovalSchema.isInstalled(on: session) else { return }
    let open = report.judgement.corrections.lazy.filter { $0.status != .posted }
    let digest = CorrectionsDigest(of: open)
    try session.query(
      Preparation.insert,
      [
        report.run.id, preparedBy, ArrayText.of(places.tenants), ArrayText.of(places.deployments),
        lateSince?.recordedAt.description, lateSince?.postedAt.description,
        lateSince?.judgedTo.description, lateSince?.settledAt.description, "\(digest.count)",
        digest.text,
      ])
    let columns = Preparation.columns(inUnits: try ApprovalSchema.keepsUnits(on: session))
    var position = 0
    for corrections in open.batches(of: 1000) {
      guard columns.count > Preparation.columns.count || corrections.allSatisfy({ $0.units == nil })
      else { throw Preparation.olderSchema }
      try session.query(
        Preparation.insertCorrections(columns),
        [report.run.id, "\(position)"] + Preparation.arrays(corrections).prefix(columns.count))
      position += corrections.count
    }
  }

  private static let insert = """
    insert into tieout.proposal (run_number, prepared_by, tenants, deployments, recorded_at,
      posted_at, judged_to, settled_at, corrections, digest)
    select run_number, coalesce(nullif($2, ''), session_user), $3::text[], $4::text[],
      $5::timestamptz, $6::timestamptz, $7::timestamptz, $8::timestamptz, $9::bigint, $10
    from tieout.run where run_id = $1
    """

  private static func insertCorrections(_ columns: [(String, String)]) -> String {
    let names = columns.map(\.0).joined(separator: ", ")
    let arrays = columns.enumerated().map { "$\($0 + 3)::\($1.1)[]" }
    return """
      insert into tieout.proposed_correction (run_number, position, \(names))
      select (select run_number from tieout.run where run_id = $1), $2::bigint + given.position,
        \(names)
      from unnest(\(arrays.joined(separator: ", ")))
        with ordinality as given (\(names), position)
      """
  }

  private static let olderSchema = BooksError(
    .configuration,
    "ledger: schema tieout is of an older version: it keeps no corrections in units",
    hint: "run `tieout install` as the owner of the database")

  /// Each with the type of its parameter's array.
  static let columns = [
    ("correction_id", "text"), ("break_id", "text"), ("code", "text"), ("kind", "text"),
    ("tenant_id", "text"), ("deployment_id", "text"), ("currency", "text"), ("period", "date"),
    ("service_period", "date"), ("request_id", "text"), ("reverses_entry_id", "text"),
    ("amount", "numeric"), ("idempotency_key", "text"), ("status", "text"),
    ("held_because", "text"),
  ]

  private static let columnsOfUnits = [
    ("account", "text"), ("quantity", "numeric"), ("unit", "text"),
  ]

  /// - Parameter inUnits: whether the installed schema keeps corrections in units.
  static func columns(inUnits: Bool) -> [(String, String)] {
    columns + (inUnits ? columnsOfUnits : [])
  }

  private static func arrays(_ corrections: some Sequence<Correction>) -> [String] {
    let fields: [(Correction) -> String?] = [
      \.id, \.breakID, \.code.rawValue, \.kind.text, \.tenant, \.deployment, \.currency.code,
      \.period.firstDay.description, \.servicePeriod.firstDay.description, \.requestID,
      \.reversesEntryID, \.amount.description, \.idempotencyKey, \.status.rawValue, \.heldBecause,
      \.units?.account, \.units?.quantity.description, \.units?.unit,
    ]
    return fields.map { field in ArrayText.of(corrections.map(field)) }
  }
}
