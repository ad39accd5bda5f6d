import Accounting

extension BreakRule {
  static let subcentLeak = BreakRule(
    code: .subcentLeak, severity: .warning,
    meaning: "Every charge of a group rounds to zero, so that the group is never billed at all.",
    remedy: "one rounding entry per group, on approval",
    disposition: .review,
    judge: .group { group, book in
      guard try group.hasDrift(book), group.isAllSubcent else { return nil }
      return try group.driftFinding(
        """
        Each of \(group.totals.usage.requests) charges rounds to zero; together they come to \
        \(group.recorded) \(group.key.currency), of which \
        \(group.due.roundedUsage.text(group.key.currency)) is due.
        """)
    })
}
