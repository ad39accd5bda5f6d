import Accounting
import Reconciliation
import TestSupport
import Testing

/// What becomes of breaks from night to night, over random books whose rows arrive as time goes by
/// and some nights of which post.
@Suite("Breaks have a life")
struct BreakLifeTests {
  /// The list that the nights keep, one from what the last one left, is in the end the list of what
  /// one run over the month finds; and on the way each roll-forward is what a naive model makes of
  /// the two lists before and after.
  @Test(arguments: SeedBlock.all)
  func theListOfTheNightsIsTheListOfTheMonth(block: SeedBlock) throws {
    var moved = 0
    for seed in block.seeds where seed.isMultiple(of: 10) {
      var month = try Month(seed: seed)
      var random = SplitMix64(seed: seed &* 29)
      var history = NaiveHistory()
      var posted: [LedgerEntry] = []
      for var night in month.nights() {
        night.contents.entries += posted
        let judgement = try night.judgement(firstSeen: history.firstSeen)
        let isPosting = random.chance(15)
        let final = isPosting ? posting(judgement) : judgement
        if isPosting {
          posted += final.corrections.filter { $0.status == .posted }
            .map { $0.entry(postedAt: night.terms.asOf) }
        }
        let life = try night.life(of: final, history)
        let before = history
        history.take(life)
        let expected = try NaiveRollForward(before, history, final, night.terms).rows
        #expect(life.rollForward.rows == expected, "seed \(seed), \(night.terms.asOf)")
        moved += life.rollForward.rows.count
        #expect(life.breaks.map(\.id) == final.breaks.map(\.id))
      }
      month.books.contents.entries += posted
      let listed = month.ofRequests(history.standing)
      let found = month.ofRequests(try month.judgement().breaks.map(BreakRecord.init))
      #expect(listed == found, "seed \(seed): \(listed.symmetricDifference(found).sorted())")
    }
    #expect(moved > 0)
  }

  /// Every correction that may be posted, is.
  private func posting(_ judgement: Judgement) -> Judgement {
    var judgement = judgement
    judgement.corrections = Spool(
      judgement.corrections.map { correction in
        var posted = correction
        if correction.status == .proposed { posted.status = .posted }
        return posted
      })
    return judgement
  }

  @Test func aWholeMonthIsAskedByCodeAndAPartByTime() throws {
    let month = try #require(AccountingPeriod("2026-10"))
    let group = GroupKey(tenant: "acme", deployment: nil, currency: .usd, period: month)
    func look(_ code: BreakCode, _ terms: Terms, at: String? = nil) -> Coverage.Look {
      Coverage(terms, Controls()).look(
        at: BreakRecord(
          id: "1", code: code, group: group, requestID: nil, entryID: nil, amount: .zero,
          occurredAt: at.flatMap { Instant($0) }, firstSeen: terms.asOf, state: .open))
    }
    let asOf = try #require(Instant("2026-10-08T02:00:00Z"))
    var whole = Terms(range: DayRange(month), asOf: try #require(Instant("2026-10-31T23:59:59Z")))
    #expect(look(.roundingDrift, whole) == .notLooked)
    whole.asOf = try #require(Instant("2026-11-01T00:00:00Z"))
    #expect(look(.roundingDrift, whole) == .looked)
    #expect(look(.unbilled, whole) == .looked)
    whole.dispositions = [.unbilled: .off]
    #expect(look(.unbilled, whole) == .notLooked)
    whole.places.tenants = ["other"]
    #expect(look(.roundingDrift, whole) == .notLooked)
    let day = try #require(CivilDate("2026-10-07"))
    var part = Terms(range: try #require(DayRange(from: day, to: day)), asOf: asOf)
    #expect(look(.roundingDrift, part) == .notLooked)
    #expect(look(.unbilled, part, at: "2026-10-07T12:00:00Z") == .looked)
    #expect(look(.unbilled, part, at: "2026-10-06T12:00:00Z") == .notLooked)
    part.lateSince = Watermark(
      recordedAt: asOf, postedAt: asOf, judgedTo: asOf, settledAt: asOf)
    #expect(look(.unbilled, part, at: "2026-10-06T12:00:00Z") == .ifArrived)
    #expect(look(.suspectedDuplicate, part, at: "2026-10-06T12:00:00Z") == .notLooked)
  }

  @Test func agesAreWholeDays() {
    let days: [Int64] = [0, 1, 2, 7, 8, 30, 31, 60, 61, 90, 91]
    #expect(
      days.map { AgeBucket(days: $0).rawValue } == [
        "0-1", "0-1", "2-7", "2-7", "8-30", "8-30", "31-60", "31-60", "61-90", "61-90", "over-90",
      ])
  }
}

extension Currency {
  fileprivate static var usd: Currency {
    guard let dollar = Currency("USD") else { preconditionFailure("USD is a currency") }
    return dollar
  }
}

extension Night {
  fileprivate func life(of judgement: Judgement, _ history: NaiveHistory) throws -> BreakLife {
    let arrivals = Arrivals(of: books, under: terms)
    // As little memory as there can be, so that every list is spooled.
    return try BreakLife(
      standing: history.standing, judgement: judgement, under: terms,
      arrived: { try arrivals?.arrived($0) ?? [] }, scratch: Scratch(memory: 1))
  }
}

extension Month {
  /// The month's breaks of requests, by code and request.
  fileprivate func ofRequests(_ breaks: some Sequence<BreakRecord>) -> Set<String> {
    let apart: [BreakCode] = [.suspectedDuplicate, .inTransit]
    return Set(
      breaks.filter {
        $0.requestID != nil && !apart.contains($0.code) && $0.group.period == period
      }.map { "\($0.code.rawValue) \($0.requestID ?? "")" })
  }
}

/// tieout.break, as a dictionary.
private struct NaiveHistory {
  var records: [String: BreakRecord] = [:]

