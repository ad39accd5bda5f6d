extension BreakRule {
  static let missedDowngrade = BreakRule(
    code: .missedDowngrade, severity: .warning,
    meaning:
      "A call was made with the usual model though its user's budget had passed the threshold.",
    remedy: "none: the calls were made; find out why the model did not step down",
    disposition: .report,
    judge: .fact { (missed: MissedDowngrade, book) in
      let key = missed.key
      let calls = missed.calls
      var finding = Finding(
        subject: "downgrade \(key.day) \(key.model)",
        place: GroupKey(
          tenant: key.tenant, deployment: key.deployment, currency: .none, period: key.day.period),
        explanation: """
          \(counted(calls.count, "call")) of \(calls.tokens) tokens on \
          \(key.day) went to \(key.model) and not to \(missed.lower): the first at \(missed.first), \
          when \(missed.user) had used \(missed.usedBefore) tokens of \(missed.limit), and the model \
          steps down from \(missed.threshold) of them on.
          """)
      finding.events = calls.evidence
      finding.measure = try calls.measure()
      finding.occurredAt = missed.first
      return finding
    })
}
