import Accounting
import Reconciliation

extension RandomBooks {
  /// The same books for a run over a few days that knows how far the one before it saw.
  package var withWatermark: RandomBooks {
    var books = self
    var random = SplitMix64(seed: seed &* 977)
    books.terms.range = random.chance(85) ? Self.part(of: terms.range, &random) : terms.range
    let start = books.terms.instants.lowerBound
    func moment(_ days: ClosedRange<Int>) -> Instant {
      start.adding(seconds: Int64(random.number(days)) * 86_400 + Int64(random.number(0...86_399)))
    }
    let seen = moment(-20...3)
    books.terms.lateSince = Watermark(
      recordedAt: seen, postedAt: random.chance(60) ? seen : moment(-20...3),
      judgedTo: random.chance(60) ? start : moment(-12...2),
      settledAt: seen.adding(seconds: -random.pick([0, 6 * 3600, 10 * 86_400])))
    for index in books.contents.setAside.indices
    where books.contents.setAside[index].relation == .usageEvent {
      guard let at = books.contents.setAside[index].at else { continue }
      books.contents.setAside[index].arrivedAt = at.adding(
        seconds: random.pick([0, 86_400, 9 * 86_400]))
    }
    return books
  }

  private static func part(of range: DayRange, _ random: inout SplitMix64) -> DayRange {
    let days = range.last.daysSinceEpoch - range.first.daysSinceEpoch
    let from = random.number(0...days)
    let first = range.first.adding(days: from)
    let last = first.adding(days: min(days - from, random.pick([0, 0, 0, 1, 6])))
    return DayRange(from: first, to: last) ?? range
  }
}
