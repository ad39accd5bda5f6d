extension BreakRule {
  static let budgetOverrun = BreakRule(
    code: .budgetOverrun, severity: .warning,
    meaning: "A call started though the user's tokens of the day were used up.",
    remedy: "none: the calls were made; find out why they were not refused",
    disposition: .report,
    judge: .fact { (overrun: BudgetOverrun, _) in
      let key = overrun.key
      let calls = overrun.calls
      var finding = Finding(
        subject: "budget \(key.day) \(key.user)",
        place: GroupKey(
          tenant: key.tenant, deployment: nil, currency: .none, period: key.day.period),
        explanation: """
          \(counted(calls.count, "call")) of \(key.user) on \(key.day), of \
          \(calls.tokens) tokens, started at or past the limit: the first at \(overrun.first), with \
          \(overrun.usedBefore) tokens of \(overrun.limit) used.
          """)
      finding.events = calls.evidence
      finding.measure = try calls.measure()
      finding.occurredAt = overrun.first
      return finding
    })
}
