import Accounting
import Billing

/// What the audit of meters has found of one kind: all usage of one model and day, for one account of
/// one entity, that went wrong in one way.
package struct MeterFault: AuditItem {
  package enum Cause: String, Hashable, Sendable, CaseIterable {
    /// Booked to an account that the waterfall does not choose.
    case wrongAccount = "wrong account"
    /// Booked to the meter of another model.
    case wrongMeter = "wrong meter"
    /// Not the quantity that the log tells.
    case wrongAmount = "wrong amount"
    /// One usage, booked again.
    case twice
    /// Booked, though no account had room for it.
    case pastLimit = "past the limit"
    /// No usage in the log is behind it.
    case noUsage = "no usage"
    /// Used, and booked nowhere.
    case unrecorded
    /// Used, and booked nowhere, for nothing had room for it: the call should not have been made.
    case uncovered
    /// Booked for the other tier alone.
    case oneTier = "one tier"
  }

  /// What makes it one with others.
  package struct Key: Hashable, Sendable {
    package let cause: Cause
    /// In the job's time zone.
    package let day: CivilDate
    /// Where it is shown.
    package let tenant: String
    /// Whose balance it is.
    package let entity: String
    /// `nil` where no usage is known.
    package var model: String?
    /// Booked to; `nil` where nothing was.
    package var account: MeterAccount?
    /// Where it belongs; `nil` where nowhere.
    package var right: MeterAccount?
  }

  /// One usage that went wrong.
  struct Item: Sendable {
    let at: Instant
    /// In units of the account it is booked to.
    var booked = Fraction.zero
    /// In units of the account it belongs to.
    var due = Fraction.zero
    var event: MeteredEvent?
    var entry: MeterEntry?
  }

  package let key: Key
  /// What the fault is measured in.
  package let unit: String
  package private(set) var count = 0
  /// In units of `key.account`.
  package private(set) var booked = Fraction.zero
  /// In units of `key.right`.
  package private(set) var due = Fraction.zero
  /// In units of the model's own meter.
  package private(set) var used = Fraction.zero
  /// How many of them rest on tokens that were estimated.
  package private(set) var estimated = 0
  package private(set) var first: Instant
  private var events = Tail()
  private var entries = Tail()

  /// The first ids of a list, and how many there are.
  private struct Tail: Sendable {
    private var ids: [String] = []
    private var count = 0

    mutating func add(_ id: String) {
      count += 1
      if ids.count < Evidence.idsListed { ids.append(id) }
    }

    mutating func remove(_ id: String) {
      count -= 1
      if let index = ids.firstIndex(of: id) { ids.remove(at: index) }
    }

    var evidence: Evidence { Evidence(firstIDs: ids, count: count) }
  }

  init(_ key: Key, unit: String, at first: Instant) {
    self.key = key
    self.unit = unit
    self.first = first
  }

  package var eventEvidence: Evidence { events.evidence }
  package var entryEvidence: Evidence { entries.evidence }

  mutating func add(_ item: Item) {
    count(item, 1)
    first = min(first, item.at)
    if let event = item.event { events.add(event.eventID) }
    if let entry = item.entry { entries.add(entry.entryID) }
  }

  /// Takes back what was added.
  mutating func remove(_ item: Item) {
    count(item, -1)
    if let event = item.event { events.remove(event.eventID) }
    if let entry = item.entry { entries.remove(entry.entryID) }
  }

  private mutating func count(_ item: Item, _ sign: Int) {
    let factor = Fraction(Int128(sign), over: 1)
    count += sign
    booked = booked + factor * item.booked
    due = due + factor * item.due
    guard let event = item.event else { return }
    used = used + factor * event.quantity
    estimated += event.isEstimated ? sign : 0
  }
}

/// A call as the audit of meters sees it.
struct MeteredEvent: Sendable {
  let eventID: String
  let requestID: String
  let tenant: String
  let user: String?
  let model: String
  let tokens: TokenVector
  let quantity: Fraction
  let at: Instant
  let recordedAt: Instant
  let isEstimated: Bool
  /// A report of a call from elsewhere, which may tell one that the log knows already.
  let isReport: Bool
  /// By account, what the call comes to there, in the order of the waterfall.
  let steps: [(account: MeterAccount, amount: Fraction)]
}
