import Accounting

/// What rating, metering and budgets ask of a call, and matching does not.
///
/// Source: relation `gateway.usage_event`.
public struct CallDetails: Hashable, Sendable {
  /// `chat`, `embed`, `image`, `audio`, `rerank`, `search`, `batch` or `signal`.
  public var operation: String
  public var provider: String?
  /// The tier that served the call, whatever was asked for.
  public var serviceTier: String
  public var isBatch: Bool
  public var tokenBasis: TokenBasis
  /// What the provider charges for it, in major units of the event's currency; `nil` = not known.
  public var cost: Money?
  /// Whether a cost is told that is no amount of money.
  public var isCostUnreadable: Bool
  /// `production_agent`, `internal`, `dashboard`…
  public var callerType: String?
  public var keyID: String?

  public init(
    operation: String = "chat", provider: String? = nil, serviceTier: String = "standard",
    isBatch: Bool = false, tokenBasis: TokenBasis = .provider, cost: Money? = nil,
    isCostUnreadable: Bool = false, callerType: String? = nil, keyID: String? = nil
  ) {
    self.operation = operation
    self.provider = provider
    self.serviceTier = serviceTier
    self.isBatch = isBatch
    self.tokenBasis = tokenBasis
    self.cost = cost
    self.isCostUnreadable = isCostUnreadable
    self.callerType = callerType
    self.keyID = keyID
  }
}

/// Who counted a call's tokens.
public enum TokenBasis: Hashable, Sendable {
  /// The provider reported them.
  case provider
  /// From the length of the text.
  case estimated
  /// By a tokenizer of the gateway's own choice, the same for all models.
  case canonical
  case none
  /// A word the contract does not know.
  case other(String)

  public init(_ text: String) {
    self = TokenBasis.known.first { $0.text == text } ?? .other(text)
  }

  private static let known: [TokenBasis] = [.provider, .estimated, .canonical, .none]

  public var text: String {
    switch self {
    case .provider: "provider"
    case .estimated: "estimated"
    case .canonical: "canonical"
    case .none: "none"
    case .other(let text): text
    }
  }
}
