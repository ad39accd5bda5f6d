import Accounting
import Reconciliation

/// The proof of completeness, and what was not examined.
struct ControlSection {
  struct Item {
    let check: String
    let why: String
  }

  let usageRows: String
  let usageCharge: String
  let ledgerRows: String
  let ledgerAmount: String
  let cleanRequests: String
  let brokenRequests: String
  let allRequests: String
  let setAsideRows: String
  let unexamined: [Item]
  let isComplete: Bool

  /// Whether the pull was complete on both sides.
  let isProven: Bool

  init(_ controls: Controls, _ breaks: BreakTotals) {
    usageRows = AmountText.count(controls.usageRows)
    usageCharge = AmountText.hashTotal(controls.usageCharge)
    ledgerRows = AmountText.count(controls.ledgerRows)
    ledgerAmount = AmountText.hashTotal(controls.ledgerAmount)
    cleanRequests = AmountText.count(controls.cleanRequests)
    brokenRequests = AmountText.count(controls.brokenRequests)
    allRequests = AmountText.count(controls.cleanRequests + controls.brokenRequests)
    setAsideRows = AmountText.count(controls.setAsideRows)
    unexamined = controls.notExamined.map {
      Item(check: clipped($0.check), why: clipped($0.why))
    }
    isProven = breaks.byCode[.completenessFailure] == nil
    isComplete = controls.notExamined.isEmpty
  }
}
