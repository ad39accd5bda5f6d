import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

/// Runs over one day each, over books whose rows arrive as time goes by.
@Suite("Night after night, nothing is lost")
struct NightlyRunTests {
  /// What the runs of every night find together covers what one run over the month finds: each of
  /// its breaks of a request was found by some night. Two requests that look alike are left to the
  /// month's run where one of them arrived late.
  @Test(arguments: SeedBlock.all)
  func theNightsTogetherFindWhatTheMonthFinds(block: SeedBlock) throws {
    var late = 0
    for seed in block.seeds where seed.isMultiple(of: 5) {
      let month = try Month(seed: seed)
      var found: Set<String> = []
      for night in month.nights() {
        let judgement = try night.judgement()
        found.formUnion(month.requestBreaks(judgement))
        late += judgement.controls.lateRequests
      }
      let missing = month.requestBreaks(try month.judgement()).subtracting(found)
      #expect(missing.isEmpty, "seed \(seed): \(missing.sorted())")
    }
    #expect(late > 0)
  }

  @Test(arguments: SeedBlock.all)
  func bridgesFootAndNothingIsLeftToPost(block: SeedBlock) throws {
    for seed in block.seeds where seed.isMultiple(of: 2) {
      var books = try RandomBooks(seed: seed).withWatermark
      let first = try Judgement(of: books.inMemory, under: books.terms)
      for group in first.groups {
        let unexplained = try Explanation(of: group, by: first, books.terms).unexplained
        #expect(unexplained.isEmpty, "seed \(seed): \(group.key): \(unexplained)")
      }
      books.contents.post(
        first.corrections.filter { $0.status == .proposed }, at: books.terms.asOf)
      let second = try Judgement(of: books.inMemory, under: books.terms)
      let further = second.corrections.filter { $0.status == .proposed }
      #expect(further.isEmpty, "seed \(seed): \(further.map { CorrectionFinding($0) })")
    }
  }
}

/// A month of random books, and the runs over its days.
struct Month {
  var books: RandomBooks
  let period: AccountingPeriod

  init(seed: UInt64) throws {
    var books = try RandomBooks(seed: seed, hasUnreadableRows: false)
    period = books.terms.range.first.period
    books.terms.range = DayRange(period)
    books.terms.places = .everything
    books.terms.dispositions = [:]
    books.terms.asOf = books.terms.instants.upperBound.adding(seconds: 90 * 86_400)
    // One call told under two requests is known to a run of a day where the two lie near each other.
    let usage = books.contents.usage
    for index in usage.indices {
      let isFarApart = usage.contains { other in
        other.providerRequestID == usage[index].providerRequestID
          && abs(other.occurredAt.seconds(since: usage[index].occurredAt)) >= 86_400
      }
      if isFarApart { books.contents.usage[index].providerRequestID = nil }
    }
    self.books = books
  }

  func judgement() throws -> Judgement { try Judgement(of: books.inMemory, under: books.terms) }

  /// The breaks of the month's requests, by what does not depend on when one looks: request and
  /// code. What is in transit one night is unbilled another.
  func requestBreaks(_ judgement: Judgement) -> Set<String> {
    let apart: [BreakCode] = [.suspectedDuplicate, .inTransit]
    return Set(
      judgement.breaks.filter { found in
        found.requestID != nil && !apart.contains(found.code)
          && found.shares.contains { $0.group.period == period }
      }.map { "\($0.code.rawValue) \($0.requestID ?? "")" })
  }

  /// A run in the morning after each day of the month, now and then a few days late, and runs on
  /// until everything has arrived.
  func nights() -> [Night] {
    var random = SplitMix64(seed: books.seed &* 13)
    var nights: [Night] = []
    var day = period.firstDay
    while day < period.lastDay.adding(days: 100) {
      if random.chance(90) { nights.append(Night(books, day, after: nights.last)) }
      day = day.adding(days: nights.count < 40 ? 1 : 9)
    }
    return nights
  }
}

struct Night {
  var contents: BookContents
  let terms: Terms

  init(_ books: RandomBooks, _ day: CivilDate, after last: Night?) {
    var terms = books.terms
    terms.range =
      DayRange(from: last == nil ? books.terms.range.first : day, to: day) ?? terms.range
    let asOf = terms.instants.upperBound.adding(seconds: 2 * 3600)
    terms.asOf = asOf
    terms.lateSince = last.map { last in
      Watermark(
        recordedAt: last.terms.asOf, postedAt: last.terms.asOf,
        judgedTo: last.terms.instants.upperBound,
        settledAt: last.terms.asOf.adding(seconds: -terms.grace))
    }
    var contents = books.contents
    contents.usage.removeAll { $0.recordedAt >= asOf }
    contents.entries.removeAll { $0.postedAt >= asOf }
    self.contents = contents
    self.terms = terms
  }

  var books: InMemoryBooks { InMemoryBooks(contents, zone: terms.zone) }

  func judgement(firstSeen: @escaping FirstSeen = { _ in [:] }) throws -> Judgement {
    try Judgement(of: books, under: terms, firstSeen: firstSeen)
  }
}
