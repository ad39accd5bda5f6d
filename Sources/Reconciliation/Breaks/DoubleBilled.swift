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
          drafts: try shares.flatMap(match.clearing))
      }
      let live = match.liveUsage
      let surplus = live.dropFirst().filter { !$0.rest.isZero }
      return match.finding(
        book, shares: shares,
        explanation: """
          Billed \(live.count) times: \(live[0].text) stands; \
          \(surplus.map(\.text).joined(separator: ", ")) is surplus.
          """,
        drafts: surplus.map(match.reversal))
    })
}
