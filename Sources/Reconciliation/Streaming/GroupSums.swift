import Accounting

/// What the plain events of a group come to, each counted with the entry that it should have. Sums
/// are 10⁻¹⁸ steps.
struct GroupSums {
  // What every event touches comes first, so that it lies together.
  private var charge: Int128 = 0
  private var rounded: Int128 = 0
  private var tokens: Int128 = 0
  let unitsPerMinor: Int128
  private var requests = 0
  /// Stands for the group's tenant where events are compared by tenant.
  let tenant: UInt64
  let coverage: PolicyCoverage
  private var subcent = 0
  /// What the gateway's own roundings are beside `rounded`.
  private var gatewayDelta: Int128 = 0
  /// What accepted entries are beside the expected ones.
  private var delta: Int128 = 0
  /// What the other rule's roundings are beside `rounded`.
  private var otherwise: Int128 = 0
  private(set) var withoutPolicy = 0
  private(set) var underSeveralPolicies = 0

  init(_ coverage: PolicyCoverage, of currency: Currency, tenant: UInt64) {
    self.coverage = coverage
    self.tenant = tenant
    unitsPerMinor = currency.unitsPerMinor
  }

  /// An event as it is summed.
  struct Addend {
    var tokens: Int64
    var charge: Money
    var rounded: Money
    /// What the gateway's own rounding is beside `rounded`.
    var gatewayDelta: Int128
    /// What the other rule's rounding is beside `rounded`: zero unless the charge lies on a half.
    var otherwise: Int128
    /// As `Places.policiesInForce(for:at:)` tells it.
    var policies: Int

    /// Above this, `policies` tells a stretch too.
    static let manyPolicies = 2

    /// To take an event out again.
    var negated: Addend {
      Addend(
        tokens: -tokens, charge: -charge, rounded: -rounded, gatewayDelta: -gatewayDelta,
        otherwise: -otherwise, policies: policies)
    }
  }

  @inline(__always)
  mutating func add(_ event: borrowing Addend) throws(MoneyError) {
    try sum(event)
    count(event, 1)
  }

  mutating func takeOut(_ event: borrowing Addend) throws(MoneyError) {
    try sum(event.negated)
    count(event, -1)
  }

  @inline(__always)
  private mutating func sum(_ event: borrowing Addend) throws(MoneyError) {
    tokens &+= Int128(event.tokens)
    try GroupSums.add(event.charge.units, to: &charge)
    try GroupSums.add(event.rounded.units, to: &rounded)
    if event.gatewayDelta != 0 { try GroupSums.add(event.gatewayDelta, to: &gatewayDelta) }
    if event.otherwise != 0 { try GroupSums.add(event.otherwise, to: &otherwise) }
  }

  @inline(__always)
  private mutating func count(_ event: borrowing Addend, _ count: Int) {
    requests &+= count
    if event.charge.units > 0 { if event.rounded.units == 0 { subcent &+= count } }
    if event.policies != 1 { countPolicies(event.policies & 3, count) }
  }

  private mutating func countPolicies(_ policies: Int, _ count: Int) {
    if policies == 0 { withoutPolicy &+= count }
    if policies > 1 { underSeveralPolicies &+= count }
  }

  mutating func addDelta(_ amount: Money) throws(MoneyError) {
    try GroupSums.add(amount.units, to: &delta)
  }

  @inline(__always)
  private static func add(_ amount: Int128, to sum: inout Int128) throws(MoneyError) {
    let (total, overflow) = sum.addingReportingOverflow(amount)
    guard !overflow else { throw .overflow("the sum of a group") }
    sum = total
  }

  /// As the judging takes it; without the ids of events that lack a policy.
  ///
  /// - Parameter roundsEntries: whether each entry is expected in whole minor units.
  func totals(roundsEntries: Bool) throws(MoneyError) -> GroupTotals {
    var totals = GroupTotals()
    totals.usage.requests = requests
    totals.usage.tokens = tokens
    totals.usage.charge = try Money(units: charge)
    totals.sumOfRounded = try Money(units: rounded)
    totals.sumOfOtherwiseRounded = try totals.sumOfRounded + Money(units: otherwise)
    totals.sumOfGatewayRounded = try totals.sumOfRounded + Money(units: gatewayDelta)
    totals.subcentRequests = subcent
    let expected = roundsEntries ? totals.sumOfRounded : totals.usage.charge
    totals.postedToRequests = try expected + Money(units: delta)
    totals.roundings = try totals.postedToRequests - totals.usage.charge
    totals.entries = ControlTotal(rows: requests, amount: totals.postedToRequests)
    return totals
  }

  var isEmpty: Bool {
    requests == 0 && charge == 0 && rounded == 0 && delta == 0 && otherwise == 0
  }
}
