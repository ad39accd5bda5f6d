import Accounting
import Billing

extension Money {
  /// `2.40 USD`.
  func text(_ currency: Currency) -> String { "\(text(in: currency)) \(currency)" }
}

/// `1 call`, `2 calls`.
func counted(_ count: some BinaryInteger, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}

extension LivePosting {
  /// `ent-1 (2.40 USD)`.
  var text: String { "\(entry.entryID) (\(rest.text(group.currency)))" }
}

extension RequestMatch {
  var eventEvidence: Evidence {
    Evidence(
      firstIDs: events.prefix(Evidence.idsListed).map(\.eventID), count: events.count)
  }
  var entryEvidence: Evidence {
    Evidence(
      firstIDs: entries.prefix(Evidence.idsListed).map(\.entryID), count: entries.count)
  }

  /// `request req-7`, or the entry that names none.
  var name: String { subject.text }

  /// The finding of a request, with all its rows as evidence.
  func finding(
    _ book: Casebook, shares: [GroupShare] = [], explanation: String,
    drafts: Drafts = []
  ) -> Finding? {
    guard let place = place(in: book.terms.zone) else { return nil }
    return Finding(
      subject: subject.text, place: place, requestID: subject.requestID, events: eventEvidence,
      entries: entryEvidence, shares: shares, explanation: explanation,
      occurredAt: occurredAt ?? entries.first { GroupKey(of: $0) == place }?.postedAt,
      drafts: drafts)
  }
}

extension [GroupShare] {
  /// `2.40 USD in acme/prod USD 2026-10`, several joined by "and".
  var text: String {
    map { "\($0.amount.text($0.group.currency)) in \($0.group)" }.joined(separator: " and ")
  }
}
