import Accounting

/// The lines that lead from what a group owes to what was posted, in the order of the report.
package enum BridgeLine: String, Hashable, Sendable, CaseIterable {
  case doubleBilled = "double-billed"
  case unsupported
  case notChargeable = "not chargeable"
  case cutOff = "cut-off"
  case misposted
  /// Entries in another currency than their event's.
  case currency
  case amount
  case unbilled
  case inTransit = "in transit"
  /// Requests with a row that cannot be judged.
  case setAside = "set aside"
  case rounding
  case trueUp = "true-up"
  case corrections

  /// The lines of what stands elsewhere than at home.
  package static let misplaced: [BridgeLine] = [.cutOff, .misposted, .currency]
}

/// One step of a bridge, in major units of the group's currency.
package struct BridgeStep: Hashable, Sendable {
  package var line: BridgeLine
  package var amount: Money

  package init(line: BridgeLine, amount: Money) {
    self.line = line
    self.amount = amount
  }
}
