import Accounting
import Billing

/// Whatever completes prompts: a provider's client, or a fake.
public protocol Provider: Sendable {
  /// As price books know it.
  var name: String { get }
  func complete(_ prompt: String, model: String) async throws -> Reply
}

public struct Reply: Sendable {
  public var text: String
  /// `nil` where the provider reports none, as in the middle of a stream.
  public var tokens: TokenVector?

  public init(text: String, tokens: TokenVector? = nil) {
    self.text = text
    self.tokens = tokens
  }
}

/// Who asks, and for what.
public struct Caller: Sendable {
  public var tenant: String
  public var user: String
  /// What the prompt is for: it chooses the model, unless the caller names one.
  public var deployment: String
  public var model: String?

  public init(tenant: String, user: String, deployment: String, model: String? = nil) {
    self.tenant = tenant
    self.user = user
    self.deployment = deployment
    self.model = model
  }
}

/// The gateway says no, before anything was spent.
public enum Refusal: Error, Hashable, Sendable {
  /// So many tokens of the day's budget are used.
  case budgetSpent(used: Int128, limit: Money)
  /// Neither the meter nor its pool nor credits have room for what the call may use.
  case noRoom(model: String)
}
