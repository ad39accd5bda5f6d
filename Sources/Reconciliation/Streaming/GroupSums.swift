import Accounting

/// What the plain events of a group come to, each counted with the entry that it should have. Sums
/// are 10⁻¹⁸ steps.
struct GroupSums {
  let coverage: PolicyCoverage
  let unitsPerMinor: Int128
  private var requests = 0
  private var tokens: Int128 = 0
  private var charge: Int128 = 0
  private var rounded: Int128 = 0
  private var gatewayRounded: Int128 = 0
  private var subcent = 0
  private var expected: Int128 = 0
  /// What accepted entries are beside the expected ones.
  private var delta: Int128 = 0
  private(set) var withoutPolicy = 0
  private(set) var underSeveralPolicies = 0

  init(_ coverage: PolicyCoverage, of currency: Currency) {
    self.coverage = coverage
    unitsPerMinor = currency.unitsPerMinor
  }

  /// An event as it is summed.
  struct Addend {
    var tokens: Int64
    var charge: Money
    var rounded: Money
    var gatewayRounded: Money
    /// What one entry for it comes to.
    var expected: Money
    /// As `Places.policiesInForce(for:at:)` tells it.
    var policies: Int

    /// Above this, `policies` tells a stretch too.
    static let manyPolicies = 2
  }

  /// - Parameter count: 1 to add an event, −1 to take it out again.
  @inline(__always)
  mutating func add(_ event: borrowing Addend, count: Int = 1) throws(MoneyError) {
    let sign = Int128(count)
    requests += count
    tokens += sign * Int128(event.tokens)
    try GroupSums.add(sign * event.charge.units, to: &charge)
    try GroupSums.add(sign * event.rounded.units, to: &rounded)
    try GroupSums.add(sign * event.gatewayRounded.units, to: &gatewayRounded)
    try GroupSums.add(sign * event.expected.units, to: &expected)
    if event.charge.units > 0, event.rounded.units == 0 { subcent += count }
    if event.policies != 1 { countPolicies(event.policies & 3, count) }
  }

  private mutating func countPolicies(_ policies: Int, _ count: Int) {
    if policies == 0 { withoutPolicy += count }
    if policies > 1 { underSeveralPolicies += count }
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
  func totals() throws(MoneyError) -> GroupTotals {
    var totals = GroupTotals()
    totals.usage.requests = requests
    totals.usage.tokens = tokens
    totals.usage.charge = try Money(units: charge)
    totals.sumOfRounded = try Money(units: rounded)
    totals.sumOfGatewayRounded = try Money(units: gatewayRounded)
    totals.subcentRequests = subcent
    totals.postedToRequests = try Money(units: expected) + Money(units: delta)
    totals.roundings = try totals.postedToRequests - totals.usage.charge
    totals.entries = ControlTotal(rows: requests, amount: totals.postedToRequests)
    return totals
  }

  var isEmpty: Bool { requests == 0 && charge == 0 && expected == 0 && delta == 0 }
}
