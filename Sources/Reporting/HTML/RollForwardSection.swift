import Accounting
import Reconciliation

/// What was open before the run and what is open after it, by code; and how old it is.
struct RollForwardSection {
  struct Row {
    let movedCode: String
    let movedCurrency: String
    let cells: [String]
  }

  struct AgeRow {
    let agedCurrency: String
    let ageCells: [String]
  }

  let isKept: Bool
  let hasMoved: Bool
  let movedRows: [Row]
  let movedTotals: [Row]
  let ageHeadings: [String]
  let ageRows: [AgeRow]
  let previousDigest: String
  let recordDigest: String
  let isRecorded: Bool

  /// - Throws: `MoneyError` when a total over all tenants overflows.
  init(_ report: RunReport) throws {
    let rows = report.rollForward?.rows ?? []
    isKept = report.rollForward != nil
    hasMoved = !rows.isEmpty
    let codes = try Self.summed(rows) { [$0.key.currency.code, $0.key.code.rawValue] }
    let totals = try Self.summed(rows) { [$0.key.currency.code] }
    movedRows = codes.map { Row($0, name: $0.key.code.rawValue) }
    movedTotals = totals.map { Row($0, name: "all breaks") }
    ageHeadings = AgeBucket.allCases.map { $0 == .older ? "over 90" : $0.rawValue }
    ageRows = totals.map(AgeRow.init)
    previousDigest = report.run.previousDigest ?? "none: it is the first"
    recordDigest = report.run.recordDigest ?? ""
    isRecorded = report.run.recordDigest != nil
  }

  /// Rows of one name taken together, in the order of their names.
  private static func summed(
    _ rows: [RollForward.Row], by name: (RollForward.Row) -> [String]
  ) throws -> [RollForward.Row] {
    try Dictionary(grouping: rows, by: name).sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .compactMap { try RollForward.Row(total: $0.value) }
  }
}

extension RollForwardSection.Row {
  fileprivate init(_ row: RollForward.Row, name: String) {
    let currency = row.key.currency
    movedCode = name
    movedCurrency = currency.code
    let moves = [row.opening, row.new, row.corrected, row.rejected, row.gone, row.reclassified]
    cells =
      moves.flatMap { Self.cells($0, currency) }
      + [AmountText.orDash(row.changed, in: currency)] + Self.cells(row.closing, currency)
  }

  private static func cells(_ sum: RollForward.Sum, _ currency: Currency) -> [String] {
    sum == RollForward.Sum()
      ? ["–", ""] : [AmountText.count(sum.count), AmountText.signed(sum.amount, in: currency)]
  }
}

extension RollForwardSection.AgeRow {
  fileprivate init(_ row: RollForward.Row) {
    agedCurrency = row.key.currency.code
    ageCells = AgeBucket.allCases.flatMap { bucket -> [String] in
      guard let sum = row.ages[bucket] else { return ["–", ""] }
      return [AmountText.count(sum.count), AmountText.signed(sum.amount, in: row.key.currency)]
    }
  }
}
