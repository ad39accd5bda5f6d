import Accounting

extension BreakRule {
  static let unsupportedCharge = BreakRule(
    code: .unsupportedCharge, severity: .warning,
    meaning: "An entry bills a request that the gateway never saw.",
    remedy: "a person decides; reversal on approval",
    disposition: .review,
    judge: .request { match, book in
      let shares = match.shares(in: .unsupported)
      guard !shares.isEmpty else { return nil }
      let what = match.subject.requestID == nil ? "An entry without a request" : "No event"
      return match.finding(
        book, shares: shares,
        explanation: "\(what) supports \(shares.text)\(match.reasonsGiven).",
        drafts: try shares.flatMap(match.clearing))
    })
}

extension RequestMatch {
  /// The reasons its entries state, if any.
  fileprivate var reasonsGiven: String {
    let reasons = Set(entries.compactMap(\.reason)).sorted()
    return reasons.isEmpty ? "" : "; its entries give as reason \(reasons.joined(separator: ", "))"
  }
}
