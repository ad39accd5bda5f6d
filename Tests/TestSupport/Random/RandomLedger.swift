import Accounting
import Billing
import Reconciliation

extension BookAuthor {
  mutating func writeLedger() throws {
    for requestID in Set(books.usage.map(\.requestID)).sorted() {
      let told = books.usage.filter { $0.requestID == requestID }
      let event = random.pick(told)
      if event.isChargeCandidate ? random.chance(90) : random.chance(20) {
        try bill(event)
      }
    }
    for _ in 0..<random.pick([0, 0, 1, 2, 4, 8]) { try plantFault() }
  }

  private mutating func bill(_ event: UsageEvent) throws {
    let charge = event.charge ?? .zero
    var amount = charge
    if terms.ledgerRounding == .entry ? random.chance(93) : random.chance(4) {
      amount = try charge.rounded(
        to: event.currency, random.chance(90) ? terms.rounding : .halfEven)
    }
    if amount.isZero, random.chance(70) { return }
    let period = terms.zone.period(of: event.occurredAt)
    add(
      LedgerEntry(
        entryID: "", tenant: event.tenant, deployment: event.deployment,
        requestID: event.requestID, amount: amount, currency: event.currency, period: period,
        postedAt: event.recordedAt.adding(seconds: Int64(random.pick([0, 1, 600, 90_000])))))
    if random.chance(4) {
      let last = books.entries.count - 1
      books.entries[last].servicePeriod = period
      books.entries[last].period = period.next
    }
  }

  /// Entry ids do not follow the posting order.
  mutating func add(_ entry: LedgerEntry) {
    var entry = entry
    entriesMade += 1
    entry.entryID = "entry-\(random.number(10...99))-\(entriesMade)"
    books.entries.append(entry)
  }

  /// One fault, on whatever is in the ledger already.
  private mutating func plantFault() throws {
    let requestKinds = books.entries.indices.filter { books.entries[$0].kind.netsPerRequest }
    guard !requestKinds.isEmpty, random.chance(90) else { return try addOrphan() }
    let index = random.pick(requestKinds)
    var entry = books.entries[index]
    entry.postedAt = entry.postedAt.adding(seconds: Int64(random.pick([0, 1, 3600, -10])))
    switch random.number(0...11) {
    case 0: books.entries.remove(at: index)
    case 1, 2:
      if random.chance(40) { displace(&entry) }
      add(entry)
    case 3, 4, 5: try addReversal(of: entry)
    case 6, 7:
      var misplaced = books.entries[index]
      displace(&misplaced)
      books.entries[index] = misplaced
    case 8, 9:
      entry.kind = .adjustment
      entry.reversesEntryID = nil
      entry.amount = try amount(random.number(-40...40), random.pick([0, 0, 3]), entry.currency)
      if random.chance(20) { displace(&entry) }
      add(entry)
    case 10:
      let slip = try amount(random.number(-2...2), random.pick([0, 7]), entry.currency)
      try books.entries[index].amount += slip
    default: try addOrphan()
    }
  }

  private mutating func addReversal(of entry: LedgerEntry) throws {
    var reversal = entry
    reversal.kind = .reversal
    reversal.reversesEntryID =
      random.chance(93) ? entry.entryID : random.pick([nil, "no-such-entry"])
    reversal.amount = -entry.amount
    if random.chance(30) {
      try reversal.amount += amount(
        random.number(-30...30), random.pick([0, 0, 2]), entry.currency)
    }
    if random.chance(25) { reversal.requestID = nil }
    if random.chance(12) { displace(&reversal) }
    add(reversal)
  }

  /// Puts an entry where it does not belong.
  private mutating func displace(_ entry: inout LedgerEntry) {
    switch random.number(0...4) {
    case 0: entry.tenant = random.pick(tenants)
    case 1: entry.deployment = random.pick(["prod", "test", nil])
    case 2: entry.currency = random.pick(BookAuthor.allCurrencies)
    case 3: entry.period = random.pick(months)
    default: entry.servicePeriod = random.pick(months)
    }
  }

  private mutating func addOrphan() throws {
    let place = place()
    let month = month()
    add(
      LedgerEntry(
        entryID: "", tenant: place.tenant, deployment: place.deployment,
        kind: random.pick([.usage, .usage, .adjustment, .reversal]),
        requestID: random.chance(70) ? "orphan-\(random.number(1...3))" : nil,
        amount: try amount(random.number(-50...400), place.currency), currency: place.currency,
        period: month, postedAt: moment(in: month)))
  }

  /// Entries that belong to no request.
  mutating func writeGroupEntries() throws {
    for _ in 0..<random.pick([0, 0, 0, 1, 2, 4]) {
      let place = place()
      let month = month()
      let kind = random.pick([
        EntryKind.rounding, .rounding, .trueUp, .trueUp, .planFee, .accrual, .creditMemo,
        .debitMemo, .other("grant"),
      ])
      let size = kind == .rounding ? 2 : 500
      add(
        LedgerEntry(
          entryID: "", tenant: place.tenant,
          deployment: random.chance(30) ? nil : place.deployment, kind: kind,
          amount: try amount(
            random.number(-size...size), random.pick([0, 0, 0, 300]), place.currency),
          currency: place.currency, period: month, postedAt: moment(in: month)))
      if random.chance(15) {
        var reversal = books.entries[books.entries.count - 1]
        reversal.reversesEntryID = reversal.entryID
        reversal.kind = .reversal
        reversal.amount = -reversal.amount
        reversal.postedAt = reversal.postedAt.adding(seconds: 5)
        add(reversal)
      }
    }
  }
}
