import Accounting
import Billing
import Testing

@Suite("Which policy is in force")
struct PolicyBookTests {
  func instant(_ text: String) throws -> Instant { try #require(Instant("\(text)T00:00:00Z")) }

  func policy(
    _ id: String, _ tenant: String = "acme", _ deployment: String? = nil, from: String,
    to: String? = nil
  ) throws -> ChargePolicy {
    ChargePolicy(
      policyID: id, tenant: tenant, deployment: deployment, kind: .passThrough,
      currency: try #require(Currency("USD")), effectiveFrom: try instant(from),
      effectiveTo: try to.map(instant))
  }

  func ids(_ policies: [ChargePolicy]) -> [String] { policies.map(\.policyID) }

  @Test func aDeploymentsOwnStandsBeforeTheTenants() throws {
    let book = PolicyBook([
      try policy("tenant", from: "2026-01-01"),
      try policy("prod", "acme", "prod", from: "2026-06-01"),
      try policy("other", "bolt", from: "2026-01-01"),
    ])
    let june = try instant("2026-06-15")
    #expect(ids(book.inForce(tenant: "acme", deployment: "prod", at: june)) == ["prod"])
    #expect(ids(book.inForce(tenant: "acme", deployment: "test", at: june)) == ["tenant"])
    #expect(ids(book.inForce(tenant: "acme", deployment: nil, at: june)) == ["tenant"])
    let may = try instant("2026-05-15")
    #expect(ids(book.inForce(tenant: "acme", deployment: "prod", at: may)) == ["tenant"])
    #expect(book.inForce(tenant: "nobody", deployment: nil, at: june).isEmpty)
    #expect(book.tenants == ["acme", "bolt"])
  }

  @Test func aDeploymentsPolicyDoesNotReachTheTenant() throws {
    let book = PolicyBook([try policy("prod", "acme", "prod", from: "2026-01-01")])
    let june = try instant("2026-06-15")
    #expect(book.inForce(tenant: "acme", deployment: nil, at: june).isEmpty)
    #expect(book.inForce(tenant: "acme", deployment: "test", at: june).isEmpty)
  }

  @Test func theEndIsExclusive() throws {
    let book = PolicyBook([
      try policy("old", from: "2026-01-01", to: "2026-06-15"),
      try policy("new", from: "2026-06-15"),
    ])
    let change = try instant("2026-06-15")
    #expect(ids(book.inForce(tenant: "acme", deployment: nil, at: change)) == ["new"])
    let before = change.adding(seconds: -1)
    #expect(ids(book.inForce(tenant: "acme", deployment: nil, at: before)) == ["old"])
    let june = try instant("2026-06-01")..<(try instant("2026-07-01"))
    #expect(ids(book.inForce(tenant: "acme", deployment: nil, during: june)) == ["old", "new"])
    let july = try instant("2026-07-01")..<(try instant("2026-08-01"))
    #expect(ids(book.inForce(tenant: "acme", deployment: nil, during: july)) == ["new"])
    let upToChange = try instant("2026-06-01")..<change
    #expect(ids(book.inForce(tenant: "acme", deployment: nil, during: upToChange)) == ["old"])
  }

  @Test func twoOfOneReachOverlap() throws {
    let book = PolicyBook([
      try policy("b", from: "2026-02-01"), try policy("a", from: "2026-02-01"),
      try policy("c", from: "2026-01-01"),
    ])
    let june = try instant("2026-06-15")
    #expect(ids(book.inForce(tenant: "acme", deployment: nil, at: june)) == ["c", "a", "b"])
  }

  @Test func aPolicyIsInForceThroughoutARangeOrNot() throws {
    let june = try instant("2026-06-01")..<(try instant("2026-07-01"))
    #expect(try policy("x", from: "2026-06-01", to: "2026-07-01").isEffective(throughout: june))
    #expect(try !policy("x", from: "2026-06-02").isEffective(throughout: june))
    #expect(try !policy("x", from: "2026-05-01", to: "2026-06-30").isEffective(throughout: june))
    #expect(try !policy("x", from: "2026-05-01", to: "2026-06-01").isEffective(during: june))
    #expect(try policy("x", from: "2026-06-30").isEffective(during: june))
    #expect(try !policy("x", from: "2026-07-01").isEffective(during: june))
  }
}
