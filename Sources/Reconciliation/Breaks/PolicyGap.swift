import Accounting

extension BreakRule {
  static let policyGap = policyFault(
    .policyGap, meaning: "No charge policy is in force when a chargeable event occurs.",
    fault: "no policy is in force", census: \.withoutPolicy)
  static let policyOverlap = policyFault(
    .policyOverlap,
    meaning: "Several charge policies of one reach are in force when an event occurs.",
    fault: "several policies are in force", census: \.underSeveralPolicies)

  private static func policyFault(
    _ code: BreakCode, meaning: String, fault: String,
    census: @escaping @Sendable (GroupTotals) -> Census
  ) -> BreakRule {
    BreakRule(
      code: code, severity: .error, meaning: meaning,
      remedy: "none: mend the policies; the group is blocked until then", disposition: .report,
      judge: .group { group, _ in
        let events = census(group.totals)
        guard events.count > 0 else { return nil }
        let listed = events.count > events.firstIDs.count ? ", the first of them listed" : ""
        return Finding(
          subject: "policy", place: group.key, events: Evidence(events.firstIDs),
          explanation: """
            For \(events.count) of \(group.totals.usage.requests) charged events\(listed), \(fault) \
            at the time they occurred.
            """)
      })
  }
}
