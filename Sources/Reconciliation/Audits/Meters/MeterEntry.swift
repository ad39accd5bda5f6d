import Accounting
import Billing

/// An entry of a meter, a pool or universal credits: quantities, and no money owed.
///
/// Source: relation `ledger.entry`, accounts `meter:<slug>`, `pool:<slug>` and `credits`.
package struct MeterEntry: Hashable, Sendable {
  package var entryID: String
  /// Whose balance it is: a tenant, or a user within it.
  package var entity: String
  package var account: MeterAccount
  /// `usage`, `adjustment` or `reversal`; grants, resets and what else a ledger notes are not read, for
  /// allowances and periods tell them.
  package var kind: EntryKind
  package var requestID: String?
  /// In units of the account: + used, − given back.
  package var amount: Money
  package var postedAt: Instant
  package var reversesEntryID: String?
  package var idempotencyKey: String?
  /// Of an adjustment that answers a break of meters and names a usage: the month of that usage.
  package var correctedMonth: AccountingPeriod?

  package init(
    entryID: String, entity: String, account: MeterAccount, kind: EntryKind = .usage,
    requestID: String? = nil, amount: Money, postedAt: Instant, reversesEntryID: String? = nil,
    idempotencyKey: String? = nil, correctedMonth: AccountingPeriod? = nil
  ) {
    self.entryID = entryID
    self.entity = entity
    self.account = account
    self.kind = kind
    self.requestID = requestID
    self.amount = amount
    self.postedAt = postedAt
    self.reversesEntryID = reversesEntryID
    self.idempotencyKey = idempotencyKey
    self.correctedMonth = correctedMonth
  }

  /// An entry in units as the ledger holds it; `nil` for any other.
  package init?(_ entry: LedgerEntry) {
    guard let units = entry.units, let account = MeterAccount(units.account) else { return nil }
    self.init(
      entryID: entry.entryID, entity: entry.tenant, account: account, kind: entry.kind,
      requestID: entry.requestID, amount: units.quantity, postedAt: entry.postedAt,
      reversesEntryID: entry.reversesEntryID, idempotencyKey: entry.idempotencyKey)
    let namesUsage = requestID != nil || reversesEntryID != nil
    let answers = kind == .adjustment && entry.reason == BreakCode.meterMisallocation.rawValue
    correctedMonth = answers && namesUsage ? entry.serviceMonth : nil
  }

  package static func inPostingOrder(_ left: MeterEntry, _ right: MeterEntry) -> Bool {
    (left.postedAt, left.entryID) < (right.postedAt, right.entryID)
  }
}

extension MeterEntry: Spoolable {
  package var weight: Int { 240 + entryID.utf8.count + entity.utf8.count }

  package func encode(into encoder: inout SpoolEncoder) {
    encoder.put(entryID)
    encoder.put(entity)
    encoder.put(account.text)
    encoder.put(kind.text)
    encoder.put(requestID)
    encoder.put(amount)
    encoder.put(postedAt)
    encoder.put(reversesEntryID)
    encoder.put(idempotencyKey)
    encoder.put(correctedMonth != nil)
    if let correctedMonth { encoder.put(correctedMonth) }
  }

  package init(from decoder: inout SpoolDecoder) {
    entryID = decoder.text()
    entity = decoder.text()
    guard let account = MeterAccount(decoder.text()) else {
      preconditionFailure("a scratch file holds what was never written")
    }
    self.account = account
    kind = EntryKind(decoder.text())
    requestID = decoder.optionalText()
    amount = decoder.money()
    postedAt = decoder.instant()
    reversesEntryID = decoder.optionalText()
    idempotencyKey = decoder.optionalText()
    correctedMonth = decoder.flag() ? decoder.period() : nil
  }
}
