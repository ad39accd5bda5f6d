import Accounting
import Billing

extension UsageEvent: Spoolable {
  package var weight: Int { 850 }

  package func encode(into encoder: inout SpoolEncoder) {
    encoder.put(eventID)
    encoder.put(requestID)
    encoder.put(providerRequestID)
    encoder.put(attempt.text)
    encoder.put(tenant)
    encoder.put(deployment)
    encoder.put(user)
    encoder.put(session)
    encoder.put(occurredAt)
    encoder.put(recordedAt)
    encoder.put(model)
    encoder.put(status.text)
    encoder.put(billable)
    for count in [
      tokens.input, tokens.cacheRead, tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.output,
      tokens.reasoning,
    ] {
      encoder.put(Int(count))
    }
    encoder.put(quantity)
    encoder.put(unit)
    encoder.put(charge)
    encoder.put(chargeMinor.map(Int.init))
    encoder.put(currency)
    encoder.put(priceVersion)
    details.encode(into: &encoder)
  }

  package init(from decoder: inout SpoolDecoder) {
    self.init(
      eventID: decoder.text(), requestID: decoder.text(),
      providerRequestID: decoder.optionalText(), attempt: AttemptKind(decoder.text()),
      tenant: decoder.text(), deployment: decoder.optionalText(), user: decoder.optionalText(),
      session: decoder.optionalText(), occurredAt: decoder.instant(),
      recordedAt: decoder.instant(), model: decoder.text(), status: UsageStatus(decoder.text()),
      billable: decoder.flag(), tokens: TokenVector(from: &decoder),
      quantity: decoder.optional { $0.money() }, unit: decoder.optionalText(),
      charge: decoder.optional { $0.money() },
      chargeMinor: decoder.optional { Int64($0.number()) }, currency: decoder.currency(),
      priceVersion: decoder.optionalText(), details: CallDetails(from: &decoder))
  }
}

extension CallDetails {
  fileprivate func encode(into encoder: inout SpoolEncoder) {
    encoder.put(operation)
    encoder.put(provider)
    encoder.put(serviceTier)
    encoder.put(isBatch)
    encoder.put(tokenBasis.text)
    encoder.put(cost)
    encoder.put(isCostUnreadable)
    encoder.put(callerType)
    encoder.put(keyID)
  }

  fileprivate init(from decoder: inout SpoolDecoder) {
    self.init(
      operation: decoder.text(), provider: decoder.optionalText(), serviceTier: decoder.text(),
      isBatch: decoder.flag(), tokenBasis: TokenBasis(decoder.text()),
      cost: decoder.optional { $0.money() }, isCostUnreadable: decoder.flag(),
      callerType: decoder.optionalText(), keyID: decoder.optionalText())
  }
}

extension TokenVector {
  fileprivate init(from decoder: inout SpoolDecoder) {
    self.init(
      input: Int64(decoder.number()), cacheRead: Int64(decoder.number()),
      cacheWrite5m: Int64(decoder.number()), cacheWrite1h: Int64(decoder.number()),
      output: Int64(decoder.number()), reasoning: Int64(decoder.number()))
  }
}

/// Of what is read from the ledger: entries of money, none in units.
extension LedgerEntry: Spoolable {
  package var weight: Int { 550 }

  package func encode(into encoder: inout SpoolEncoder) {
    encoder.put(entryID)
    encoder.put(tenant)
    encoder.put(deployment)
    encoder.put(kind.text)
    encoder.put(requestID)
    encoder.put(amount)
    encoder.put(currency)
    encoder.put(period)
    encoder.put(servicePeriod)
    encoder.put(postedAt)
    encoder.put(reversesEntryID)
    encoder.put(idempotencyKey)
    encoder.put(reason)
  }

  package init(from decoder: inout SpoolDecoder) {
    self.init(
      entryID: decoder.text(), tenant: decoder.text(), deployment: decoder.optionalText(),
      kind: EntryKind(decoder.text()), requestID: decoder.optionalText(),
      amount: decoder.money(), currency: decoder.currency(), period: decoder.period(),
      servicePeriod: decoder.optional { $0.period() }, postedAt: decoder.instant(),
      reversesEntryID: decoder.optionalText(), idempotencyKey: decoder.optionalText(),
      reason: decoder.optionalText())
  }
}

extension LivePosting: Spoolable {
  package var weight: Int { 150 + entry.weight }

  package func encode(into encoder: inout SpoolEncoder) {
    entry.encode(into: &encoder)
    encoder.put(rest)
    encoder.put(isReversed)
  }

  package init(from decoder: inout SpoolDecoder) {
    let entry = LedgerEntry(from: &decoder)
    self.init(
      entry: entry, group: GroupKey(of: entry), rest: decoder.money(), isReversed: decoder.flag())
  }
}

extension SetAsideRow: Spoolable {
  package var weight: Int { 400 + problem.utf8.count }

  package func encode(into encoder: inout SpoolEncoder) {
    encoder.put(relation.rawValue)
    encoder.put(rowID)
    encoder.put(requestID)
    encoder.put(tenant)
    encoder.put(deployment)
    encoder.put(currency)
    encoder.put(period)
    encoder.put(at)
    encoder.put(arrivedAt)
    encoder.put(amount)
    encoder.put(problem)
  }

  package init(from decoder: inout SpoolDecoder) {
    guard let relation = Relation(rawValue: decoder.text()) else {
      preconditionFailure("no relation was ever written like this")
    }
    self.init(
      relation: relation, rowID: decoder.text(), requestID: decoder.optionalText(),
      tenant: decoder.text(), deployment: decoder.optionalText(),
      currency: decoder.optional { $0.currency() }, period: decoder.optional { $0.period() },
      at: decoder.optional { $0.instant() }, arrivedAt: decoder.optional { $0.instant() },
      amount: decoder.optional { $0.money() }, problem: decoder.text())
  }
}

extension SpoolEncoder {
  fileprivate mutating func put<Value>(
    _ value: Value?, _ write: (inout SpoolEncoder, Value) -> Void
  ) {
    put(value != nil)
    if let value { write(&self, value) }
  }

  fileprivate mutating func put(_ number: Int?) { put(number) { $0.put($1) } }
  fileprivate mutating func put(_ money: Money?) { put(money) { $0.put($1) } }
  fileprivate mutating func put(_ currency: Currency?) { put(currency) { $0.put($1) } }
  fileprivate mutating func put(_ period: AccountingPeriod?) { put(period) { $0.put($1) } }
}

extension SpoolDecoder {
  fileprivate mutating func optional<Value>(
    _ read: (inout SpoolDecoder) -> Value
  ) -> Value? {
    flag() ? read(&self) : nil
  }
}
