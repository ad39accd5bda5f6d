import Accounting
import Billing
import Operations
import Reconciliation
import Testing

/// The books are right wherever no fault is planted. Reckoned here in minor units and in the
/// plainest way, without the demo's own sums and without the engine's.
@Suite struct DemoIntegrityTests {
  private struct Account: Hashable {
    let tenant: String
    let deployment: String?
    let currency: String
    let period: AccountingPeriod
  }

  @Test func ledgersOfUsageComeToWhatIsDueWhereNothingIsPlanted() throws {
    let books = try SmallDemo.books()
    let isPlan = Set(
      books.policies.filter { $0.policy.kind == .planInclusive }.map(\.policy.tenant))
    let broken = Set(books.manifest.map(\.tenant)).union(astray(in: books))

    var due: [Account: Int128] = [:]
    var posted: [Account: Int128] = [:]
    for row in books.events where row.isCharged && !isPlan.contains(row.event.tenant) {
      let event = row.event
      let period = books.plan.zone.period(of: event.occurredAt)
      guard period == books.plan.period || period == books.plan.priorPeriod else { continue }
      let account = Account(
        tenant: event.tenant, deployment: event.deployment, currency: event.currency.code,
        period: period)
      due[account, default: 0] += event.charge?.units ?? 0
    }
    for row in books.entries where row.account == "llm_usage" && row.entry.kind.text != "grant" {
      let entry = row.entry
      let account = Account(
        tenant: entry.tenant, deployment: entry.deployment, currency: entry.currency.code,
        period: entry.servicePeriod ?? entry.period)
      posted[account, default: 0] += entry.amount.units
    }
    let clean = due.keys.filter { !broken.contains($0.tenant) }
    #expect(clean.count >= 10)
    for account in clean {
      let decimals = account.currency == "JPY" ? 0 : 2
      let minor = (0..<(18 - decimals)).reduce(Int128(1)) { unit, _ in unit * 10 }
      let exact = due[account] ?? 0
      #expect(posted[account] ?? 0 == (exact + minor / 2) / minor * minor, "\(account)")
    }
  }

  /// Tenants with an entry in another's place.
  private func astray(in books: DemoBooks) -> Set<String> {
    let owners = Dictionary(
      books.events.map { ($0.event.requestID, $0.event.tenant) }, uniquingKeysWith: { $1 })
    return Set(
      books.entries.map(\.entry).filter { entry in
        entry.requestID.flatMap { owners[$0] }.map { $0 != entry.tenant } ?? false
      }.map(\.tenant))
  }

  @Test(arguments: [20_261_031, 4, 5, 6])
  func noCallsLookAlikeButThePlantedOnes(seed: UInt64) throws {
    let books = try SmallDemo.books(seed: seed)
    let candidates = books.events.filter {
      $0.isCharged && ($0.event.user != nil || $0.event.session != nil) && !$0.event.tokens.isZero
    }.map(\.event).sorted { ($0.occurredAt, $0.recordedAt) < ($1.occurredAt, $1.recordedAt) }
    var suspected: Set<String> = []
    for (index, later) in candidates.enumerated() {
      for earlier in candidates[..<index].reversed() {
        guard later.occurredAt.seconds(since: earlier.occurredAt) <= 5 else { break }
        if earlier.tenant == later.tenant && earlier.user == later.user
          && earlier.session == later.session && earlier.model == later.model
          && earlier.tokens == later.tokens
        {
          suspected.insert(later.requestID)
        }
      }
    }
    let planted = books.manifest.filter { $0.code == .suspectedDuplicate }.compactMap(\.requestID)
    #expect(suspected == Set(planted), "seed \(seed)")
  }

  @Test func providerCallsRepeatOnlyWherePlanted() throws {
    let books = try SmallDemo.books()
    var requests: [String: Set<String>] = [:]
    for event in books.events.map(\.event) {
      guard let call = event.providerRequestID else { continue }
      requests[call, default: []].insert(event.requestID)
    }
    let planted = Set(books.manifest.compactMap(\.requestID))
    for repeated in requests.values where repeated.count > 1 {
      #expect(!planted.isDisjoint(with: repeated))
    }
  }

  @Test func chargesComeFromThePriceList() throws {
    let books = try SmallDemo.books()
    let opus = try #require(
      books.events.first {
        $0.isCharged && $0.event.model == "claude-opus-4-7" && $0.event.tenant == "northgate-bank"
      }?.event)
    let t = opus.tokens
    let tenths = Int128(
      t.input * 500 + t.output * 2500 + t.cacheRead * 50 + t.cacheWrite5m * 625
        + t.cacheWrite1h * 1000)
    #expect(opus.charge?.units == tenths * 10_000_000_000)
  }
}
