/// A time zone as a table of its changes, so that the core needs no time zone database: whoever
/// has one fills the table in.
public struct BillingZone: Hashable, Sendable {
  /// From `start` on, local time is UTC plus `offset` seconds.
  public struct Change: Hashable, Sendable {
    public let start: Instant
    public let offset: Int

    public init(start: Instant, offset: Int) {
      self.start = start
      self.offset = offset
    }
  }

  /// The IANA name, such as `Europe/Berlin`.
  public let name: String
  private let firstOffset: Int
  private let changes: [Change]

  /// - Parameters:
  ///   - firstOffset: seconds east of UTC before the first change.
  ///   - changes: in order of time.
  public init(name: String, firstOffset: Int, changes: [Change] = []) {
    precondition(zip(changes, changes.dropFirst()).allSatisfy { $0.start < $1.start })
    self.name = name
    self.firstOffset = firstOffset
    self.changes = changes
  }

  public static let utc = BillingZone(name: "UTC", firstOffset: 0)

  /// Seconds east of UTC.
  public func offset(at instant: Instant) -> Int {
    let next = changes.division { $0.start <= instant }
    return next == 0 ? firstOffset : changes[next - 1].offset
  }

  /// The local day an instant falls on.
  public func day(of instant: Instant) -> CivilDate {
    let local = instant.adding(seconds: Int64(offset(at: instant)))
    return CivilDate(daysSinceEpoch: Int(local.microseconds).flooredQuotient(86_400_000_000))
  }

  /// The billing month an instant falls in.
  public func period(of instant: Instant) -> AccountingPeriod { day(of: instant).period }

  /// The first instant of a local day; a day whose midnight a clock change skips starts at the
  /// change.
  public func start(of day: CivilDate) -> Instant {
    let midnight = Int64(day.daysSinceEpoch) * 86_400_000_000
    let noon = Instant(microseconds: midnight)
    let offsets = Set([-86_400, 0, 86_400].map { offset(at: noon.adding(seconds: $0)) })
    let candidates = offsets.map { Instant(microseconds: midnight - Int64($0) * 1_000_000) }
    if let start = candidates.filter({ self.day(of: $0) == day && isMidnight($0) }).min() {
      return start
    }
    let change = changes.first { self.day(of: $0.start) == day }
    return change?.start ?? Instant(microseconds: midnight - Int64(offset(at: noon)) * 1_000_000)
  }

  private func isMidnight(_ instant: Instant) -> Bool {
    let local = instant.adding(seconds: Int64(offset(at: instant)))
    return local.microseconds.isMultiple(of: 86_400_000_000)
  }
}