  var firstSeen: FirstSeen {
    { [records] ids in
      Dictionary(
        uniqueKeysWithValues: Set(ids).compactMap { id in
          records[id].map { (id, $0.firstSeen) }
        })
    }
  }

  var standing: Spool<BreakRecord> {
    Spool(records.values.filter(\.state.stands).sorted { $0.id < $1.id })
  }

  mutating func take(_ life: BreakLife) {
    for sighting in life.sightings { records[sighting.record.id] = sighting.record }
  }

  func open(_ id: String) -> BreakRecord? {
    records[id].flatMap { $0.state.isOutstanding ? $0 : nil }
  }
}

/// A roll-forward made of two lists by looking up every break in both.
private struct NaiveRollForward {
  private var byKey: [RollForward.Key: RollForward.Row] = [:]

  var rows: [RollForward.Row] { byKey.values.sorted { $0.key < $1.key } }

  init(
    _ before: NaiveHistory, _ after: NaiveHistory, _ judgement: Judgement, _ terms: Terms
  ) throws {
    let found = Set(judgement.breaks.map(\.id))
    for id in Set(before.records.keys).union(after.records.keys) {
      let (was, now) = (before.open(id), after.open(id))
      guard let last = after.records[id] else { continue }
      if let was {
        try put(was, \.opening, was.amount)
        if last.code != was.code {
          try put(was, \.reclassified, was.amount, -1)
          try put(last, \.reclassified, was.amount)
        }
        byKey[RollForward.Key(of: last), default: .init(key: .init(of: last))].changed =
          try changed(last) + last.amount - was.amount
      }
      let isFleeting = was == nil && now == nil && found.contains(id) && last.state == .corrected
      if was == nil, now != nil || isFleeting { try put(last, \.new, last.amount) }
      if was != nil && now == nil || isFleeting {
        try put(last, last.state == .corrected ? \.corrected : \.gone, last.amount)
      }
      if let now {
        try put(now, \.closing, now.amount)
        let days = terms.asOf.seconds(since: now.firstSeen) / 86_400
        let key = RollForward.Key(of: now)
        let aged = byKey[key]?.ages[AgeBucket(days: days)] ?? .init()
        byKey[key]?.ages[AgeBucket(days: days)] = RollForward.Sum(
          count: aged.count + 1, amount: try aged.amount + now.amount)
      }
    }
  }

  private func changed(_ record: BreakRecord) throws -> Money {
    byKey[RollForward.Key(of: record)]?.changed ?? .zero
  }

  private mutating func put(
    _ record: BreakRecord, _ column: WritableKeyPath<RollForward.Row, RollForward.Sum>,
    _ amount: Money, _ times: Int = 1
  ) throws {
    let key = RollForward.Key(of: record)
    var row = byKey[key] ?? RollForward.Row(key: key)
    let sum = row[keyPath: column]
    row[keyPath: column] = RollForward.Sum(
      count: sum.count + times,
      amount: times > 0 ? try sum.amount + amount : try sum.amount - amount)
    byKey[key] = row
  }
}
