import Accounting

extension BreakRule {
  static let periodChargeDisagreement = BreakRule(
    code: .periodChargeDisagreement, severity: .warning,
    meaning: """
      The gateway's period charge is not what policy and usage come to, or its charges contradict \
      each other.
      """,
    remedy: """
      a person decides; until then the gateway's charge stands under a plan, and where it says \
      several things, nothing is trued up
      """,
    disposition: .report,
    judge: .group { group, book in
      if let contradiction = group.due.contradiction {
        return Finding(
          subject: "period charge", place: group.key,
          explanation: """
            What the month comes to cannot be told: \(contradiction). No true-up is proposed until \
            one charge stands; usage at its own prices is \
            \(group.due.roundedUsage.text(group.key.currency)).
            """)
      }
      guard let given = group.due.periodCharge, let derived = group.due.derived else { return nil }
      let currency = group.key.currency
      let charge = try given.amount.rounded(to: currency, book.terms.rounding)
      guard charge != derived else { return nil }
      let difference = try charge - derived
      return Finding(
        subject: "period charge", place: group.key, measure: Measure(difference, currency),
        explanation: """
          The gateway charges \(charge.text(currency)) (revision \(given.revision)), which is \
          \(try (charge - group.due.roundedUsage).text(currency)) beside usage at its own prices, \
          \(group.due.roundedUsage.text(currency)). Policy and usage \
          (\(group.totals.usage.requests) requests, \(group.totals.usage.tokens) tokens) come to \
          \(derived.text(currency))\(group.due.arithmetic.map { ": \($0)" } ?? ""). The difference \
          is \(difference.text(currency)).
          """)
    })
}
