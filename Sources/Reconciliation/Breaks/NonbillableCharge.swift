import Accounting
import Billing

extension BreakRule {
  static let nonbillableCharge = BreakRule(
    code: .nonbillableCharge, severity: .error,
    meaning:
      "An entry bills a call that may not be charged: failed, internal, a poll, or marked not billable.",
    remedy: "reversal",
    disposition: .post,
    judge: .request { match, book in
      let shares = match.shares(in: .notChargeable)
      guard !shares.isEmpty, match.signal == nil else { return nil }
      var reasons = Listing()
      var doubt: String?
      for event in match.events {
        if event.isOfUnknownWord {
          doubt = "That is no word of the contract, so a person decides whether it may be charged."
        }
        if let reason = event.reasonNotChargeable {
          reasons.add("event \(event.eventID): \(reason)")
        }
      }
      var finding = match.finding(
        book, shares: shares,
        explanation: """
          \(shares.text) is billed for a request that may not be charged \
          (\(reasons.joined(separator: "; "))).
          """,
        drafts: match.clearing(shares))
      finding?.doubt = doubt
      return finding
    })
}
