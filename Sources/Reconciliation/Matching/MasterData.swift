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
    try addEarlierCharges(books, terms)

    // An empty relation tells as little as a missing one.
    if let policyRows, !policyRows.isEmpty {
      policies = PolicyBook(policyRows)
      noteUnknownKinds(of: policyRows, terms)
    } else {
      let why = policyRows == nil ? "is not provisioned" : "holds no rows"
      note([.policyGap, .policyOverlap], "relation charge_policy \(why)")
    }
    if periodCharges == nil {
      note([.periodChargeDisagreement], "relation period_charge is not provisioned")
    }
    if invoiceLines == nil { note([.invoiceUntied], "relation invoice_line is not provisioned") }
    noteUnknownStatuses(terms)
    if closedPeriods == nil {
      note([.lateEvent], "schema tieout is not installed, so no period is known to be closed")
    }
  }

  /// Months before the range that something may have arrived late for.
  private static let earlierMonths = 36

  /// The period charges of the months before the range tell which of their deployments are billed
  /// as one group; nothing else is asked of them.
  private mutating func addEarlierCharges(_ books: any BookSource, _ terms: Terms) throws {
    guard terms.lateSince != nil, periodCharges != nil else { return }
    var month = terms.range.first.period
    var earlier: [AccountingPeriod] = []
    for _ in 0..<MasterData.earlierMonths {
      month = month.previous
      earlier.append(month)
    }
    for case .row(let charge) in try books.periodCharges(earlier) ?? [] {
      periodCharges?.append(charge)
    }
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

  /// Whether the line of an invoice stands cannot be told by a status of another system.
  private mutating func noteUnknownStatuses(_ terms: Terms) {
    var unknown: [String: Census] = [:]
    for line in invoiceLines ?? [] where !InvoiceLine.statuses.contains(line.status) {
      guard terms.places.admits(tenant: line.tenant, deployment: line.deployment) else { continue }
      unknown[line.status, default: Census()].add(line.lineID)
    }
    note(
      unknown, [.invoiceUntied], as: "status of an invoice line", counting: "lines",
      so: "they are taken as not invoiced")
  }

  /// What a policy of another kind would charge beside the events' charges cannot be told.
  private mutating func noteUnknownKinds(of policies: [ChargePolicy], _ terms: Terms) {
    var unknown: [String: Census] = [:]
    for policy in policies where policy.isEffective(during: terms.instants) {
      guard case .other(let kind) = policy.kind,
        terms.places.admits(tenant: policy.tenant, deployment: policy.deployment)
      else { continue }
      unknown[kind, default: Census()].add(policy.policyID)
    }
    note(
      unknown, [.trueUpDue], as: "kind of charge policy", counting: "in force",
      so: "what they cover is judged by its events' charges alone")
  }

  private mutating func note(
    _ words: [String: Census], _ codes: [BreakCode], as what: String, counting rows: String,
    so then: String
  ) {
    for (word, census) in words {
      note(
        codes,
        """
        '\(word)' is no \(what) that tieout knows (\(rows): \(census.count), the first is \
        \(census.firstIDs.first ?? "")): \(then)
        """)
    }
  }

  /// - Parameter groups: of the books' rows.
  /// - Throws: `NamesAlike` where a tenant or deployment is written here in another way than there:
  ///   what is kept for it would be taken for the other's, or would not.
  func refuseNamesAlike(
    to groups: some Sequence<GroupKey>, in places: PlaceFilter
  ) throws(NamesAlike) {
    var spellings = Spellings()
    try spellings.add(groups)
    func add(_ tenant: String, _ deployment: String?) throws(NamesAlike) {
      guard places.admits(tenant: tenant, deployment: deployment) else { return }
      try spellings.add(tenant: tenant, deployment: deployment)
    }
    for tenant in policies?.tenants ?? [] {
      for policy in policies?.policies(of: tenant) ?? [] {
        try add(policy.tenant, policy.deployment)
      }
    }
    for charge in periodCharges ?? [] { try add(charge.tenant, charge.deployment) }
    for line in invoiceLines ?? [] { try add(line.tenant, line.deployment) }
  }

  private mutating func note(_ codes: [BreakCode], _ why: String) {
    notProvisioned += codes.map { NotExamined(check: $0.rawValue, why: why) }
  }
}
