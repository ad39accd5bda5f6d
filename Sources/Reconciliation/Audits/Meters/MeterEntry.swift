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

  package init(
    entryID: String, entity: String, account: MeterAccount, kind: EntryKind = .usage,
    requestID: String? = nil, amount: Money, postedAt: Instant
  ) {
    self.entryID = entryID
    self.entity = entity
    self.account = account
    self.kind = kind
    self.requestID = requestID
    self.amount = amount
    self.postedAt = postedAt
  }

  package static func inPostingOrder(_ left: MeterEntry, _ right: MeterEntry) -> Bool {
    (left.postedAt, left.entryID) < (right.postedAt, right.entryID)
  }
}

extension MeterEntry: Spoolable {
  package var weight: Int { 160 + entryID.utf8.count + entity.utf8.count }

  package func encode(into encoder: inout SpoolEncoder) {
    encoder.put(entryID)
    encoder.put(entity)
    encoder.put(account.text)
    encoder.put(kind.text)
    encoder.put(requestID)
    encoder.put(amount)
    encoder.put(postedAt)
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
  }
}
