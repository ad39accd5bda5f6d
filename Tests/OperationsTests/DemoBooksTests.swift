import Accounting
import Operations
import Reconciliation
import TestSupport
import Testing

@Suite struct DemoBooksTests {
  @Test func equalPlansGiveEqualBytesAndOtherSeedsOthers() throws {
    let first = try SmallDemo.books(seed: 7)
    #expect(try first.text == SmallDemo.books(seed: 7).text)
    #expect(try first.manifest == SmallDemo.books(seed: 7).manifest)
    let other = try SmallDemo.books(seed: 8)
    #expect(first.text != other.text)
    #expect(first.manifest != other.manifest)
  }

  @Test func everyFaultThatDoesNotStopARunIsPlantedSeveralTimes() throws {
    let counts = Dictionary(grouping: try SmallDemo.books().manifest, by: \.code)
    for code in BreakCode.ofTheDemo {
      let isStop = code == .completenessFailure || code == .overCorrected
      #expect(isStop == (counts[code] == nil), "\(code)")
      if !isStop { #expect((counts[code] ?? []).count >= 3, "\(code)") }
    }
  }

  @Test func noTwoBreaksHaveOneSubject() throws {
    let manifest = try SmallDemo.books().manifest
    let subjects = manifest.map {
      [
        $0.code.rawValue, $0.tenant, $0.deployment ?? "", $0.currency.code, "\($0.period)",
        $0.requestID ?? "",
      ]
    }
    #expect(Set(subjects).count == manifest.count)
    let requests = manifest.compactMap(\.requestID)
    #expect(Set(requests).count == requests.count, "no request has two faults")
  }

  @Test func faultsFallOnBigAndSmallTenants() throws {
    let tenants = Set(try SmallDemo.books().manifest.map(\.tenant))
    #expect(tenants.contains("halcyon-health"))
    #expect(tenants.count >= 25)
  }

  @Test func theTrafficIsWhatWasPlanned() throws {
    let books = try SmallDemo.books()
    #expect((5_000...8_000).contains(books.events.count))
    #expect(Set(books.policies.map(\.policy.tenant)).count == 60)
    let currencies = Set(books.entries.map(\.entry.currency.code))
    #expect(currencies == ["USD", "EUR", "JPY"])
    #expect(Set(books.events.map(\.event.model)).count == 12)
    #expect(Set(books.policies.map(\.policy.kind.text)).count == 4)
  }

  @Test func monthsEndAtLocalMidnight() throws {
    let books = try SmallDemo.books()
    let astride = books.events.filter {
      let local = books.plan.zone.period(of: $0.event.occurredAt)
      return local != BillingZone.utc.period(of: $0.event.occurredAt)
    }
    let months = Set(astride.map { books.plan.zone.period(of: $0.event.occurredAt) })
    #expect(months.isSuperset(of: [books.plan.priorPeriod, books.plan.period]))
    #expect(months.contains(books.plan.period.next))
  }

  @Test func identifiersAreUnique() throws {
    let books = try SmallDemo.books()
    #expect(Set(books.events.map(\.event.eventID)).count == books.events.count)
    #expect(Set(books.entries.map(\.entry.entryID)).count == books.entries.count)
    let keys = books.entries.compactMap(\.entry.idempotencyKey)
    #expect(Set(keys).count == keys.count)
    let lines = books.invoiceLines.map(\.line.lineID)
    #expect(Set(lines).count == lines.count)
  }

  @Test(arguments: 100..<108)
  func everySeedHasRoomForEveryFault(seed: UInt64) throws {
    let codes = Set(try SmallDemo.books(seed: seed).manifest.map(\.code))
    #expect(codes.count == BreakCode.ofTheDemo.count - 2)
  }
}

extension DemoBooks {
  /// All tables as they are loaded.
  fileprivate var text: [String] {
    (gatewayTables + ledgerTables).map { $0.copyStatement + "\n" + $0.rows.joined() }
  }
}
