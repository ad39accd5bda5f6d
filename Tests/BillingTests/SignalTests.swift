import Billing
import Testing

@Suite struct SignalTests {
  private func billing(
    _ name: String, _ pipeline: SignalPipeline = .profileGeneration, _ quantity: Int128? = 1200,
    caller: String? = nil, onPlatformKey: Bool? = nil, passedGate: Bool = true,
    toldByBatch: Bool = false
  ) -> SignalBilling {
    SignalReading(
      name: name, pipeline: pipeline, quantity: quantity, caller: caller,
      isOnPlatformKey: onPlatformKey, passedGate: passedGate, isToldByBatch: toldByBatch
    ).billing
  }

  @Test func extractionIsBilledOnThePlatformsOwnKey() {
    #expect(billing("extraction_tokens") == .billed(.learning, quantity: 1200))
    #expect(
      billing("extraction_tokens", onPlatformKey: true) == .billed(.learning, quantity: 1200))
    #expect(
      billing("extraction_tokens", .playbookGeneration) == .billed(.learning, quantity: 1200))
    #expect(billing("extraction_tokens", onPlatformKey: false) == .excluded(.customersKey))
    #expect(billing("extraction_tokens", .profileGeneration, 0) == .excluded(.nothingToBill))
    #expect(billing("extraction_tokens", .profileGeneration, nil) == .excluded(.nothingToBill))
    #expect(billing("extraction_tokens", .profileGeneration, -3) == .excluded(.nothingToBill))
  }

  @Test func learningsAreBilledWhoseverKeyItIs() {
    let own = billing("learnings_generated", .playbookGeneration, 3, onPlatformKey: false)
    #expect(own == .billed(.learning, quantity: 3))
  }

  @Test func onlyGenerationBillsLearning() {
    for pipeline in [SignalPipeline.evaluation, .reflection] {
      for signal in Signal.allCases where signal.line != nil {
        let found = billing(signal.rawValue, pipeline, caller: SignalReading.productionAgent)
        #expect(found == .excluded(.pipelineOfThePlatform))
      }
    }
    #expect(billing("extraction_tokens", .serving) == .excluded(.noGeneration))
    #expect(billing("learnings_generated", SignalPipeline("nightly")) == .excluded(.noGeneration))
  }

  @Test func appliedLearningsAreBilledToProductionAgentsAlone() {
    #expect(
      billing("learning_applied", .serving, 2, caller: "production_agent")
        == .billed(.application, quantity: 2))
    for caller in ["dashboard", "internal", nil] {
      #expect(
        billing("learning_applied", .serving, 2, caller: caller) == .excluded(.noProductionAgent))
    }
    #expect(
      billing("learning_applied", .serving, 0, caller: "production_agent")
        == .excluded(.nothingToBill))
  }

  @Test func searchesAndStrangersAreNeverBilled() {
    #expect(
      billing("search_request", .serving, 1, caller: "production_agent")
        == .excluded(.analyticsOnly))
    #expect(billing("tokens") == .excluded(.unknownSignal))
  }

  @Test func whatTheGateSkippedBillsNothing() {
    #expect(billing("extraction_tokens", passedGate: false) == .excluded(.skippedByGate))
    #expect(
      billing("learnings_generated", .playbookGeneration, 1, passedGate: false)
        == .excluded(.skippedByGate))
  }

  @Test func recordsThatABatchTellsOfAreNotBilledAgain() {
    #expect(
      billing("learnings_generated", .profileGeneration, 1, toldByBatch: true)
        == .excluded(.toldByBatch))
  }

  @Test func wordsOfPipelinesAreReadBack() {
    for word in ["profile_generation", "playbook_generation", "evaluation", "reflection", "x"] {
      #expect(SignalPipeline(word).text == word)
    }
  }

  /// Every exclusion says why, in words of its own.
  @Test func everyExclusionHasItsReason() {
    let reasons = SignalBilling.Exclusion.allCases.map(\.reason)
    #expect(Set(reasons).count == reasons.count)
  }

  // MARK: Tool loops

  @Test func aRunsTokensAreTheSumOverItsTurns() {
    #expect(ToolLoop.sum([120, nil, 80]) == 200)
    #expect(ToolLoop.sum([7]) == 7)
  }

  @Test func aRealZeroIsNotAbsent() {
    #expect(ToolLoop.sum([nil, 0]) == 0)
    #expect(ToolLoop.sum([nil, nil]) == nil)
    #expect(ToolLoop.sum([] as [Int64?]) == nil)
  }

  @Test func aSumPastTheRangeStopsAtItsEnd() {
    #expect(ToolLoop.sum([.max, 1]) == .max)
    #expect(ToolLoop.sum([.min, -1]) == .min)
  }
}
