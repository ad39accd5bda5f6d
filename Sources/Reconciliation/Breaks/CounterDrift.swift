import Accounting

extension BreakRule {
  static let counterDrift = BreakRule(
    code: .counterDrift, severity: .warning,
    meaning: "A running total is not what the log since its window began comes to.",
    remedy: "none: the log's figure is told; a counter is never written back",
    disposition: .report,
    judge: .fact { (drift: CounterDrift, book) in
      let counter = drift.counter
      let since = counter.windowStart.map { "since \($0)" } ?? "since it begins"
      return Finding(
        subject: "\(counter.name) \(counter.entity) \(counter.unit)",
        place: GroupKey(
          tenant: counter.tenant ?? counter.entity, deployment: nil, currency: drift.currency,
          period: book.terms.range.last.period),
        measure: Measure(drift.difference, counter.unit),
        explanation: """
          \(counter.name) of \(counter.entity) says \(drift.text(counter.value)); the log \(since) \
          comes to \(drift.text(drift.log)) in \(counted(drift.requests, "call")), \
          \(drift.text(drift.difference.magnitude)) \
          \(drift.difference > .zero ? "less" : "more"). \(drift.cause.text) Written anew, the \
          counter would say \(drift.text(drift.proposed)).
          """)
    })
}

extension CounterDrift {
  /// In the counter's unit: money to the cent at least.
  fileprivate func text(_ value: Money) -> String {
    Currency(counter.unit).map { value.text($0) } ?? "\(value) \(counter.unit)s"
  }
}

extension CounterDrift.Cause {
  fileprivate var text: String {
    switch self {
    case .resetMissed:
      "It is what the whole log comes to: it was not set back when its window began."
    case .countedTimes(let times): "It is \(times) times the log: each call was counted again."
    case .droppedRows(let about):
      """
      Calls were counted whose rows the log does not have, about \(about) of the average size: \
      rows with an id that was there already, or none, are dropped.
      """
    case .lostFlush(let about):
      """
      Calls were logged and never counted, about \(about) of the average size: a flush of the \
      counter was lost.
      """
    }
  }
}
