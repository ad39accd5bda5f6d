import Billing

extension BreakRule {
  static let duplicateEvent = BreakRule(
    code: .duplicateEvent, severity: .info,
    meaning: "The gateway holds one request twice with the same payload.",
    remedy: "none if it is billed once",
    disposition: .report,
    judge: .request { match, book in
      if let original = match.copyOf, match.shares.isEmpty {
        return match.finding(
          book,
          explanation: """
            Event \(match.firstCandidate?.eventID ?? "") tells provider call \
            \(original.providerRequestID ?? "") again, which request \(original.requestID) has \
            already told in event \(original.eventID).
            """)
      }
      guard let first = match.firstCandidate else { return nil }
      var copies = Listing()
      for other in match.candidates.dropFirst() where other.payload == first.payload {
        copies.add(other.eventID)
      }
      guard copies.count > 0 else { return nil }
      return match.finding(
        book,
        explanation: """
          The request is logged \(copies.count + 1) times with the same payload; event \
          \(first.eventID) stands and \(copies.joined(separator: ", ")) \
          \(copies.count == 1 ? "repeats" : "repeat") it.
          """)
    })
}
