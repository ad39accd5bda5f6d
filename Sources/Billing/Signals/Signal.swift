/// What a value signal tells of: something a tenant's learning or its application came to.
///
/// | signal | line | quantity | billed when |
/// |---|---|---|---|
/// | `extraction_tokens` | learning | canonical input tokens | > 0, on the platform's own LLM key |
/// | `learnings_generated` | learning | learnings | > 0 |
/// | `learning_applied` | application | learnings surfaced | > 0, asked for by a production agent |
/// | `search_request` | none | 1 | never: analytics only |
public enum Signal: String, Hashable, Sendable, CaseIterable {
  case extractionTokens = "extraction_tokens"
  case learningsGenerated = "learnings_generated"
  case learningApplied = "learning_applied"
  case searchRequest = "search_request"

  /// What it is billed under; `nil` = nothing.
  public var line: SignalLine? {
    switch self {
    case .extractionTokens, .learningsGenerated: .learning
    case .learningApplied: .application
    case .searchRequest: nil
    }
  }
}

/// The lines of an invoice that value signals come under.
public enum SignalLine: String, Hashable, Sendable, CaseIterable {
  case learning, application
}

/// The kind of work that a signal comes from.
public enum SignalPipeline: Hashable, Sendable {
  case profileGeneration, playbookGeneration
  case evaluation, reflection
  /// Serving what was learned: searches, and learnings applied.
  case serving
  /// A word that is not known: the learning line bills nothing for it.
  case other(String)

  public init(_ text: String) {
    self = SignalPipeline.known.first { $0.text == text } ?? .other(text)
  }

  private static let known: [SignalPipeline] = [
    .profileGeneration, .playbookGeneration, .evaluation, .reflection, .serving,
  ]

  public var text: String {
    switch self {
    case .profileGeneration: "profile_generation"
    case .playbookGeneration: "playbook_generation"
    case .evaluation: "evaluation"
    case .reflection: "reflection"
    case .serving: "serving"
    case .other(let text): text
    }
  }

  /// Generation is what the learning line is for.
  public var generates: Bool { self == .profileGeneration || self == .playbookGeneration }

  /// The platform looking at itself.
  public var isOfThePlatform: Bool { self == .evaluation || self == .reflection }
}
