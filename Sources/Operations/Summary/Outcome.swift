import Reconciliation

/// What becomes of a break, in the words of the summary, the most settled first.
enum Outcome: Int, Comparable, CaseIterable, Sendable {
  case posted, ready, waiting, held, undecided, reported, noted, rejected, stopped

  static func < (left: Outcome, right: Outcome) -> Bool { left.rawValue < right.rawValue }

  /// - Parameter statuses: of the corrections that answer the break.
  init(of found: Break, answered statuses: Set<Correction.Status>) {
    if statuses.contains(.held) {
      self = found.disposition == .review ? .waiting : .held
    } else if statuses.contains(.proposed) {
      self = .ready
    } else if statuses.contains(.posted) {
      self = .posted
    } else {
      self.init(withoutCorrection: found)
    }
  }

  private init(withoutCorrection found: Break) {
    if found.disposition == .rejected {
      self = .rejected
      return
    }
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
    case .rejected: "rejected"
    case .stopped: "stops the run"
    }
  }

  /// Whether something is left to do.
  var isOpen: Bool { self != .posted && self != .noted && self != .rejected }
}
