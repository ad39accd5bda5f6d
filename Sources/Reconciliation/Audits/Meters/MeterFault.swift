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
    /// In units of `key.account`.
    let booked: Fraction
    /// In units of `key.right`: what is missing there.
    let due: Fraction
    let booking: MeterBooking
    let deviations: [MeterBooking.Deviation]

    var event: MeteredEvent? { booking.event }
    var entry: MeterEntry? { booking.entry }
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
  /// Whether what its accounts hold is a sum of entries, as it is not where the largest one counts.
  package let isOfSums: Bool
  /// What stands on each account beyond what should, in the account's own units.
  package private(set) var deviations: [MeterAccount: Fraction] = [:]
  private(set) var rightings: [MeterRighting] = []
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

  init(_ key: Key, unit: String, isOfSums: Bool, at first: Instant) {
    self.key = key
    self.unit = unit
    self.isOfSums = isOfSums
    self.first = first
  }

  package var eventEvidence: Evidence { events.evidence }
  package var entryEvidence: Evidence { entries.evidence }

  mutating func add(_ item: Item) {
    count(item, 1)
    first = min(first, item.at)
    if let event = item.event { events.add(event.eventID) }
    if let entry = item.entry { entries.add(entry.entryID) }
    rightings.append(MeterRighting(item))
  }

  /// Takes back what was added.
  mutating func remove(_ item: Item) {
    count(item, -1)
    if let event = item.event { events.remove(event.eventID) }
    if let entry = item.entry { entries.remove(entry.entryID) }
    let name = MeterRighting.Name(item)
    if let index = rightings.lastIndex(where: { $0.name == name }) { rightings.remove(at: index) }
  }

  private mutating func count(_ item: Item, _ sign: Int) {
    let factor = Fraction(Int128(sign), over: 1)
    count += sign
    booked = booked + factor * item.booked
    due = due + factor * item.due
    for deviation in item.deviations {
      let before = deviations[deviation.account] ?? .zero
      deviations[deviation.account] = before + factor * deviation.amount
    }
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
