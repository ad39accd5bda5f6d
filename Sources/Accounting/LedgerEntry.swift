/// One line of the tenants' ledger. The ledger is append-only: an entry is corrected by another.
///
/// Source: relation `ledger.entry`.
public struct LedgerEntry: Hashable, Sendable {
  public var entryID: String
  public var tenant: String
  public var deployment: String?
  public var kind: EntryKind
  /// The gateway request it bills; `nil` for entries that belong to a group as a whole.
  public var requestID: String?
  /// Major units of `currency`: + the tenant owes, − the tenant is credited.
  public var amount: Money
  public var currency: Currency
  /// The billing month the entry is booked in.
  public var period: AccountingPeriod
  /// The month the service belongs to, where it differs from `period`.
  public var servicePeriod: AccountingPeriod?
  public var postedAt: Instant
  public var reversesEntryID: String?
  public var idempotencyKey: String?
  /// The break code that a correction answers.
  public var reason: String?
  /// Of an entry in units, whose amount is zero; `nil` = money, on account `llm_usage`.
  public var units: UnitPosting?

  public init(
    entryID: String, tenant: String, deployment: String? = nil, kind: EntryKind = .usage,
    requestID: String? = nil, amount: Money, currency: Currency, period: AccountingPeriod,
    servicePeriod: AccountingPeriod? = nil, postedAt: Instant, reversesEntryID: String? = nil,
    idempotencyKey: String? = nil, reason: String? = nil, units: UnitPosting? = nil
  ) {
    self.entryID = entryID
    self.tenant = tenant
    self.deployment = deployment
    self.kind = kind
    self.requestID = requestID
    self.amount = amount
    self.currency = currency
    self.period = period
    self.servicePeriod = servicePeriod
    self.postedAt = postedAt
    self.reversesEntryID = reversesEntryID
    self.idempotencyKey = idempotencyKey
    self.reason = reason
    self.units = units
  }

  /// The month whose service the entry is for: where it counts, whenever it was booked.
  public var serviceMonth: AccountingPeriod { servicePeriod ?? period }

  /// First posted first, then by id: the order in which "the first stands".
  public static func inPostingOrder(_ left: LedgerEntry, _ right: LedgerEntry) -> Bool {
    (left.postedAt, left.entryID) < (right.postedAt, right.entryID)
  }
}

/// What an entry is.
public enum EntryKind: Hashable, Sendable {
  case usage, adjustment, reversal
  case rounding, trueUp, accrual, planFee
  case creditMemo, debitMemo
  /// Takes what a month's charges are off by their prices. Stands beside what is posted, as memos do.
  case priceAdjustment
  /// Grants, and whatever else a ledger holds that is not money owed for usage.
  case other(String)

  /// Of units that are given, which a ledger may hold beside what is owed.
  public static let grant = "grant"

  public init(_ text: String) {
    self = EntryKind.known.first { $0.text == text } ?? .other(text)
  }

  private static let known: [EntryKind] = [
    .usage, .adjustment, .reversal, .rounding, .trueUp, .accrual, .planFee, .creditMemo, .debitMemo,
    .priceAdjustment,
  ]

  /// The word the ledger stores.
  public var text: String {
    switch self {
    case .usage: "usage"
    case .adjustment: "adjustment"
    case .reversal: "reversal"
    case .rounding: "rounding"
    case .trueUp: "true_up"
    case .accrual: "accrual"
    case .planFee: "plan_fee"
    case .creditMemo: "credit_memo"
    case .debitMemo: "debit_memo"
    case .priceAdjustment: "price_adjustment"
    case .other(let text): text
    }
  }

  /// Kinds that net request by request.
  public var netsPerRequest: Bool {
    self == .usage || self == .adjustment || self == .reversal
  }
}
