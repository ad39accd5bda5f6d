/// Where a break is in its life, as the runs have seen it.
package enum BreakState: String, Hashable, Sendable, CaseIterable {
  /// Found, and not yet righted.
  case open
  /// Timing: not posted yet, and within the grace period.
  case inTransit = "in-transit"
  /// The entries that right it were posted.
  case corrected
  /// A person decided to leave it as it is; quiet until its amount changes.
  case rejected
  /// A run looked at it again and it was no break any more, by no entry of tieout's.
  case gone

  /// As a run finds it, before anything is posted or decided.
  package init(of code: BreakCode) { self = code == .inTransit ? .inTransit : .open }

  /// Whether it counts in what is open at the end of a run.
  package var isOutstanding: Bool { self == .open || self == .inTransit }
  /// Whether the books still show it.
  package var stands: Bool { isOutstanding || self == .rejected }
}

extension BreakCode {
  /// What a break's id is made of. A charge in transit that is still not posted at cut-off is the
  /// same break under another code, so that it keeps its id and the day it was first seen.
  package var identity: BreakCode { self == .inTransit ? .unbilled : self }
}

/// How long ago a break was first seen, in whole days of 24 hours.
package enum AgeBucket: String, Hashable, Sendable, CaseIterable {
  case upToOneDay = "0-1"
  case upToAWeek = "2-7"
  case upTo30Days = "8-30"
  case upTo60Days = "31-60"
  case upTo90Days = "61-90"
  case older = "over-90"

  package init(days: Int64) {
    self =
      switch days {
      case ...1: .upToOneDay
      case ...7: .upToAWeek
      case ...30: .upTo30Days
      case ...60: .upTo60Days
      case ...90: .upTo90Days
      default: .older
      }
  }
}
