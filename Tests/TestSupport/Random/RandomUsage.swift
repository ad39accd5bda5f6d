import Accounting
import Billing
import Reconciliation

extension BookAuthor {
  mutating func writeUsage() throws {
    for number in 1...random.number(3...25) {
      let event =
        !books.usage.isEmpty && random.chance(12)
        ? try retold(random.pick(books.usage), number) : try call(number)
      books.usage.append(event)
    }
  }

  private mutating func call(_ number: Int) throws -> UsageEvent {
    let place = place()
    let occurredAt = moment(in: month())
    let delay = random.pick([0, 1, 60, 7000, 7000, 20 * 86_400])
    var event = UsageEvent(
      eventID: "event-\(random.number(10...99))-\(number)", requestID: "request-\(number)",
      tenant: place.tenant, deployment: place.deployment, occurredAt: occurredAt,
      recordedAt: occurredAt.adding(seconds: Int64(delay)),
      model: random.pick(["sonnet", "haiku"]),
      tokens: TokenVector(
        input: Int64(random.pick([0, 100, 100, 800])), output: Int64(random.pick([0, 40, 650]))),
      charge: try charge(place.currency), currency: place.currency)
    if random.chance(50) { event.user = random.pick(["ada", "bob"]) }
    if random.chance(30) { event.session = random.pick(["s-1", "s-2"]) }
    if random.chance(35) { event.providerRequestID = "call-\(random.number(1...14))" }
    if random.chance(8) {
      event.quantity = try Money(random.pick(["1", "2.5"]))
      event.unit = random.pick(["second", "page"])
    }
    spoilEvent(&event)
    if terms.ledgerRounding == .line || random.chance(20) {
      event.chargeMinor = try minorUnits(of: event)
    }
    return event
  }

  /// Makes one in six an event that may not be charged or cannot be judged.
  private mutating func spoilEvent(_ event: inout UsageEvent) {
    guard random.chance(17) else { return }
    switch random.number(0...7) {
    case 0: event.status = .failed(random.pick(["error", "success"]))
    case 1: event.billable = false
    case 2: event.attempt = random.pick([.poll, .internal, .other("probe")])
    case 3: event.attempt = random.pick([.retry, .fallback, .externalReport])
    case 4: event.charge = random.chance(50) ? nil : .zero
    case 5: event.tokens.input = random.chance(30) ? -5 : 5
    case 6:
      event.status = .failed("quota_exceeded")
      event.charge = nil
    default:
      event.recordedAt = terms.asOf.adding(seconds: -60)
      let next = terms.asOf.adding(seconds: 1)
      if terms.instants.contains(next), random.chance(30) {
        // While the run was under way; or so its clock says.
        event.occurredAt = next
        if random.chance(70) { event.recordedAt = event.occurredAt.adding(seconds: 1) }
      }
    }
  }

  /// The gateway's own cents, now and then wrong.
  private mutating func minorUnits(of event: UsageEvent) throws -> Int64? {
    guard let charge = event.charge else { return nil }
    let rounded = try charge.rounded(to: event.currency).minorUnits(of: event.currency)
    return random.chance(8) ? rounded.map { $0 + 2 } : rounded
  }

  private mutating func charge(_ currency: Currency) throws -> Money {
    let minor = random.chance(45) ? 0 : random.number(0...900)
    return try amount(minor, random.pick([0, 0, 1, 4, 250, 400, 499, 500, 501, 999]), currency)
  }

  /// An event told a second time: of the same request or of the same provider call.
  private mutating func retold(_ original: UsageEvent, _ number: Int) throws -> UsageEvent {
    var event = original
    event.eventID = "event-\(random.number(10...99))-\(number)"
    event.occurredAt = original.occurredAt.adding(seconds: random.pick([0, 2, 5, 6, -3]))
    event.recordedAt = original.recordedAt.adding(seconds: random.pick([0, 1, 90, -30]))
    switch random.number(0...5) {
    case 0, 1: break
    case 2: event.charge = try charge(event.currency)
    case 3: event.tokens.output += 1
    case 4:
      event.requestID = "request-\(number)"
      event.providerRequestID = original.providerRequestID ?? "call-\(random.number(1...14))"
    default:
      event.requestID = "request-\(number)"
      event.providerRequestID = nil
    }
    if random.chance(15) {
      event.tenant = random.pick(tenants)
      event.deployment = random.pick(["prod", nil])
    }
    return event
  }

  // MARK: Rows that the source itself cannot make sense of

  mutating func spoilRows() {
    guard random.chance(18) else { return }
    for number in 1...random.number(1...2) {
      let place = place()
      var row = SetAsideRow(
        relation: random.pick([
          .usageEvent, .usageEvent, .ledgerEntry, .ledgerEntry, .chargePolicy, .periodCharge,
          .invoiceLine,
        ]), rowID: "bad-\(number)", tenant: place.tenant, deployment: place.deployment,
        currency: random.chance(75) ? place.currency : nil,
        period: random.chance(80) ? month() : nil, problem: "amount is NaN")
      if row.relation == .usageEvent || row.relation == .ledgerEntry {
        row.at = row.period.map { moment(in: $0) }
      }
      switch row.relation {
      case .usageEvent: row.requestID = "request-\(random.number(1...26))"
      case .ledgerEntry:
        row.requestID = random.chance(70) ? "request-\(random.number(1...26))" : nil
      case .chargePolicy:
        row.period = nil
        if books.policies == nil { continue }
      case .periodCharge: if books.periodCharges == nil { continue }
      case .invoiceLine: if books.invoiceLines == nil { continue }
      default: continue
      }
      books.setAside.append(row)
    }
  }
}
