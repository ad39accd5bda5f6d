/// What an entry puts to an account that is kept in units, such as a meter: a quantity, and no money.
///
/// Source: `account`, `quantity` and `unit` of relation `ledger.entry`.
public struct UnitPosting: Hashable, Sendable {
  /// `meter:<slug>`, `pool:<slug>` or `credits`.
  public var account: String
  /// In `unit`: + taken of what the account allows, − given back.
  public var quantity: Money
  /// What is counted, in the singular: `token`, `credit`…
  public var unit: String

  public init(account: String, quantity: Money, unit: String) {
    self.account = account
    self.quantity = quantity
    self.unit = unit
  }
}

extension UnitPosting: CustomStringConvertible {
  /// As people read it: `-12 unit on pool:inference`, `+1200 token on meter:sonnet`.
  public var description: String {
    "\(quantity.sign > 0 ? "+" : "")\(quantity) \(unit) on \(account)"
  }
}
