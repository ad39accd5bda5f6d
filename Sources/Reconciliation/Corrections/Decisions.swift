import Accounting

/// What people have decided about breaks and their corrections.
package struct Decisions: Hashable, Sendable {
  /// Which corrections are signed, of the run that is to be posted.
  package enum Approval: Hashable, Sendable {
    case none
    case all
    /// Those of these ids.
    case corrections(Set<String>)

    package func covers(_ correction: Correction) -> Bool {
      switch self {
      case .none: false
      case .all: true
      case .corrections(let ids): ids.contains(correction.id)
      }
    }
  }

  package var approval = Approval.none
  /// By break: the latest of each.
  package var rejections: [String: Rejection] = [:]

  /// Rejections that were taken back, in order: with them the breaks are not what they were.
  package var withdrawals: [String] = []

  package init(approval: Approval = .none, rejections: [String: Rejection] = [:]) {
    self.approval = approval
    self.rejections = rejections
  }

  /// All of it, always in this order; none where nothing was decided.
  package var texts: [String] {
    let signed =
      switch approval {
      case .none: [String]()
      case .all: ["approved"]
      case .corrections(let ids): ids.sorted().map { "approved \($0)" }
      }
    return signed
      + rejections.sorted { $0.key < $1.key }.map {
        "break \($0.key) of \($0.value.amount): \($0.value)"
      } + withdrawals
  }

  /// A break that is of another amount than the one that was rejected is another matter, and what
  /// stops a run nobody can reject.
  func rejection(of found: Break) -> Rejection? {
    guard found.severity != .stop, let rejection = rejections[found.id] else { return nil }
    return rejection.amount == found.stake ? rejection : nil
  }
}

/// A person's word that a break of this amount is to be left alone.
package struct Rejection: Hashable, Sendable {
  /// What the break came to when it was rejected: `Break.stake`.
  package var amount: Money
  package var rejectedBy: String
  package var rejectedAt: Instant
  package var reason: String

  package init(amount: Money, rejectedBy: String, rejectedAt: Instant, reason: String) {
    self.amount = amount
    self.rejectedBy = rejectedBy
    self.rejectedAt = rejectedAt
    self.reason = reason
  }
}

extension Rejection: CustomStringConvertible {
  package var description: String { "Rejected by \(rejectedBy) on \(rejectedAt): \(reason)" }
}
