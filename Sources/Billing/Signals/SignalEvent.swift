import Accounting

extension UsageEvent {
  /// The word of `operation` for a value signal.
  public static let signalOperation = "signal"
  /// The `key_id` of a call over the tenant's own LLM key.
  public static let customersKey = "customer"
  /// The `status` of a run that its gate skipped, and of an event that a batch's tells again.
  static let skipped = UsageStatus("skipped")
  static let inBatch = UsageStatus("in_batch")

  /// The value signal that a row of operation `signal` tells of: `unit` is the event's name, `model`
  /// the pipeline, `quantity` the count.
  public var signalReading: SignalReading? {
    guard details.operation == UsageEvent.signalOperation, let unit else { return nil }
    return SignalReading(
      name: unit, pipeline: SignalPipeline(model), quantity: quantity?.whole,
      caller: details.callerType,
      isOnPlatformKey: details.keyID.map { $0 != UsageEvent.customersKey },
      passedGate: status != UsageEvent.skipped, isToldByBatch: status == UsageEvent.inBatch)
  }
}

extension Money {
  /// Without the decimals.
  fileprivate var whole: Int128 { units / Money.unitsPerMajor }
}
