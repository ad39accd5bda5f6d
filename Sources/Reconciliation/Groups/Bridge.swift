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

extension [BridgeStep] {
  /// What a line comes to; zero where it is not there.
  package subscript(line: BridgeLine) -> Money { first { $0.line == line }?.amount ?? .zero }

  mutating func add(_ amount: Money, to line: BridgeLine) throws(MoneyError) {
    if let index = firstIndex(where: { $0.line == line }) {
      try self[index].amount += amount
    } else {
      append(BridgeStep(line: line, amount: amount))
    }
  }

  /// The lines that are not zero, in the report's order.
  var drawn: [BridgeStep] {
    BridgeLine.allCases.map { BridgeStep(line: $0, amount: self[$0]) }.filter { !$0.amount.isZero }
  }
}
