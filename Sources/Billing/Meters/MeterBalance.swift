import Accounting

/// Credits on an account: used once its allowance is, those that expire first before the others.
public struct MeterCredit: Sendable, Equatable {
  public let creditID: String
  public let granted: Fraction
  public fileprivate(set) var left: Fraction
  /// `nil` = at once.
  public let startsAt: Instant?
  /// Exclusive; `nil` = never.
  public let expiresAt: Instant?

  public init(_ creditID: String, of amount: Money, startsAt: Instant?, expiresAt: Instant?) {
    self.creditID = creditID
    granted = Fraction(amount)
    left = granted
    self.startsAt = startsAt
    self.expiresAt = expiresAt
  }

  static func inOrderOfUse(_ left: MeterCredit, _ right: MeterCredit) -> Bool {
    (left.expiresAt?.microseconds ?? .max, left.creditID)
      < (right.expiresAt?.microseconds ?? .max, right.creditID)
  }
}

/// What an account of one entity has used, and has left. Periods begin anew when somebody looks and
/// not by the clock, so a balance that nobody used for a while still shows an old period.
public struct MeterBalance: Sendable, Equatable {
  /// Of the allowance, in the period.
  public private(set) var used = Fraction.zero
  /// Left of the period before.
  public private(set) var carried = Fraction.zero
  /// Not yet expired when last looked at.
  public private(set) var credits: [MeterCredit]
  /// `nil` before the first use, and where the allowance never begins anew.
  public private(set) var periodStart: Instant?
  private var limit = UsageLimit.nothing
  private let isPeak: Bool

  public init(_ aggregation: Meter.Aggregation = .cumulative, credits: [MeterCredit] = []) {
    isPeak = aggregation == .peak
    self.credits = credits.sorted(by: MeterCredit.inOrderOfUse)
  }

  /// First expires credits, then begins a new period if one has begun since.
  ///
  /// - Parameters:
  ///   - limit: in force at `now`.
  ///   - period: `nil` = the allowance never begins anew.
  ///   - anchor: when the limit took effect, from where periods count.
  public mutating func settle(
    at now: Instant, limit: UsageLimit, period: MeterPeriod?, from anchor: Instant,
    rolloverCap: Money?
  ) {
    credits.removeAll { credit in credit.expiresAt.map { $0 <= now } ?? false }
    defer { self.limit = limit }
    guard let period else { return }
    let start = period.start(of: now, from: anchor)
    // An entry told late falls into a period that is over: what was used since stands.
    if let periodStart, start <= periodStart { return }
    carried = left(before: start, of: period, from: anchor, now: limit)
    carried = min(carried, rolloverCap.map { max(.zero, Fraction($0)) } ?? .zero)
    used = .zero
    periodStart = start
  }

  /// What the period before has left. Its own allowance was used before what was carried to it, so that
  /// what is carried lasts one period; and if nobody used it, all of it is left.
  private func left(
    before start: Instant, of period: MeterPeriod, from anchor: Instant, now limit: UsageLimit
  ) -> Fraction {
    let end = Instant(microseconds: start.microseconds &- 1)
    if let periodStart,
      [anchor, periodStart].contains(where: { grid in
        period.start(of: end, from: grid) == periodStart
      })
    {
      guard case .upTo(let amount) = self.limit else { return .zero }
      return max(.zero, Fraction(amount) - used)
    }
    guard anchor < start, case .upTo(let amount) = limit else { return .zero }
    return Fraction(amount)
  }

  /// What may still be used at `now`; `nil` = any quantity.
  public func room(at now: Instant) -> Fraction? {
    guard case .upTo(let amount) = limit else { return nil }
    let own = isPeak ? Fraction(amount) + carried : max(.zero, allowance(amount) - used)
    return credits.reduce(own) { $0 + ($1.isAvailable(at: now) ? $1.left : .zero) }
  }

  public func hasRoom(for quantity: Fraction, at now: Instant) -> Bool {
    room(at: now).map { quantity <= $0 } ?? true
  }

  /// Books a quantity, past the limit too: usage that has happened is not undone by a limit. A negative
  /// one gives back what was taken, last taken first.
  public mutating func take(_ quantity: Fraction, at now: Instant) {
    if quantity.sign < 0 { return giveBack(-quantity) }
    if isPeak {
      used = max(used, quantity)
      return
    }
    guard case .upTo(let amount) = limit else {
      used = used + quantity
      return
    }
    let fromAllowance = min(quantity, max(.zero, allowance(amount) - used))
    var rest = quantity - fromAllowance
    for index in credits.indices where credits[index].isAvailable(at: now) {
      let part = min(rest, credits[index].left)
      credits[index].left = credits[index].left - part
      rest = rest - part
    }
    used = used + fromAllowance + rest
  }

  private mutating func giveBack(_ quantity: Fraction) {
    guard !isPeak else { return }
    var rest = quantity
    for index in credits.indices.reversed() {
      let part = min(rest, credits[index].granted - credits[index].left)
      credits[index].left = credits[index].left + part
      rest = rest - part
    }
    used = max(.zero, used - rest)
  }

  private func allowance(_ amount: Money) -> Fraction { Fraction(amount) + carried }
}

extension MeterCredit {
  fileprivate func isAvailable(at now: Instant) -> Bool { startsAt.map { $0 <= now } ?? true }
}
