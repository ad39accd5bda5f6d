import Accounting
import Reconciliation

/// The brakes of a posting run: past any of them nothing is posted, and a person looks first.
struct Limits {
  private let limits: PostingLimits

  init(_ limits: PostingLimits) { self.limits = limits }

  /// The corrections, all held if the proposed ones together pass a limit.
  func held(_ judgement: Judgement) throws(MoneyError) -> [Correction] {
    guard let reason = try reason(judgement) else { return judgement.corrections }
    return judgement.corrections.map { correction in
      var held = correction
      if correction.status == .proposed {
        held.status = .held
        held.heldBecause = reason
      }
      return held
    }
  }

  /// Which limit is passed, and by what; `nil` where none is.
  private func reason(_ judgement: Judgement) throws(MoneyError) -> String? {
    let due = judgement.corrections.filter { $0.status == .proposed }
    if let most = limits.entries, due.count > most {
      return "limit of \(most) entries: the run would post \(due.count)"
    }
    if let most = limits.amount {
      let byCurrency = Dictionary(grouping: due, by: \.currency)
      for currency in byCurrency.keys.sorted() {
        let sum = try Money.sum((byCurrency[currency] ?? []).map(\.amount.magnitude))
        if sum > most {
          return "limit of \(most) \(currency): the run would post \(sum.text(in: currency))"
        }
      }
    }
    return try shareReason(due, judgement.groups)
  }

  /// True-ups are as large as plans make them, and a group that owes nothing has no revenue to
  /// take a share of; the other limits cover both.
  private func shareReason(
    _ due: [Correction], _ groups: [GroupResult]
  ) throws(MoneyError) -> String? {
    guard let most = limits.shareOfRevenue else { return nil }
    let byGroup = Dictionary(grouping: due.filter { $0.kind != .trueUp }, by: \.group)
    for group in groups where !group.due.isZero {
      let sum = try Money.sum((byGroup[group.key] ?? []).map(\.amount.magnitude))
      if sum.isMore(thanShare: most, of: group.due.magnitude) {
        return """
          limit of \(most) of a group's revenue: \(sum.text(in: group.key.currency)) would be \
          posted to \(group.key), which owes \(group.due.text(in: group.key.currency))
          """
      }
    }
    return nil
  }
}

extension Money {
  /// Compares products in full width, so that nothing overflows or rounds.
  fileprivate func isMore(thanShare share: Money, of whole: Money) -> Bool {
    let left = units.magnitude.multipliedFullWidth(by: Money.unitsPerMajor.magnitude)
    let right = share.units.magnitude.multipliedFullWidth(by: whole.units.magnitude)
    return (left.high, left.low) > (right.high, right.low)
  }
}
