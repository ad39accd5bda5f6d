import Reconciliation

/// Every engine there is: each must judge all books alike.
package enum Engines {
  /// The last one has room for a handful of rows, so that the others wait in files.
  package static let all: [any MatchEngine] = [
    InProcessEngine(), StreamingEngine(), StreamingEngine(seed: 1, carryOver: 8),
  ]
}
