import Accounting

/// What the judging of both books came to. Every list is sorted, so that equal books give equal
/// judgements.
package struct Judgement: Hashable, Sendable {
  package var controls: Controls
  package var groups: [GroupResult]
  /// In report order; may be more than memory holds.
  package var breaks: Spool<Break>
  package var corrections: Spool<Correction>
  /// Of the groups whose bill is a plan's, in order.
  package var plans: [PlanResult] = []
  /// For each currency and month that the range covers whole, in order.
  package var roundings: [RoundingWhatIf] = []
  /// The breaks by what they share, the biggest money first.
  package var clusters: [Cluster]

  package init(
    controls: Controls, groups: [GroupResult], breaks: Spool<Break>,
    corrections: Spool<Correction>, clusters: [Cluster] = []
  ) {
    self.controls = controls
    self.groups = groups
    self.breaks = breaks
    self.corrections = corrections
    self.clusters = clusters
  }

  package init(
    controls: Controls, groups: [GroupResult], breaks: [Break], corrections: [Correction],
    clusters: [Cluster] = []
  ) {
    self.init(
      controls: controls, groups: groups, breaks: Spool(breaks), corrections: Spool(corrections),
      clusters: clusters)
  }
}

/// The proof that nothing was lost on the way.
package struct Controls: Hashable, Sendable {
  package var usageRows: Int
  /// Hash total: the exact sum over all currencies.
  package var usageCharge: Money
  package var ledgerRows: Int
  package var ledgerAmount: Money
  package var cleanRequests: Int
  package var brokenRequests: Int
  package var setAsideRows: Int
  /// Requests of before the range that were judged because they arrived late.
  package var lateRequests: Int
  package var notExamined: [NotExamined]

  package init(
    usageRows: Int = 0, usageCharge: Money = .zero, ledgerRows: Int = 0,
    ledgerAmount: Money = .zero, cleanRequests: Int = 0, brokenRequests: Int = 0,
    setAsideRows: Int = 0, lateRequests: Int = 0, notExamined: [NotExamined] = []
  ) {
    self.usageRows = usageRows
    self.usageCharge = usageCharge
    self.ledgerRows = ledgerRows
    self.ledgerAmount = ledgerAmount
    self.cleanRequests = cleanRequests
    self.brokenRequests = brokenRequests
    self.setAsideRows = setAsideRows
    self.lateRequests = lateRequests
    self.notExamined = notExamined
  }
}

/// A check that was not made, and why: it never passes in silence.
package struct NotExamined: Hashable, Sendable, Comparable {
  package var check: String
  package var why: String

  package init(check: String, why: String) {
    self.check = check
    self.why = why
  }

  package static func < (left: NotExamined, right: NotExamined) -> Bool {
    (left.check, left.why) < (right.check, right.why)
  }
}

extension NotExamined {
  /// Of a month that is judged in part.
  static func ofPart(
    of period: AccountingPeriod, under range: DayRange, _ code: BreakCode
  ) -> NotExamined {
    let why =
      if range.covers(period) {
        "\(period) is not over yet"
      } else if range.touches(period) {
        "the range covers \(period) only in part"
      } else {
        "of \(period) only what arrived late was judged"
      }
    return NotExamined(check: code.rawValue, why: why)
  }

  /// Begins the reason where the rest of the check was made.
  static let part = "in part: "

  var isOfPart: Bool {
    why.hasPrefix(NotExamined.part)
      || why.hasPrefix("the range covers ") && why.hasSuffix(" only in part")
      || why.hasSuffix(" is not over yet")
      || why.hasPrefix("of ") && why.hasSuffix(" only what arrived late was judged")
  }
}
