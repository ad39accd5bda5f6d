import Billing

extension BreakRule {
  static let conflictingEvent = BreakRule(
    code: .conflictingEvent, severity: .warning,
    meaning: "The gateway holds one request with different payloads; the first stands for now.",
    remedy: "a person decides which payload is right",
    disposition: .report,
    judge: .request { match, book in
      guard let first = match.firstCandidate else { return nil }
      var told = Listing()
      told.add(first.saying)
      for other in match.candidates.dropFirst() where other.payload != first.payload {
        told.add(other.saying)
      }
      guard told.count > 1 else { return nil }
      return match.finding(
        book,
        explanation: told.joined(separator: "; ") + ". The first is taken to stand.")
    })
}

extension UsageEvent {
  fileprivate var saying: String {
    "\(eventID) says \(model), \(tokens.text.isEmpty ? "no tokens" : tokens.text), "
      + "\((charge ?? .zero).text(currency))"
  }
}
