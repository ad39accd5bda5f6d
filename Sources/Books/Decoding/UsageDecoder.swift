import Accounting
import Billing
import Reconciliation

/// Rows of `usage_event`.
package struct UsageDecoder {
  private var reader: FieldReader
  private var attempts = KindCache { AttemptKind($0) }
  private var statuses = KindCache { UsageStatus($0) }
  private var bases = KindCache { TokenBasis($0) }
  private let zone: BillingZone

  /// - Parameter uuids: the id columns of type uuid.
  package init(zone: BillingZone, uuids: Set<String> = []) {
    reader = FieldReader(.usageEvent, uuids: uuids)
    self.zone = zone
  }

  package mutating func decode(
    _ row: borrowing CopyRow
  ) throws(BooksError) -> Pulled<UsageEvent> {
    try reader.start(row)
    let eventID = try reader.id()
    let requestID = try reader.id()
    let providerRequestID = try reader.optionalID()
    let attempt = attempts.kind(reader.text())
    let tenant = reader.text()
    let deployment = reader.optionalText()
    let user = reader.optionalText()
    let session = reader.optionalText()
    let occurredAt = try reader.time()
    let recordedAt = try reader.time()
    let model = reader.text()
    let status = statuses.kind(reader.text())
    let billable = try reader.boolean()
    let tokens = TokenVector(
      input: try reader.integer(), cacheRead: try reader.integer(),
      cacheWrite5m: try reader.integer(), cacheWrite1h: try reader.integer(),
      output: try reader.integer(), reasoning: try reader.integer())
    let quantity = try reader.optionalAmount()
    let unit = reader.optionalText()
    let charge = try reader.optionalAmount()
    let chargeMinor = try reader.optionalInteger()
    let currency = reader.currency()
    let priceVersion = reader.optionalText()
    let details = try details()

    guard reader.problem == nil, let occurredAt, let recordedAt, let currency else {
      return .setAside(
        SetAsideRow(
          relation: .usageEvent, rowID: eventID, requestID: requestID.isEmpty ? nil : requestID,
          tenant: tenant, deployment: deployment, currency: currency,
          period: occurredAt.map(zone.period(of:)), at: occurredAt, arrivedAt: recordedAt,
          amount: charge,
          problem: reader.problem ?? "incomplete"))
    }
    return .row(
      UsageEvent(
        eventID: eventID, requestID: requestID, providerRequestID: providerRequestID,
        attempt: attempt, tenant: tenant, deployment: deployment, user: user, session: session,
        occurredAt: occurredAt, recordedAt: recordedAt, model: model, status: status,
        billable: billable, tokens: tokens, quantity: quantity, unit: unit, charge: charge,
        chargeMinor: chargeMinor, currency: currency, priceVersion: priceVersion,
        details: details))
  }

  /// What matching does not ask must not keep a row from being matched: the first pass never sees
  /// it. What cannot be read of it counts as not told; of a cost, that it was told is kept.
  private mutating func details() throws(BooksError) -> CallDetails {
    let problem = reader.problem
    defer { reader.note(only: problem) }
    var details = CallDetails(
      operation: reader.optionalText() ?? "chat", provider: reader.optionalText(),
      serviceTier: reader.optionalText() ?? "standard", isBatch: try reader.boolean(),
      tokenBasis: bases.kind(reader.text()))
    reader.note(only: nil)
    details.cost = try reader.optionalAmount()
    details.isCostUnreadable = reader.problem != nil
    details.callerType = reader.optionalText()
    details.keyID = reader.optionalText()
    return details
  }
}

/// The kinds that words stand for, looked up once for each word in a row.
struct KindCache<Kind> {
  private var last: (word: String, kind: Kind)?
  private let make: (String) -> Kind

  init(_ make: @escaping (String) -> Kind) { self.make = make }

  mutating func kind(_ word: String) -> Kind {
    if let last, last.word == word { return last.kind }
    let kind = make(word)
    last = (word, kind)
    return kind
  }
}
