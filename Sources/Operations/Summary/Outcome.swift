import Reconciliation

/// What becomes of a break, in the words of the summary, the most settled first.
enum Outcome: Int, Comparable, CaseIterable {
  case posted, ready, waiting, held, undecided, reported, noted, stopped

  static func < (left: Outcome, right: Outcome) -> Bool { left.rawValue < right.rawValue }

  /// - Parameter corrections: those that answer the break.
  init(of found: Break, corrections: [Correction]) {
    if corrections.contains(where: { $0.status == .held }) {
      self = found.disposition == .review ? .waiting : .held
    } else if corrections.contains(where: { $0.status == .proposed }) {
      self = .ready
    } else if !corrections.isEmpty {
      self = .posted
    } else {
      self.init(withoutCorrection: found)
    }
  }

  private init(withoutCorrection found: Break) {
    switch found.severity {
    case .stop: self = .stopped
    case .info: self = .noted
    case .warning: self = .undecided
    case .error: self = found.disposition == .report ? .reported : .undecided
    }
  }

  var words: String {
    switch self {
    case .posted: "posted"
    case .ready: "ready to post"
    case .waiting: "waits for approval"
    case .held: "held"
    case .undecided: "a person decides"
    case .reported: "reported only"
    case .noted: "nothing to do"
    case .stopped: "stops the run"
    }
  }

  /// Whether something is left to do.
  var isOpen: Bool { self != .posted && self != .noted }
}
