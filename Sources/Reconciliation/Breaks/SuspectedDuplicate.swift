import Accounting
import Billing

extension BreakRule {
  static let suspectedDuplicate = BreakRule(
    code: .suspectedDuplicate, severity: .warning,
    meaning:
      "Two requests look like one: same tenant, user or session, model and tokens within seconds.",
    remedy: "a person decides whether the later one is billed",
    disposition: .report,
    judge: .exception { item, book in
      guard case .suspectedDuplicate(let pair) = item else { return nil }
      let apart = pair.later.occurredAt.seconds(since: pair.earlier.occurredAt)
      return Finding(
        subject: Subject.request(pair.later.requestID).text,
        place: GroupKey(of: pair.later, in: book.terms.zone),
        requestID: pair.later.requestID,
        events: Evidence([pair.earlier.eventID, pair.later.eventID]),
        explanation: """
          Came \(apart) s after request \(pair.earlier.requestID) with the same tenant, user, \
          session, model \(pair.later.model) and tokens (\(pair.later.tokens.text)). If it is \
          the same call, \((pair.later.charge ?? .zero).text(pair.later.currency)) is charged \
          twice.
          """,
        occurredAt: pair.later.occurredAt)
    },
    beside: .fact { (pair: SuspectedSignal, audit) in
      let (earlier, later) = (pair.earlier, pair.later)
      let apart = later.occurredAt.seconds(since: earlier.occurredAt)
      return Finding(
        subject: Subject.request(later.requestID).text,
        place: GroupKey(of: later, in: audit.terms.zone), requestID: later.requestID,
        events: Evidence([earlier.eventID, later.eventID]),
        explanation: """
          Came \(apart) s after signal \(earlier.requestID) with the same \(later.unit ?? ""), \
          pipeline \(later.model), request \(later.session ?? "none") and count \
          \((later.quantity ?? .zero)). If it is the same signal under another key, \
          \((later.charge ?? .zero).text(later.currency)) is charged twice.
          """,
        occurredAt: later.occurredAt)
    })
}
