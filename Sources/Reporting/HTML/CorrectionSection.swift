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

  init(_ corrections: [Correction]) throws {
    let currencies = Set(corrections.map(\.currency)).sorted()
    let kinds = CorrectionSection.order.map { status in corrections.filter { $0.status == status } }
    correctionTotals = try zip(CorrectionSection.order, kinds).filter { !$1.isEmpty }.map {
      try Total($0, $1, currencies)
    }
    let shares = fairShares(of: kinds.map(\.count), limit: CorrectionSection.limit)
    let shown = zip(kinds, shares).flatMap { kind, share in
      largest(share, of: kind) { ($0.amount, $0.currency) }
    }
    let amounts = AmountText.aligned(shown.map { AmountText.signed($0.amount, in: $0.currency) })
    correctionRows = zip(shown, amounts).map { Row($0, amount: $1) }
    correctionCurrencies = currencies.map(\.code)
    hasCorrections = !corrections.isEmpty
    correctionNote =
      shown.count == corrections.count
      ? ""
      : """
      \(AmountText.count(shown.count)) of \(AmountText.count(corrections.count)) corrections, the \
      largest of each status; all are in corrections.csv.
      """
  }
}

extension CorrectionSection.Total {
  fileprivate init(
    _ status: Correction.Status, _ corrections: [Correction], _ currencies: [Currency]
  ) throws {
    totalStatus = status.rawValue
    totalCount = AmountText.count(corrections.count)
    totalAmounts = try currencies.map { currency in
      let amounts = corrections.filter { $0.currency == currency }.map(\.amount)
      return amounts.isEmpty ? "" : AmountText.signed(try Money.sum(amounts), in: currency)
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
    self.amount = amount
    status = correction.status.rawValue
    heldBecause = clipped(correction.heldBecause ?? "", to: 400)
  }
}
