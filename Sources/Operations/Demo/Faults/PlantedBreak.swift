import Accounting
import Reconciliation

/// A fault that was put into the books, as a run should report it.
package struct PlantedBreak: Hashable, Sendable {
  package var code: BreakCode
  package var tenant: String
  package var deployment: String?
  /// `XXX` where a row does not tell its currency.
  package var currency: Currency
  package var period: AccountingPeriod
  /// `nil` for what concerns a month as a whole.
  package var requestID: String?
  /// Its share of posted − due in that place: + over-billed, − under-billed.
  package var amount: Money

  package init(
    code: BreakCode, tenant: String, deployment: String?, currency: Currency,
    period: AccountingPeriod, requestID: String?, amount: Money
  ) {
    self.code = code
    self.tenant = tenant
    self.deployment = deployment
    self.currency = currency
    self.period = period
    self.requestID = requestID
    self.amount = amount
  }
}

extension PlantedBreak: CustomStringConvertible {
  package var description: String {
    let place = deployment.map { "\(tenant)/\($0)" } ?? tenant
    return "\(code.rawValue) \(place) \(period) \(requestID ?? "-") "
      + "\(amount.text(in: currency)) \(currency)"
  }
}

extension PlantedBreak: Comparable {
  package static func < (left: PlantedBreak, right: PlantedBreak) -> Bool {
    if left.code != right.code { return left.code < right.code }
    if left.tenant != right.tenant { return left.tenant < right.tenant }
    return (left.deployment ?? "", left.currency, left.period, left.requestID ?? "") < (
      right.deployment ?? "", right.currency, right.period, right.requestID ?? ""
    )
  }
}

extension PlantedBreak {
  init(_ code: BreakCode, in group: DemoGroup, requestID: String? = nil, amount: Money = .zero) {
    self.init(
      code: code, tenant: group.tenant, deployment: group.deployment, currency: group.currency,
      period: group.period, requestID: requestID, amount: amount)
  }
}

extension DemoDraft {
  /// Enters the fault of one request in the manifest.
  mutating func plant(_ code: BreakCode, at event: Int, amount: Money = .zero) {
    planted.append(
      PlantedBreak(
        code, in: group(of: event), requestID: events[event].event.requestID, amount: amount))
  }

  mutating func plant(_ code: BreakCode, in group: DemoGroup, amount: Money = .zero) {
    planted.append(PlantedBreak(code, in: group, amount: amount))
  }
}
