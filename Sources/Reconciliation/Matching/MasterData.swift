import Accounting
import Billing

/// The relations that are read whole, and what became of the ones that are not there.
struct MasterData {
  /// `nil` where no policies are kept.
  private(set) var policies: PolicyBook?
  private(set) var periodCharges: [PeriodCharge]?
  private(set) var invoiceLines: [InvoiceLine]?
  private(set) var closedPeriods: [ClosedPeriod]?
  private(set) var setAside: [SetAsideRow] = []
  private(set) var notProvisioned: [NotExamined] = []

  init(_ books: any BookSource, _ terms: Terms) throws {
    let periods = terms.range.periods
    let policyRows = take(try books.policies())
    periodCharges = take(try books.periodCharges(periods))
    invoiceLines = take(try books.invoiceLines(periods))
    closedPeriods = try books.closedPeriods()

    // An empty relation tells as little as a missing one.
    if let policyRows, !policyRows.isEmpty {
      policies = PolicyBook(policyRows)
    } else {
      let why = policyRows == nil ? "is not provisioned" : "holds no rows"
      note([.policyGap, .policyOverlap], "relation charge_policy \(why)")
    }
    if periodCharges == nil {
      note([.periodChargeDisagreement], "relation period_charge is not provisioned")
    }
    if invoiceLines == nil { note([.invoiceUntied], "relation invoice_line is not provisioned") }
    if closedPeriods == nil {
      note([.lateEvent], "schema tieout is not installed, so no period is known to be closed")
    }
  }

  /// With the period charges of the months before the range that the run has something in: they
  /// tell which deployments are billed as one group, and nothing else is asked of them.
  func completed(
    for matching: Matching, under terms: Terms, from books: any BookSource
  ) throws -> MasterData {
    guard terms.lateSince != nil else { return self }
    var periods = matching.periods
    var month = terms.zone.period(of: Scope(terms).window.lowerBound)
    while month < terms.range.first.period {
      periods.insert(month)
      month = month.next
    }
    periods = periods.filter { $0 < terms.range.first.period }
    guard !periods.isEmpty, let further = try books.periodCharges(periods.sorted())
    else { return self }
    var data = self
    for case .row(let charge) in further { data.periodCharges?.append(charge) }
    return data
  }

  private mutating func take<Row>(_ pulled: [Pulled<Row>]?) -> [Row]? {
    guard let pulled else { return nil }
    var rows: [Row] = []
    for row in pulled {
      switch row {
      case .row(let row): rows.append(row)
      case .setAside(let row): setAside.append(row)
      }
    }
    return rows
  }

  private mutating func note(_ codes: [BreakCode], _ why: String) {
    notProvisioned += codes.map { NotExamined(check: $0.rawValue, why: why) }
  }
}
