import Accounting
import Reconciliation

/// A cluster as report.json stores it.
struct StoredCluster: Decodable {
  let code, severity, currency, amount, largestBreakId: String
  let tenantId, deploymentId, model, priceVersion, from, to: String?
  let breaks: Int
  let rest: Bool

  enum CodingKeys: String, CodingKey {
    case code, severity, currency, amount, model, from, to, breaks, rest
    case tenantId = "tenant_id"
    case deploymentId = "deployment_id"
    case priceVersion = "price_version"
    case largestBreakId = "largest_break_id"
  }

  var cluster: Cluster {
    get throws {
      Cluster(
        code: try parsed(code, "a break code") { BreakCode(rawValue: $0) },
        severity: try parsed(severity, "a severity") { Severity(rawValue: $0) },
        currency: try anyCurrency(currency), tenant: tenantId,
        deployment: deploymentId, model: model, priceVersion: priceVersion,
        from: try from.map { try parsed($0, "a time") { Instant($0) } },
        to: try to.map { try parsed($0, "a time") { Instant($0) } }, breaks: breaks,
        amount: try parsed(amount, "an amount") { try? Money($0) },
        largestBreakID: largestBreakId, isRest: rest)
    }
  }
}
