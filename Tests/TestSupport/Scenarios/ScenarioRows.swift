import Accounting
import Billing
import Reconciliation

extension ScenarioParser {
  /// `usage REQUEST PLACE TIME [charge AMOUNT] [in N] [out N] …`
  mutating func readUsage(_ words: inout ScenarioWords) throws {
    let request = try words.word("a request")
    let place = try words.placeName()
    let time = try words.instant()
    var event = UsageEvent(
      eventID: "event-\(words.line)", requestID: request, tenant: place.tenant,
      deployment: place.deployment, occurredAt: time, recordedAt: time.adding(seconds: 1),
      model: "sonnet", charge: nil, currency: ScenarioParser.usd)
    try words.options { name, words in
      switch name {
      case "charge": event.charge = try words.money()
      case "currency": event.currency = try words.currency()
      case "cents": event.chargeMinor = try words.number()
      case "in": event.tokens.input = try words.number()
      case "out": event.tokens.output = try words.number()
      case "cached": event.tokens.cacheRead = try words.number()
      case "written": event.tokens.cacheWrite5m = try words.number()
      case "reasoning": event.tokens.reasoning = try words.number()
      case "cost": event.details.cost = try words.money()
      case "by": event.details.provider = try words.word("a provider")
      case "tier": event.details.serviceTier = try words.word("a service tier")
      case "batch": event.details.isBatch = true
      case "quantity":
        event.quantity = try words.money()
        event.unit = try words.word("a unit")
      case "id": event.eventID = try words.word("an event id")
      case "recorded": event.recordedAt = try words.instant()
      case "provider": event.providerRequestID = try words.word("a provider's request id")
      case "attempt": event.attempt = AttemptKind(try words.word("an attempt kind"))
      case "status": event.status = UsageStatus(try words.word("a status"))
      case "unbillable": event.billable = false
      case "user": event.user = try words.word("a user")
      case "session": event.session = try words.word("a session")
      case "price": event.priceVersion = try words.word("a price version")
      case "model": event.model = try words.word("a model")
      case "signal":
        event.details.operation = "signal"
        event.unit = try words.word("a signal")
        event.quantity = try words.money()
      case "caller": event.details.callerType = try words.word("a caller")
      case "key": event.details.keyID = try words.word("a key")
      default: return false
      }
      return true
    }
    current?.contents.usage.append(event)
  }

  /// `ledger REQUEST|- PLACE MONTH AMOUNT [kind KIND] [for MONTH] [reverses ENTRY] …`
  mutating func readLedger(_ words: inout ScenarioWords) throws {
    let request = try words.word("a request, or - for none")
    let place = try words.placeName()
    let period = try words.period()
    var entry = LedgerEntry(
      entryID: "entry-\(words.line)", tenant: place.tenant, deployment: place.deployment,
      requestID: request == "-" ? nil : request, amount: try words.money(),
      currency: ScenarioParser.usd, period: period,
      postedAt: DayRange(period).instants(in: .utc).lowerBound
        .adding(seconds: 86_400 + Int64(words.line)))
    try words.options { name, words in
      switch name {
      case "kind": entry.kind = EntryKind(try words.word("an entry kind"))
      case "currency": entry.currency = try words.currency()
      case "for": entry.servicePeriod = try words.period()
      case "id": entry.entryID = try words.word("an entry id")
      case "posted": entry.postedAt = try words.instant()
      case "reverses":
        entry.reversesEntryID = try words.word("an entry id")
        entry.kind = .reversal
      default: return false
      }
      return true
    }
    current?.contents.entries.append(entry)
  }

  /// `unreadable usage|ledger|policy ID PLACE [request R] [currency C] [month M] [at TIME]`
  mutating func readUnreadable(_ words: inout ScenarioWords) throws {
    let relation = try words.take("usage, ledger or policy") { word in
      let relations: [String: SetAsideRow.Relation] = [
        "usage": .usageEvent, "ledger": .ledgerEntry, "policy": .chargePolicy,
      ]
      return relations[word]
    }
    let rowID = try words.word("the row's id")
    let place = try words.placeName()
    var row = SetAsideRow(
      relation: relation, rowID: rowID, tenant: place.tenant, deployment: place.deployment,
      problem: "cannot be read")
    try words.options { name, words in
      switch name {
      case "request": row.requestID = try words.word("a request")
      case "currency": row.currency = try words.currency()
      case "month": row.period = try words.period()
      case "at": row.at = try words.instant()
      default: return false
      }
      return true
    }
    current?.contents.setAside.append(row)
  }

  /// `lost usage|ledger ID`: the source counts the row but does not hand it out.
  mutating func readLost(_ words: inout ScenarioWords) throws {
    let relation = try words.word("usage or ledger")
    let id = try words.word("the row's id")
    switch relation {
    case "usage": current?.lostEventIDs.insert(id)
    case "ledger": current?.lostEntryIDs.insert(id)
    default: throw words.error("'\(relation)' is neither usage nor ledger")
    }
  }

  static var usd: Currency {
    guard let usd = Currency("USD") else { preconditionFailure("USD is a currency") }
    return usd
  }
}

