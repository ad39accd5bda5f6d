import Accounting

extension GroupKey: Spoolable {
  package var weight: Int { 96 + tenant.utf8.count + (deployment?.utf8.count ?? 0) }

  package func encode(into encoder: inout SpoolEncoder) {
    encoder.put(tenant)
    encoder.put(deployment)
    encoder.put(currency)
    encoder.put(period)
  }

  package init(from decoder: inout SpoolDecoder) {
    self.init(
      tenant: decoder.text(), deployment: decoder.optionalText(), currency: decoder.currency(),
      period: decoder.period())
  }
}

extension Break: Spoolable {
  package var weight: Int {
    let ids = (eventIDs + entryIDs).reduce(0) { $0 + 48 + $1.utf8.count }
    return 400 + group.weight + explanation.utf8.count + (requestID?.utf8.count ?? 0) + ids
      + shares.reduce(0) { $0 + 32 + $1.group.weight }
  }

  package func encode(into encoder: inout SpoolEncoder) {
    encoder.put(id)
    encoder.put(code)
    encoder.put(severity)
    group.encode(into: &encoder)
    encoder.put(requestID)
    encoder.put(eventIDs)
    encoder.put(entryIDs)
    encoder.put(amount)
    encoder.put(measure?.unit)
    if let measure { encoder.put(measure.amount) }
    encoder.put(shares.count)
    for share in shares {
      // Most often its own: so the group is written, and its names are kept, once.
      encoder.put(share.group == group)
      if share.group != group { share.group.encode(into: &encoder) }
      encoder.put(share.amount)
    }
    encoder.put(explanation)
    encoder.put(firstSeen)
    encoder.put(disposition)
    encoder.put(occurredAt)
    encoder.put(state)
  }

  package init(from decoder: inout SpoolDecoder) {
    let id = decoder.text()
    let code: BreakCode = decoder.word()
    let severity: Severity = decoder.word()
    let group = GroupKey(from: &decoder)
    self.init(
      id: id, code: code, severity: severity, group: group, requestID: decoder.optionalText(),
      eventIDs: decoder.texts(), entryIDs: decoder.texts(), amount: decoder.money(),
      measure: decoder.optionalText().map { unit in Measure(decoder.money(), unit) },
      shares: (0..<decoder.number()).map { _ in
        GroupShare(
          group: decoder.flag() ? group : GroupKey(from: &decoder), amount: decoder.money())
      },
      explanation: decoder.text(), firstSeen: decoder.instant(), disposition: decoder.word(),
      occurredAt: decoder.optionalInstant(), state: decoder.word())
  }
}

extension Correction: Spoolable {
  package var weight: Int {
    700 + group.weight + (requestID?.utf8.count ?? 0) + (reversesEntryID?.utf8.count ?? 0)
      + (heldBecause?.utf8.count ?? 0)
  }

  package func encode(into encoder: inout SpoolEncoder) {
    encoder.put(id)
    encoder.put(breakID)
    encoder.put(code)
    encoder.put(kind.text)
    let place = GroupKey(
      tenant: tenant, deployment: deployment, currency: currency, period: servicePeriod)
    place.encode(into: &encoder)
    encoder.put(period)
    encoder.put(requestID)
    encoder.put(reversesEntryID)
    encoder.put(amount)
    encoder.put(idempotencyKey)
    encoder.put(status)
    encoder.put(heldBecause)
    encoder.put(group == place)
    if group != place { group.encode(into: &encoder) }
    encoder.put(units?.account)
    if let units {
      encoder.put(units.quantity)
      encoder.put(units.unit)
    }
  }

  package init(from decoder: inout SpoolDecoder) {
    let id = decoder.text()
    let breakID = decoder.text()
    let code: BreakCode = decoder.word()
    let kind = EntryKind(decoder.text())
    let place = GroupKey(from: &decoder)
    self.init(
      id: id, breakID: breakID, code: code, kind: kind, tenant: place.tenant,
      deployment: place.deployment, currency: place.currency, period: decoder.period(),
      servicePeriod: place.period, requestID: decoder.optionalText(),
      reversesEntryID: decoder.optionalText(), amount: decoder.money(),
      idempotencyKey: decoder.text(), status: decoder.word(),
      heldBecause: decoder.optionalText(), group: decoder.flag() ? place : GroupKey(from: &decoder),
      units: decoder.optionalText().map { account in
        UnitPosting(account: account, quantity: decoder.money(), unit: decoder.text())
      })
  }
}

extension String: Spoolable {
  package var weight: Int { 48 + utf8.count }
  package func encode(into encoder: inout SpoolEncoder) { encoder.put(self) }
  package init(from decoder: inout SpoolDecoder) { self = decoder.text() }
}
