import Accounting

/// A ledger entry that rights a break.
package struct Correction: Hashable, Sendable {
  package enum Status: String, Hashable, Sendable, CaseIterable {
    case proposed, posted, held
  }

  /// Why what a person is to decide about is held.
  package static let waitsForApproval = "waits for approval"

  /// The first 16 digits of the idempotency key.
  package var id: String
  package var breakID: String
  package var code: BreakCode
  package var kind: EntryKind
  package var tenant: String
  package var deployment: String?
  package var currency: Currency
  /// The month it is booked in: open.
  package var period: AccountingPeriod
  /// The month whose service it is for.
  package var servicePeriod: AccountingPeriod
  package var requestID: String?
  package var reversesEntryID: String?
  package var amount: Money
  package var idempotencyKey: String
  package var status: Status
  /// Why it is held, in words.
  package var heldBecause: String?
  /// The group whose variance it takes away; of one in units, the break's.
  package var group: GroupKey
  /// What it puts to a meter, a pool or credits, where it is in units: `amount` is zero then.
  package var units: UnitPosting?

  package init(
    id: String, breakID: String, code: BreakCode, kind: EntryKind, tenant: String,
    deployment: String?, currency: Currency, period: AccountingPeriod,
    servicePeriod: AccountingPeriod, requestID: String?, reversesEntryID: String?, amount: Money,
    idempotencyKey: String, status: Status, heldBecause: String?, group: GroupKey,
    units: UnitPosting? = nil
  ) {
    self.id = id
    self.breakID = breakID
    self.code = code
    self.kind = kind
    self.tenant = tenant
    self.deployment = deployment
    self.currency = currency
    self.period = period
    self.servicePeriod = servicePeriod
    self.requestID = requestID
    self.reversesEntryID = reversesEntryID
    self.amount = amount
    self.idempotencyKey = idempotencyKey
    self.status = status
    self.heldBecause = heldBecause
    self.group = group
    self.units = units
  }

  /// The entry as the ledger will hold it.
  package func entry(postedAt: Instant) -> LedgerEntry {
    LedgerEntry(
      entryID: "tieout-\(idempotencyKey.prefix(32))", tenant: tenant, deployment: deployment,
      kind: kind, requestID: requestID, amount: amount, currency: currency, period: period,
      servicePeriod: servicePeriod == period ? nil : servicePeriod, postedAt: postedAt,
      reversesEntryID: reversesEntryID, idempotencyKey: idempotencyKey, reason: code.rawValue,
      units: units)
  }
}

extension EntryKind {
  /// Memos stand beside the invoice and price adjustments beside the charges, not in the group's sum.
  package var isMemo: Bool { self == .creditMemo || self == .debitMemo || self == .priceAdjustment }
}

extension Correction {
  /// Whether it changes what its group was posted: an invoice's memo does not, nor does what is in
  /// units.
  package var movesVariance: Bool { !kind.isMemo && units == nil }
}
