import Accounting
import Reconciliation

/// The brakes of a posting run: past any of them nothing is posted, and a person looks first.
struct Limits {
  private let limits: PostingLimits
  private let approval: Decisions.Approval

  /// - Parameter approval: what a person has signed is under that person's limits, not these.
  init(_ limits: PostingLimits, unless approval: Decisions.Approval = .none) {
    self.limits = limits
    self.approval = approval
  }

  /// What a run would post: how much of it, where.
  private struct Posted {
    var entries = 0
    /// Σ magnitudes.
    var byCurrency: [Currency: Money] = [:]
    /// The same without true-ups.
    var byGroup: [GroupKey: Money] = [:]

    mutating func add(_ correction: Correction) throws(MoneyError) {
      entries += 1
      guard correction.units == nil else { return }
      let amount = correction.amount.magnitude
      try byCurrency[correction.currency, default: .zero] += amount
      if correction.kind != .trueUp { try byGroup[correction.group, default: .zero] += amount }
    }
  }

  /// Which limit the proposed corrections together pass, and by what; `nil` where none is.
  /// - Parameter units: whether those in units would be posted too.
  func passed(by judgement: Judgement, units: Bool = true) throws -> String? {
    var due = Posted()
    for correction in judgement.corrections
    where correction.status == .proposed && !approval.covers(correction)
      && (units || correction.units == nil)
    {
      try due.add(correction)
    }
    return reason(due, judgement.groups)
  }

  /// The corrections, all held if the proposed ones together pass a limit.
  func held(_ judgement: Judgement, in scratch: Scratch) throws -> Spool<Correction> {
    guard let reason = try passed(by: judgement) else { return judgement.corrections }
    return try judgement.corrections.changed(in: scratch) { correction in
      var held = correction
      if correction.status == .proposed {
        held.status = .held
        held.heldBecause = reason
      }
      return held
    }
  }

  private func reason(_ due: Posted, _ groups: [GroupResult]) -> String? {
    if let most = limits.entries, due.entries > most {
      return "limit of \(most) entries: the run would post \(due.entries)"
    }
    if let most = limits.amount {
      for (currency, sum) in due.byCurrency.sorted(by: { $0.key < $1.key }) where sum > most {
        return "limit of \(most) \(currency): the run would post \(sum.text(in: currency))"
      }
    }
    return shareReason(due, groups)
  }

  /// True-ups are as large as plans make them, and a group that owes nothing has no revenue to
  /// take a share of; the other limits cover both.
  private func shareReason(_ due: Posted, _ groups: [GroupResult]) -> String? {
    guard let most = limits.shareOfRevenue else { return nil }
    for group in groups where !group.due.isZero {
      let sum = due.byGroup[group.key] ?? .zero
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
