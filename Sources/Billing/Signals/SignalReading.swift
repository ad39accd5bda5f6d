/// One value signal as a system tells it, and whether its tenant is billed for it.
public struct SignalReading: Hashable, Sendable {
  /// The event's name; a name that is no `Signal` bills nothing.
  public var name: String
  public var pipeline: SignalPipeline
  /// Tokens, learnings, or learnings surfaced; `nil` = not told.
  public var quantity: Int128?
  /// Who asked: `production_agent`, or anybody else.
  public var caller: String?
  /// Whether the call went over the platform's own LLM key; `nil` = not told, which counts as yes.
  public var isOnPlatformKey: Bool?
  /// Whether the run's gate let it through.
  public var passedGate: Bool
  /// Whether the same work is told by one event for the whole batch.
  public var isToldByBatch: Bool

  public init(
    name: String, pipeline: SignalPipeline, quantity: Int128?, caller: String? = nil,
    isOnPlatformKey: Bool? = nil, passedGate: Bool = true, isToldByBatch: Bool = false
  ) {
    self.name = name
    self.pipeline = pipeline
    self.quantity = quantity
    self.caller = caller
    self.isOnPlatformKey = isOnPlatformKey
    self.passedGate = passedGate
    self.isToldByBatch = isToldByBatch
  }

  /// Who asks when a learning is applied for good.
  public static let productionAgent = "production_agent"

  /// What the signal comes to on the tenant's bill. Total: there is an answer for whatever a system
  /// tells, and nothing is thrown into the path of a call.
  ///
  /// Example: 1,200 `extraction_tokens` of profile generation on the platform's key are billed as
  /// 1,200 on the learning line; on the tenant's own key they are not billed.
  public var billing: SignalBilling {
    guard let signal = Signal(rawValue: name) else { return .excluded(.unknownSignal) }
    guard let line = signal.line else { return .excluded(.analyticsOnly) }
    guard passedGate else { return .excluded(.skippedByGate) }
    guard !isToldByBatch else { return .excluded(.toldByBatch) }
    guard !pipeline.isOfThePlatform else { return .excluded(.pipelineOfThePlatform) }
    guard line != .learning || pipeline.generates else { return .excluded(.noGeneration) }
    if signal == .extractionTokens, isOnPlatformKey == false { return .excluded(.customersKey) }
    if signal == .learningApplied, caller != Self.productionAgent {
      return .excluded(.noProductionAgent)
    }
    guard let quantity, quantity > 0 else { return .excluded(.nothingToBill) }
    return .billed(line, quantity: quantity)
  }
}

/// Whether a signal is billed, and why not.
public enum SignalBilling: Hashable, Sendable {
  case billed(SignalLine, quantity: Int128)
  case excluded(Exclusion)

  public enum Exclusion: Hashable, Sendable, CaseIterable {
    case unknownSignal, analyticsOnly, skippedByGate, toldByBatch, pipelineOfThePlatform
    case noGeneration, customersKey, noProductionAgent, nothingToBill

    /// In words, to follow "it is not billed:".
    public var reason: String {
      switch self {
      case .unknownSignal: "no value signal has that name"
      case .analyticsOnly: "the signal is for analytics only"
      case .skippedByGate: "the run's gate skipped it"
      case .toldByBatch: "one event for the whole batch tells of the same work"
      case .pipelineOfThePlatform: "evaluation and reflection are the platform's own work"
      case .noGeneration: "only profile and playbook generation bill learning"
      case .customersKey: "the call went over the tenant's own LLM key"
      case .noProductionAgent: "no production agent asked for it"
      case .nothingToBill: "its count is not above zero"
      }
    }
  }
}
