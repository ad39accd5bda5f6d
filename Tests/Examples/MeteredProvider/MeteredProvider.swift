import Accounting
import Billing

/// A provider that is asked only when budget and meters allow it, and whose usage is rated and recorded
/// afterwards: the whole use that a gateway makes of the library.
///
/// None of the library's functions throws or waits, so the only ways for a call to fail are the
/// provider's own, and the refusals that this gateway decides on.
public actor MeteredProvider {
  private let provider: any Provider
  private let prices: PriceBook
  /// The model of each deployment.
  private let models: [String: String]
  private let clock: @Sendable () -> Instant
  private var budgets: BudgetBook
  private var meters: MeterBook
  /// What a gateway would write to its log.
  public private(set) var log: [UsageEvent] = []
  /// What it would write to its ledger of meters: the call, and where each tier booked it.
  public private(set) var bookings: [(at: Instant, user: String, allotments: TierAllotments)] = []

  public init(
    _ provider: any Provider, prices: PriceBook, budgets: BudgetBook, meters: MeterBook,
    models: [String: String], clock: @escaping @Sendable () -> Instant
  ) {
    self.provider = provider
    self.prices = prices
    self.budgets = budgets
    self.meters = meters
    self.models = models
    self.clock = clock
  }

  /// - Throws: `Refusal`, and what the provider throws.
  public func complete(_ prompt: String, for caller: Caller) async throws -> Reply {
    let start = clock()
    let call = try admit(prompt, caller, at: start)
    // While the provider works, others may be admitted: together they may pass a limit, by a little.
    let reply = try await provider.complete(prompt, model: call.model)
    record(reply, call, caller, from: start)
    return reply
  }

  /// Before the call: is there budget, perhaps for a cheaper model, and room on the meters?
  private func admit(
    _ prompt: String, _ caller: Caller, at now: Instant
  ) throws(Refusal) -> BudgetedCall {
    var call = BudgetedCall(
      tenant: caller.tenant, user: caller.user,
      model: caller.model ?? models[caller.deployment] ?? "claude-haiku-4-5-20251001",
      namesModel: caller.model != nil)
    switch budgets.check(call, at: now) {
    case .proceed(let model), .stepDown(let model): call.model = model
    case .refuse(let used, let limit): throw .budgetSpent(used: used, limit: limit)
    }
    // Ask for what the call may use, and not for one token.
    let estimate = TokenVector.estimatedTokens(forCharacters: prompt.utf16.count) + 500
    let entities = MeteredEntities(platform: caller.tenant, tenant: caller.user)
    let found = meters.check(
      Fraction(Int128(estimate), over: 1), on: call.model, of: entities, at: now)
    guard !found.isRefused else { throw .noRoom(model: call.model) }
    return call
  }

  /// After the call: what did it use, what does it cost, and where is it booked?
  private func record(_ reply: Reply, _ call: BudgetedCall, _ caller: Caller, from start: Instant) {
    let now = clock()
    let estimate = TokenVector(
      output: TokenVector.estimatedTokens(forCharacters: reply.text.utf16.count))
    let tokens = reply.tokens ?? estimate
    budgets.record(tokens, of: call, at: start)
    let allotments = meters.record(
      Fraction(tokens.total, over: 1), on: call.model,
      of: MeteredEntities(platform: caller.tenant, tenant: caller.user), at: now)
    bookings.append((at: now, user: caller.user, allotments: allotments))
    log.append(
      UsageEvent(
        eventID: "call-\(log.count + 1)", requestID: "call-\(log.count + 1)",
        tenant: caller.tenant, deployment: caller.model == nil ? caller.deployment : nil,
        user: caller.user, occurredAt: start, recordedAt: now, model: call.model, tokens: tokens,
        charge: cost(of: tokens, call.model, at: start), currency: currency,
        details: CallDetails(
          provider: provider.name, tokenBasis: reply.tokens == nil ? .estimated : .provider,
          cost: cost(of: tokens, call.model, at: start))))
  }

  /// Of an unknown model nothing is guessed: the call goes on, and the log shows that it has no price.
  private func cost(of tokens: TokenVector, _ model: String, at instant: Instant) -> Money? {
    let usage = RatedUsage(
      provider: provider.name, model: model, tokens: tokens, currency: currency,
      occurredAt: instant)
    guard case .success(let rating) = prices.rate(usage) else { return nil }
    return try? rating.cost.money()
  }

  private var currency: Currency { Currency("USD") ?? .none }
}
