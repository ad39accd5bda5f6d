import Reconciliation

/// Every engine there is: each must judge all books alike.
package enum Engines {
  /// The third has room for a handful of rows, so that the others wait in files; to the last, a
  /// request of three rows is a giant.
  package static let all: [any MatchEngine] = [
    InProcessEngine(), StreamingEngine(), StreamingEngine(seed: 1, carryOver: 8), narrow,
  ]

  package static let narrow = StreamingEngine(
    in: Reconciliation.Scratch(memory: 600), seed: 2, carryOver: 8, rowsTogether: 2)
}
