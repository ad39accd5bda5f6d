import Accounting
import Billing

extension BreakRule {
  static let doubleBilled = BreakRule(
    code: .doubleBilled, severity: .error,
    meaning: "One request, or one provider call, is billed more than once.",
    remedy: "reversal of the surplus",
    disposition: .post,
    judge: .request { match, book in
      let shares = match.shares(in: .doubleBilled)
      guard !shares.isEmpty else { return nil }
      if let original = match.copyOf {
        return match.finding(
          book, shares: shares,
          explanation: """
            Provider call \(original.providerRequestID ?? "") was billed under request \
            \(original.requestID) already: \(shares.text) is billed again.
            """,
          drafts: match.clearing(shares))
      }
      var live = 0
      var standing = ""
      var surplus = Listing()
      for posting in match.liveUsage {
        live += 1
        if live == 1 {
          standing = posting.text
        } else if !posting.rest.isZero {
          surplus.add(posting.text)
        }
      }
      return match.finding(
        book, shares: shares,
        explanation: """
          Billed \(live) times: \(standing) stands; \(surplus.joined(separator: ", ")) \
          \(surplus.count == 1 ? "is" : "are") surplus.
          """,
        drafts: match.reversalsOfSurplus)
    })
}