// What stands beside the two books.
extension ScenarioParser {
  /// `policy ID PLACE KIND [fee X in-usage|separately] [included N UNIT] [overage X]
  /// [tiers graduated|volume UP-TO:PRICE,…,rest:PRICE] [minimum X] [rollover N] [from] [to]`
  mutating func readPolicy(_ words: inout ScenarioWords) throws {
    let id = try words.word("a policy id")
    let place = try words.placeName()
    var policy = ChargePolicy(
      policyID: id, tenant: place.tenant, deployment: place.deployment,
      kind: ChargePolicy.Kind(try words.word("a policy kind")), currency: ScenarioParser.usd,
      effectiveFrom: Instant("2026-01-01T00:00:00Z") ?? Instant(microseconds: 0))
    try words.options { name, words in
      switch name {
      case "fee":
        policy.plan.baseFee = try words.money()
        policy.plan.baseFeeInUsage = try words.take("in-usage or separately") {
          ["in-usage": true, "separately": false][$0]
        }
      case "included":
        policy.plan.includedQuantity = try words.money()
        policy.plan.includedUnit = try words.word("a unit")
      case "overage": policy.plan.overagePrice = try words.money()
      case "tiers": policy.plan.overageTiers = try ScenarioParser.tiers(&words)
      case "percent": policy.percent = try words.money()
      case "minimum": policy.plan.minimumCharge = try words.money()
      case "rollover": policy.plan.rolloverCap = try words.money()
      case "currency": policy.currency = try words.currency()
      case "from": policy.effectiveFrom = try words.instant()
      case "to": policy.effectiveTo = try words.instant()
      default: return false
      }
      return true
    }
    let others = current?.contents.policies ?? []
    current?.contents.policies = others + [policy]
  }

  private static func tiers(_ words: inout ScenarioWords) throws -> OverageTiers {
    let mode = try words.take("graduated or volume", as: OverageTiers.Mode.init)
    return try words.take("tiers such as 1000:0.02,rest:0.01") { text in
      var tiers: [OverageTiers.Tier] = []
      for tier in text.split(separator: ",") {
        let parts = tier.split(separator: ":")
        guard parts.count == 2, let price = try? Money(parts[1]) else { return nil }
        let bound = try? Money(parts[0])
        guard bound != nil || parts[0] == "rest" else { return nil }
        tiers.append(OverageTiers.Tier(upTo: bound, price: price))
      }
      return OverageTiers(tiers, mode: mode)
    }
  }

  /// `price VERSION MODEL COMPONENT AMOUNT [per N] [tier T] [batch] [over N] [by PROVIDER] [from]`:
  /// for a million, unless it says otherwise.
  mutating func readPrice(_ words: inout ScenarioWords) throws {
    var price = Price(
      book: "list", version: try words.word("a version"), provider: PriceBook.anyProvider,
      model: try words.word("a model"),
      component: PriceComponent(try words.word("a component")), unitPrice: try words.money(),
      unitSize: 1_000_000, currency: ScenarioParser.usd,
      effectiveFrom: Instant("2026-01-01T00:00:00Z") ?? Instant(microseconds: 0))
    try words.options { name, words in
      switch name {
      case "per": price.unitSize = try words.number()
      case "tier": price.serviceTier = ServiceTier(try words.word("a service tier"))
      case "batch": price.isBatch = true
      case "over": price.contextOver = try words.number()
      case "by": price.provider = try words.word("a provider")
      case "from": price.effectiveFrom = try words.instant()
      case "book": price.book = try words.word("a price book")
      default: return false
      }
      return true
    }
    var rows = current?.contents.prices ?? PriceRows()
    rows.prices.append(price)
    current?.contents.prices = rows
  }

  /// `period-charge PLACE MONTH AMOUNT [currency C] [revision N]`
  mutating func readPeriodCharge(_ words: inout ScenarioWords) throws {
    let place = try words.placeName()
    var charge = PeriodCharge(
      tenant: place.tenant, deployment: place.deployment, period: try words.period(),
      amount: try words.money(), currency: ScenarioParser.usd)
    try words.options { name, words in
      switch name {
      case "currency": charge.currency = try words.currency()
      case "revision": charge.revision = Int(try words.number())
      default: return false
      }
      return true
    }
    let others = current?.contents.periodCharges ?? []
    current?.contents.periodCharges = others + [charge]
  }

  /// `invoice PLACE MONTH AMOUNT [currency C] [kind K] [status S]`
  mutating func readInvoice(_ words: inout ScenarioWords) throws {
    let place = try words.placeName()
    var line = InvoiceLine(
      lineID: "line-\(words.line)", invoiceID: "invoice-\(place.tenant)", tenant: place.tenant,
      deployment: place.deployment, period: try words.period(), amount: try words.money(),
      currency: ScenarioParser.usd)
    try words.options { name, words in
      switch name {
      case "currency": line.currency = try words.currency()
      case "kind": line.kind = try words.word("a kind of line")
      case "status": line.status = try words.word("a status")
      default: return false
      }
      return true
    }
    let others = current?.contents.invoiceLines ?? []
    current?.contents.invoiceLines = others + [line]
  }

  /// `closed MONTH TIME`
  mutating func readClosed(_ words: inout ScenarioWords) throws {
    let closed = ClosedPeriod(period: try words.period(), closedAt: try words.instant())
    let others = current?.contents.closedPeriods ?? []
    current?.contents.closedPeriods = others + [closed]
  }
}
