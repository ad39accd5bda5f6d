import Accounting
import Reconciliation

/// The correcting entries: those that wait for somebody first.
struct CorrectionSection {
  struct Total {
    let totalStatus: String
    let totalCount: String
    let totalAmounts: [String]
  }

  struct Row {
    let place: PlaceText
    let correctionID: String
    let breakID: String
    let code: String
    let kind: String
    let month: String
    let serviceMonth: String
    let isLate: Bool
    let request: String
    let hasRequest: Bool
    let reverses: String
    let hasReverses: Bool
    let amount: String
    let account: String
    let hasAccount: Bool
    let status: String
    let heldBecause: String
  }

  static let limit = 250
  private static let order: [Correction.Status] = [.held, .proposed, .posted]

  let correctionTotals: [Total]
  let correctionCurrencies: [String]
  let correctionRows: [Row]
  let correctionNote: String
  let hasCorrections: Bool

  init(_ corrections: Spool<Correction>, _ totals: CorrectionTotals) {
    let order = CorrectionSection.order
    let currencies = totals.currencies
    correctionTotals = order.compactMap { status in
      totals.byStatus[status].map { Total(status, $0, currencies) }
    }
    let shares = fairShares(of: order.map(totals.count), limit: CorrectionSection.limit)
    var largest = Dictionary(
      uniqueKeysWithValues: zip(order, shares.map { Largest<Correction>($0) }))
    for correction in corrections {
      largest[correction.status]?.add(correction, (correction.amount, correction.currency))
    }
    let shown = order.flatMap { largest[$0]?.elements ?? [] }
    let amounts = AmountText.aligned(
      shown.map { $0.units == nil ? AmountText.signed($0.amount, in: $0.currency) : "" })
    correctionRows = zip(shown, amounts).map { Row($0, amount: $1) }
    correctionCurrencies = currencies.map(\.code)
    hasCorrections = !totals.isEmpty
    correctionNote =
      shown.count == totals.count
      ? ""
      : """
      \(AmountText.count(shown.count)) of \(AmountText.count(totals.count)) corrections, the \
      largest of each status; all are in corrections.csv.
      """
  }
}

extension CorrectionSection.Total {
  fileprivate init(
    _ status: Correction.Status, _ total: CorrectionTotals.OfStatus, _ currencies: [Currency]
  ) {
    totalStatus = status.rawValue
    totalCount = AmountText.count(total.count)
    totalAmounts = currencies.map { currency in
      total.amounts[currency].map { AmountText.signed($0, in: currency) } ?? ""
    }
  }
}

extension CorrectionSection.Row {
  fileprivate init(_ correction: Correction, amount: String) {
    place = PlaceText(
      GroupKey(
        tenant: correction.tenant, deployment: correction.deployment,
        currency: correction.currency, period: correction.period))
    correctionID = clipped(correction.id, to: 120)
    breakID = clipped(correction.breakID, to: 120)
    code = correction.code.rawValue
    kind = clipped(correction.kind.text, to: 60)
    month = correction.period.description
    serviceMonth = correction.servicePeriod.description
    isLate = correction.servicePeriod != correction.period
    request = clipped(correction.requestID ?? "", to: 120)
    hasRequest = correction.requestID != nil
    reverses = clipped(correction.reversesEntryID ?? "", to: 120)
    hasReverses = correction.reversesEntryID != nil
    self.amount =
      correction.units.map { AmountText.signed(Measure($0.quantity, $0.unit)) } ?? amount
    account = clipped(correction.units?.account ?? "", to: 120)
    hasAccount = correction.units != nil
    status = correction.status.rawValue
    heldBecause = clipped(correction.heldBecause ?? "", to: 400)
  }
}
