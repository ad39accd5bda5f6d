import Accounting

extension PlanCharge {
  /// The sum as a person would write it down, in the plan's unit and in major units of `currency`:
  ///
  /// `base fee 20.00 × 7/15 = 9.333333… and 700000 tokens less 466666.666666… included:
  /// 233333.333333… × 0.000002 = 0.466666…`
  public func arithmetic(unit: String?, in currency: Currency, fee whole: Money?) -> String {
    var terms: [String] = []
    if let fee, let whole {
      let of = share == .one ? "" : " × \(share.ratio) = \(fee.text)"
      terms.append("base fee \(whole.text(in: currency))\(of)")
    }
    if let quantities { terms.append(usage(quantities, unit, currency)) }
    if topUp.sign > 0 { terms.append("\(topUp.text) up to the minimum charge") }
    return terms.isEmpty ? "everything is included" : terms.joined(separator: " and ")
  }

  private func usage(
    _ quantities: Quantities, _ unit: String?, _ currency: Currency
  ) -> String {
    let name =
      switch unit {
      case "charge": "\(currency) of charges"
      case let unit?: "\(unit)s"
      case nil: "units"
      }
    var text = "\(quantities.used.text) \(name) less \(quantities.included.text) included"
    if !quantities.carried.isZero { text += " and \(quantities.carried.text) carried over" }
    guard !overage.isEmpty else { return text + ": nothing past it" }
    let priced = overage.map { "\($0.quantity.text) × \($0.price) = \($0.amount.text)" }
    return text + ": " + priced.joined(separator: ", ")
  }
}

extension PolicyMonthCharge {
  /// All parts, each with its policy and where it ends.
  public func arithmetic(in currency: Currency) -> String {
    parts.enumerated().map { index, part in
      let isLast = index == parts.count - 1
      let until = isLast ? "" : " until \(part.segment.range.upperBound)"
      let name = part.segment.policy?.policyID ?? "no policy"
      let heading = parts.count == 1 ? "" : "\(name)\(until): "
      guard let charge = part.charge, let plan = part.segment.plan(in: currency) else {
        return "\(heading)\(part.usage.requests) charges of \(part.usage.charge.text(in: currency))"
      }
      return heading
        + charge.arithmetic(unit: plan.includedUnit, in: currency, fee: plan.baseFee)
    }.joined(separator: "; ")
  }
}
