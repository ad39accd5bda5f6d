import Accounting
import Billing

/// How a tenant of the demo pays.
enum DemoTerms {
  /// What the provider charges.
  case passThrough
  /// That, and so many per cent.
  case flatPercent(Int)
  /// Prices per million tokens, in the tenant's currency.
  case perToken(input: String, output: String)
  case plan(DemoPlanTerms)

  var plan: DemoPlanTerms? {
    guard case .plan(let terms) = self else { return nil }
    return terms
  }

  var kind: ChargePolicy.Kind {
    switch self {
    case .passThrough: .passThrough
    case .flatPercent: .flatPercent
    case .perToken: .fixedPerToken
    case .plan: .planInclusive
    }
  }

  /// What the tenant is charged for one call, exact.
  func charge(for tokens: TokenVector, cost: Money) throws(MoneyError) -> Money {
    switch self {
    case .passThrough: return cost
    case .flatPercent(let percent):
      return try cost.divided(exactlyBy: 100).times(Int128(100 + percent))
    case .perToken(let input, let output):
      let perMillion = try Money(input).times(Int128(tokens.input))
      let all = try perMillion + Money(output).times(Int128(tokens.output))
      return try all.divided(exactlyBy: 1_000_000)
    case .plan(let terms):
      let overage = try Money(terms.overage)
      switch terms.unit {
      case .token: return try overage.times(tokens.total)
      case .request: return overage
      case .charge: return cost
      }
    }
  }
}

/// A plan with a base fee that pays for some usage; each call carries the price of the overage.
struct DemoPlanTerms {
  enum Unit: String { case token, request, charge }

  /// Who says what a month costs.
  enum Source {
    case derived
    /// The gateway gives its figure, at once or after a first wrong revision.
    case given
    /// The gateway gives its figure for a price scale that is not derived.
    case tiered
  }

  /// What goes wrong with the month of one deployment (or of the pool).
  enum Ill {
    case none
    case missingTrueUp
    /// Usage came in after the true-up.
    case laterUsage
    /// The gateway revised its figure after the true-up.
    case laterRevision
    /// The gateway's figure is not what policy and usage come to.
    case disagreement
  }

  var fee: String
  var feeInUsage = false
  /// Whether the ledger books the base fee as an entry of its own.
  var feeEntry = false
  var unit: Unit
  /// Per unit, in the tenant's currency.
  var overage: String
  /// How much of the month's usage the fee pays for; `nil` = all there may be.
  var includedPercent: Int? = 80
  var source = Source.derived
  var pooled = false
  /// By deployment; one for a pool.
  var ills: [Ill] = []
}

/// What a deployment is for, and so how it is used.
enum DemoWorkload {
  case chat, agent, search, classify, embed, autocomplete

  /// By the deployment's name.
  init(_ deployment: String?) {
    switch deployment {
    case "agent", "coder", "claims-agent", "research": self = .agent
    case "search", "docs", "R&D <lab>": self = .search
    case "triage", "moderation", "routing": self = .classify
    case "embeddings": self = .embed
    case "autocomplete": self = .autocomplete
    default: self = .chat
    }
  }

  var models: [String] {
    switch self {
    case .chat: ["claude-sonnet-4-6", "claude-haiku-4-5", "gpt-5-mini", "gemini-2.5-flash"]
    case .agent: ["claude-opus-4-7", "claude-sonnet-4-6", "gpt-5", "gemini-2.5-pro"]
    case .search: ["claude-sonnet-4-6", "gpt-5", "gemini-2.5-pro", "gemini-2.5-flash"]
    case .classify: ["gpt-4o-mini", "gpt-5-nano", "gemini-2.5-flash-lite"]
    case .embed: ["text-embedding-3-small", "text-embedding-3-large"]
    case .autocomplete: ["gpt-4o-mini"]
    }
  }

  var operation: String { self == .embed ? "embed" : "chat" }
}
