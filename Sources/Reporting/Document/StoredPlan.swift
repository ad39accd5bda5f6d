import Accounting
import Reconciliation

/// A plan's month as report.json stores it.
struct StoredPlan: Decodable {
  struct Share: Decodable {
    let deploymentId, allowance: String?
    let requests, tokens: Int
    let recorded, due: String

    enum CodingKeys: String, CodingKey {
      case requests, tokens, recorded, allowance, due
      case deploymentId = "deployment_id"
    }

    var share: DeploymentShare {
      get throws {
        DeploymentShare(
          deployment: deploymentId, requests: requests, tokens: tokens,
          recorded: try money(recorded), allowance: try allowance.map(money), due: try money(due))
      }
    }
  }

  struct Estimate: Decodable {
    let through, usage, charge, accruedTrueUp: String
    let forecastUsage, forecastCharge, forecastTrueUp: String

    enum CodingKeys: String, CodingKey {
      case through, usage, charge
      case accruedTrueUp = "accrued_true_up"
      case forecastUsage = "forecast_usage"
      case forecastCharge = "forecast_charge"
      case forecastTrueUp = "forecast_true_up"
    }

    var projection: Projection {
      get throws {
        Projection(
          through: try parsed(through, "a time") { Instant($0) }, usage: try money(usage),
          charge: try money(charge), accruedTrueUp: try money(accruedTrueUp),
          forecastUsage: try money(forecastUsage), forecastCharge: try money(forecastCharge),
          forecastTrueUp: try money(forecastTrueUp))
      }
    }
  }

  let tenantId, currency, period: String
  let deploymentId, derived, arithmetic, periodCharge, revision, trueUps: String?
  let deployments: [Share]
  let projection: [Estimate]

  enum CodingKeys: String, CodingKey {
    case currency, period, derived, arithmetic, revision, deployments, projection
    case tenantId = "tenant_id"
    case deploymentId = "deployment_id"
    case periodCharge = "period_charge"
    case trueUps = "true_ups"
  }

  var plan: PlanResult {
    get throws {
      PlanResult(
        key: try StoredKey(
          tenantId: tenantId, currency: currency, period: period, deploymentId: deploymentId
        ).key, derived: try derived.map(money), arithmetic: arithmetic,
        periodCharge: try periodCharge.map(money),
        revision: try revision.map { try parsed($0, "a revision") { Int($0) } },
        trueUps: try trueUps.map(money), deployments: try deployments.map { try $0.share },
        projection: try projection.first?.projection)
    }
  }
}

private func money(_ text: String) throws -> Money {
  try parsed(text, "an amount") { try? Money($0) }
}
