import Accounting

/// What every entity may use and has used: what a gateway asks before a call and tells after it, and
/// what a ledger of meters is replayed with.
///
/// Nothing in it throws or traps, whatever it is asked, so that metering can never make a call fail. A
/// value: whoever shares it between tasks keeps it in an actor.
///
/// ```swift
/// var book = MeterBook(Waterfall(meters), allowances: allowances)
/// guard !book.check(estimate, on: model, of: tenant, at: now).isRefused else { return refusal }
/// let reply = try await provider.complete(prompt)
/// book.record(Fraction(reply.tokens.total, over: 1), on: model, of: tenant, at: now)
/// ```
public struct MeterBook: Sendable {
  private struct Key: Hashable {
    let entity: String
    let account: MeterAccount
  }

  public let waterfall: Waterfall
  private let limits: [Key: [Allowance]]
  private let credits: [Key: [Allowance]]
  private let entities: Set<String>
  private var balances: [Key: MeterBalance] = [:]

  /// - Parameter allowances: limits and credits; those of a user are of the user as an entity.
  public init(_ waterfall: Waterfall, allowances: [Allowance]) {
    self.waterfall = waterfall
    var limits: [Key: [Allowance]] = [:]
    var credits: [Key: [Allowance]] = [:]
    var entities: Set<String> = []
    for allowance in allowances {
      guard let account = MeterAccount(allowance.account) else { continue }
      let key = Key(entity: allowance.user ?? allowance.tenant, account: account)
      entities.insert(key.entity)
      switch allowance.kind {
      case .limit: limits[key, default: []].append(allowance)
      case .credit: credits[key, default: []].append(allowance)
      case .dailyBudget: break
      }
    }
    self.limits = limits
    self.credits = credits
    self.entities = entities
  }

  /// Whether anything is allowed to an entity at all: whether metering is provisioned for it.
  public func isProvisioned(_ entity: String) -> Bool { entities.contains(entity) }

  /// What would become of a quantity, were it recorded at `now`.
  ///
  /// Ask for what the call may use, not for one unit: a test of one unit lets a call through that no
  /// account has room for.
  public func check(
    _ quantity: Fraction, on slug: String, of entity: String, at now: Instant
  ) -> Allotment {
    switch place(of: quantity, on: slug, of: entity, at: now) {
    case .notMetered: .notMetered
    case .refused: .refused
    case .found(let place): .taken(place.key.account, amount: place.amount)
    }
  }

  /// Books a quantity that has been used: expires credits, begins a new period if it is time, tests the
  /// limit, and goes down the waterfall. What is refused is booked nowhere.
  @discardableResult
  public mutating func record(
    _ quantity: Fraction, on slug: String, of entity: String, at now: Instant
  ) -> Allotment {
    switch place(of: quantity, on: slug, of: entity, at: now) {
    case .notMetered: return .notMetered
    case .refused: return .refused
    case .found(var place):
      place.balance.take(place.amount, at: now)
      balances[place.key] = place.balance
      return .taken(place.key.account, amount: place.amount)
    }
  }

  /// Books an amount to an account as another book has it, whether there is room or not; a negative one
  /// gives back.
  public mutating func book(
    _ amount: Fraction, to account: MeterAccount, of entity: String, at now: Instant
  ) {
    let meter = waterfall.meter(of: account)
    guard meter?.kind != .boolean else { return }
    let key = Key(entity: entity, account: account)
    var balance = settled(key, meter, at: now)
    balance.take(amount, at: now)
    balances[key] = balance
  }

  /// How an account of an entity stands at `now`, once credits are expired and periods begun anew.
  public func balance(
    of account: MeterAccount, entity: String, at now: Instant
  ) -> MeterBalance {
    settled(Key(entity: entity, account: account), waterfall.meter(of: account), at: now)
  }

  /// The account that takes a quantity, its balance settled.
  private struct Place {
    let key: Key
    var balance: MeterBalance
    let amount: Fraction
  }

  private enum Search {
    case found(Place)
    case refused, notMetered
  }

  private func place(
    of quantity: Fraction, on slug: String, of entity: String, at now: Instant
  ) -> Search {
    let steps = waterfall.steps(for: max(.zero, quantity), on: slug)
    for step in steps {
      let key = Key(entity: entity, account: step.account)
      let balance = settled(key, step.meter, at: now)
      // A feature is allowed or not; nothing of it is used up.
      let isFeature = step.meter.kind == .boolean
      if balance.hasRoom(for: isFeature ? .one : step.amount, at: now) {
        let amount = isFeature ? .zero : step.amount
        return .found(Place(key: key, balance: balance, amount: amount))
      }
    }
    return steps.isEmpty ? .notMetered : .refused
  }

  private func settled(_ key: Key, _ meter: Meter?, at now: Instant) -> MeterBalance {
    let limit = Allowance.latest(of: limits[key] ?? [], at: now)
    var balance = balances[key] ?? opening(of: key, meter)
    balance.settle(
      at: now, limit: limit.map { UsageLimit($0.amount) } ?? .nothing, period: meter?.period,
      from: limit?.startsAt ?? Instant(microseconds: 0), rolloverCap: meter?.rolloverCap)
    return balance
  }

  private func opening(of key: Key, _ meter: Meter?) -> MeterBalance {
    let granted = (credits[key] ?? []).map { credit in
      MeterCredit(
        credit.allowanceID, of: credit.amount ?? .zero, startsAt: credit.startsAt,
        expiresAt: credit.endsAt)
    }
    return MeterBalance(meter?.aggregation ?? .cumulative, credits: granted)
  }
}
