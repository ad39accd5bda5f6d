import Billing

extension BreakRule {
  static let conflictingEvent = BreakRule(
    code: .conflictingEvent, severity: .warning,
    meaning: "The gateway holds one request with different payloads; the first stands for now.",
    remedy: "a person decides which payload is right",
    disposition: .report,
    judge: .request { match, book in
      guard let first = match.candidates.first else { return nil }
      let others = match.candidates.dropFirst().filter { $0.payload != first.payload }
      guard !others.isEmpty else { return nil }
      let told = ([first] + others).map {
        "\($0.eventID) says \($0.model), \($0.tokens.text.isEmpty ? "no tokens" : $0.tokens.text), "
          + "\(($0.charge ?? .zero).text($0.currency))"
      }
      return match.finding(
        book,
        explanation: told.joined(separator: "; ") + ". The first is taken to stand.")
    })
}
