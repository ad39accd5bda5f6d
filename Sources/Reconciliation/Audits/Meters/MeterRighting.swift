import Accounting
import Billing

/// What rights one usage: on each account that shows more or less than it should, the opposite.
struct MeterRighting: Sendable {
  /// What distinguishes a usage from others in an entity's book.
  struct Name: Hashable, Sendable {
    let eventID: String?
    let entryID: String?

    init(_ item: MeterFault.Item) {
      eventID = item.event?.eventID
      entryID = item.entry?.entryID
    }
  }

  let name: Name
  private let requestID: String?
  private let entry: (id: String, account: MeterAccount)?
  private let deviations: [MeterBooking.Deviation]
  private let earlierKeys: EarlierKeys

  init(_ item: MeterFault.Item) {
    name = Name(item)
    requestID = item.event?.requestID ?? item.entry?.requestID
    entry = item.entry.map { ($0.entryID, $0.account) }
    deviations = item.deviations
    earlierKeys = item.booking.earlierKeys
  }

  /// Whether each of its quantities can be written down to the last digit.
  var isExact: Bool { deviations.allSatisfy { (try? (-$0.amount).exactMoney()) != nil } }

  /// What an adjustment is for. One usage may be booked again and again, and what no usage is behind
  /// may name one request many times: these are told apart by their entries.
  private func subject(_ key: MeterFault.Key, _ account: MeterAccount) -> String {
    var usage = requestID.map { ["request", $0] } ?? []
    if requestID == nil || name.eventID == nil || key.cause == .twice {
      usage += ["entry", entry?.id ?? ""]
    }
    return "units " + ([key.entity] + usage + [account.text]).withLengths
  }

  /// One adjustment for an account. It names the entry that it gives back, or what was given back of,
  /// and what it takes from elsewhere the request alone.
  func visit(_ key: MeterFault.Key, _ take: Drafts.Visit) throws {
    for deviation in deviations {
      let account = deviation.account
      let answered = entry.flatMap { $0.account == account ? $0.id : nil }
      try take(
        CorrectionDraft(
          kind: .adjustment,
          place: GroupKey(
            tenant: key.entity, deployment: nil, currency: .none, period: key.day.period),
          amount: .zero, requestID: requestID, reversesEntryID: answered,
          subject: subject(key, account), earlierKeys: earlierKeys,
          units: UnitPosting(
            account: account.text, quantity: try (-deviation.amount).exactMoney(),
            unit: deviation.unit)))
    }
  }
}
