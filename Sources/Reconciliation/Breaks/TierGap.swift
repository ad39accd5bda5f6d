extension BreakRule {
  static let tierGap = BreakRule(
    code: .tierGap, severity: .warning,
    meaning:
      "One usage stands in the platform's ledger of meters and not in the tenant's, or vice versa.",
    remedy: "a person decides which of the two is right",
    disposition: .report,
    judge: .fact { (fault: MeterFault, _) in
      guard fault.key.cause == .oneTier else { return nil }
      let times = fault.count == 1 ? "1 usage" : "\(fault.count) usages"
      let isPlatform = fault.key.entity == fault.key.tenant
      let right = fault.key.right.map { ", on \($0)" } ?? ""
      return fault.finding(
        measured: fault.surplus,
        explanation: """
          \(times) of \(fault.key.model ?? "no known model") on \(fault.key.day) \
          \(fault.count == 1 ? "stands" : "stand") in the ledger of the \
          \(isPlatform ? "tenant" : "platform") and not in that of the \
          \(isPlatform ? "platform" : "tenant"): \(fault.due) missing for \(fault.key.entity)\(right).
          """)
    })
}
