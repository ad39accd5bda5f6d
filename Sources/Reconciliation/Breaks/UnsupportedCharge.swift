import Accounting

extension BreakRule {
  static let unsupportedCharge = BreakRule(
    code: .unsupportedCharge, severity: .warning,
    meaning:
      "An entry bills a request that the gateway never saw, or accrues what is never taken back.",
    remedy: "a person decides; reversal on approval",
    disposition: .review,
    judge: .request { match, book in
      let shares = match.shares(in: .unsupported)
      guard !shares.isEmpty else { return nil }
      let what = match.subject.requestID == nil ? "An entry without a request" : "No event"
      return match.finding(
        book, shares: shares,
        explanation: "\(what) supports \(shares.text)\(match.reasonsGiven).",
        drafts: match.clearing(shares))
    },
    beside: .group { group, _ in
      let left = group.bridge[.corrections]
      guard group.isWholePeriod, !left.isZero else { return nil }
      return Finding(
        subject: "accrual", place: group.key, entries: group.entries(.accrual).evidence,
        shares: [GroupShare(group: group.key, amount: left)],
        explanation: """
          Accruals for the month come to \(left.text(group.key.currency)): what is accrued has to be \
          taken back, by an entry for the same month of service.
          """,
        drafts: [group.entry(.accrual, -left)])
    })
}

extension RequestMatch {
  /// The reasons its entries state, if any.
  fileprivate var reasonsGiven: String {
    let reasons = entries.reduce(into: Set<String>()) { reasons, entry in
      if let reason = entry.reason { reasons.insert(reason) }
    }
    var listed = Listing()
    for reason in reasons.sorted() { listed.add(reason) }
    return reasons.isEmpty
      ? "" : "; its entries give as reason \(listed.joined(separator: ", "))"
  }
}
