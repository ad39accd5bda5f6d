import Accounting
import Billing

/// Rates every call that may be charged by the price book in force, and gathers by day, place, model
/// and cause what does not agree: recorded costs, and charges that follow from a cost.
struct PriceAudit: Audit {
  static let codes: [BreakCode] = [.priceVariance, .unpricedUsage]

  private let terms: Terms
  private let scope: Scope
  private let book: PriceBook
  private let problems: [String: String]
  /// `nil` = not provisioned.
  private let policies: PolicyBook?
  private var variances: [VarianceKey: VarianceSum] = [:]
  private var unpriced: [UnpricedKey: UnpricedSum] = [:]
  /// Calls that cannot be held against prices in another currency.
  private var inOtherCurrencies: [Currency: Int] = [:]
  /// Calls whose tokens were counted in a way that nobody knows, and the first word for it.
  private var byUnknownBasis: (count: Int, word: String)?
  private var unreadableCosts = 0
  /// Of whole months, what charges are off by.
  private var adjustments: [GroupKey: ExactAmount] = [:]

  static func open(_ books: any BookSource, _ terms: Terms) throws -> AuditOpening {
    switch try PriceSource(books, terms) {
    case .none(let why): .notExamined(why: why)
    case .book(let book, let problems):
      .ready(PriceAudit(book, problems: problems, policies: try books.policies(), terms))
    }
  }

  private init(
    _ book: PriceBook, problems: [String: String], policies: [Pulled<ChargePolicy>]?,
    _ terms: Terms
  ) {
    self.terms = terms
    scope = Scope(terms)
    self.book = book
    self.problems = problems
    self.policies = policies.map { rows in
      PolicyBook(rows.compactMap { if case .row(let policy) = $0 { policy } else { nil } })
    }
  }

  mutating func take(
    _ call: UsageEvent, found: (any AuditItem) throws -> Void
  ) throws {
    guard mayBeCharged(call) else { return }
    if case .other(let word) = call.details.tokenBasis { note(unknownBasis: word) }
    guard tellsProviderTokens(call) else { return }
    if call.details.isCostUnreadable { unreadableCosts += 1 }
    let usage = RatedUsage(call)
    let rating: Rating
    switch book.rate(usage) {
    case .success(let found): rating = found
    case .failure(.otherCurrency):
      inOtherCurrencies[call.currency, default: 0] += 1
      return
    case .failure(let reason): return try note(call, unpriced: reason)
    }
    // Neither tokens nor anything else that has a price.
    guard !rating.lines.isEmpty else { return }
    let charge = RatedCharge(of: call, by: policies)
    let expected = charge.expected(at: rating.cost)
    let charged = call.charge
    let isChargeOff = charged.flatMap { charged in expected.map { !$0.agrees(with: charged) } }
    if isChargeOff == true, let charged, let expected {
      try adjust(call, ExactAmount(charged) + -expected)
    }
    if let cost = call.details.cost, cost.isZero, !rating.cost.agrees(with: .zero) {
      return try note(call, free: rating.cost, difference: -rating.cost)
    }
    if isChargeOff == true, let charged, let expected {
      if charged.isZero, call.details.cost == nil {
        return try note(call, free: expected, difference: -expected)
      }
      let mistake = mistake(in: call, usage, rating, charge, charged)
      return try note(call, rating, mistake, charged, expected, isOfCharge: true)
    }
    if let cost = call.details.cost, !rating.cost.agrees(with: cost) {
      let mistake = book.mistake(
        explaining: cost, for: usage, rating, version: call.priceVersion)
      try note(call, rating, mistake, cost, rating.cost, isOfCharge: false)
    }
  }

  /// What a copy is charged too much falls away with its charge, which is no matter of prices.
  mutating func disregard(_ copy: UsageEvent) throws {
    guard mayBeCharged(copy), tellsProviderTokens(copy),
      case .success(let rating) = book.rate(RatedUsage(copy)),
      !rating.lines.isEmpty, let charged = copy.charge,
      let expected = RatedCharge(of: copy, by: policies).expected(at: rating.cost),
      !expected.agrees(with: charged)
    else { return }
    try adjust(copy, expected + -ExactAmount(charged))
  }

  /// Calls that may not be charged cost what they cost: a cached answer nothing, a customer's own key
  /// nothing of ours.
  private func mayBeCharged(_ call: UsageEvent) -> Bool {
    call.isChargeCandidate && call.defect(asOf: terms.asOf) == nil
  }

  /// Tokens of a tokenizer of the gateway's own are not what the provider counts.
  private func tellsProviderTokens(_ call: UsageEvent) -> Bool {
    call.details.tokenBasis == .provider || call.details.tokenBasis == .estimated
  }

  /// A wrong cost that went on to the charge explains both.
  private func mistake(
    in call: UsageEvent, _ usage: RatedUsage, _ rating: Rating, _ charge: RatedCharge,
    _ charged: Money
  ) -> PricingMistake? {
    if let cost = call.details.cost, !rating.cost.agrees(with: cost),
      charge.expected(at: ExactAmount(cost))?.agrees(with: charged) ?? false
    {
      return book.mistake(explaining: cost, for: usage, rating, version: call.priceVersion)
    }
    if charge.hasMarkup, rating.cost.agrees(with: charged) { return .markupLeftOut }
    return book.mistake(
      explaining: charged, for: usage, rating, version: call.priceVersion,
      charge: charge.expected)
  }

  var leftOut: [String] {
    var reasons = inOtherCurrencies.sorted { $0.key < $1.key }.map { currency, count in
      Self.calls(count, "in \(currency) has", "in \(currency) have") + " no price in that currency"
    }
    if let (count, word) = byUnknownBasis {
      reasons.append(Self.calls(count, "has", "have") + " an unknown token_basis, as '\(word)' is")
    }
    if unreadableCosts > 0 {
      reasons.append(Self.calls(unreadableCosts, "tells", "tell") + " a cost that cannot be read")
    }
    return reasons
  }

  private static func calls(_ count: Int, _ one: String, _ several: String) -> String {
    "\(counted(count, "call")) \(count == 1 ? one : several)"
  }

  private func place(of call: UsageEvent) -> GroupKey { GroupKey(of: call, in: terms.zone) }

  mutating func finish(found: (any AuditItem) throws -> Void) throws {
    for (key, sum) in variances.sorted(by: { $0.key < $1.key }) {
      try found(
        PriceVariance(
          subject: sum.calls.subject(key.calls), isOfCharge: key.isOfCharge,
          mistake: key.mistake, version: key.version, recorded: sum.recorded, exact: sum.exact,
          difference: try sum.difference.rounded(toDecimals: Money.scale, .halfEven)))
    }
    for (key, sum) in unpriced.sorted(by: { $0.key < $1.key }) {
      try found(
        UnpricedUsage(
          subject: sum.calls.subject(key.calls), reason: key.reason, tokens: sum.tokens,
          exact: sum.exact,
          difference: try sum.exact.map {
            try (-$0).rounded(toDecimals: Money.scale, .halfEven)
          }))
    }
    for (group, difference) in adjustments.sorted(by: { $0.key < $1.key }) {
      try found(
        PriceAdjustment(
          group: group,
          difference: try difference.rounded(toDecimals: Money.scale, .halfEven)))
    }
  }
}

// MARK: Gathering

extension PriceAudit {
  private mutating func note(unknownBasis word: String) {
    let known = byUnknownBasis ?? (0, word)
    byUnknownBasis = (known.count + 1, min(known.word, word))
  }

  private mutating func note(_ call: UsageEvent, unpriced reason: Unpriced) throws {
    guard call.tokens.total > 0 else { return }
    let problem = reason == .unknownModel ? problems[call.model] : nil
    let key = UnpricedKey(
      calls: CallsKey(call, terms.zone),
      reason: problem.map { .unreadable($0) } ?? .unpriced(reason))
    var sum = unpriced[key] ?? UnpricedSum(firstAt: call.occurredAt)
    sum.calls.add(call)
    sum.tokens += call.tokens.total
    unpriced[key] = sum
  }

  private mutating func note(
    _ call: UsageEvent, free exact: ExactAmount, difference: ExactAmount
  ) throws {
    let key = UnpricedKey(calls: CallsKey(call, terms.zone), reason: .free)
    var sum = unpriced[key] ?? UnpricedSum(firstAt: call.occurredAt)
    sum.calls.add(call)
    sum.tokens += call.tokens.total
    sum.exact = try (sum.exact ?? .zero).adding(exact)
    unpriced[key] = sum
  }

  private mutating func note(
    _ call: UsageEvent, _ rating: Rating, _ mistake: PricingMistake?, _ recorded: Money,
    _ exact: ExactAmount, isOfCharge: Bool
  ) throws {
    let key = VarianceKey(
      calls: CallsKey(call, terms.zone), version: rating.table.version, isOfCharge: isOfCharge,
      mistake: mistake)
    var sum = variances[key] ?? VarianceSum(firstAt: call.occurredAt)
    sum.calls.add(call)
    try sum.recorded += recorded
    sum.exact = try sum.exact.adding(exact)
    variances[key] = sum
  }

  private mutating func adjust(_ call: UsageEvent, _ difference: ExactAmount?) throws {
    let place = place(of: call)
    guard scope.examinesWhole(place) else { return }
    guard let difference else { throw MoneyError.overflow("a price variance in \(place)") }
    adjustments[place] = try (adjustments[place] ?? .zero).adding(difference)
  }
}

extension RatedUsage {
  init(_ call: UsageEvent) {
    self.init(
      provider: call.details.provider, model: call.model,
      serviceTier: ServiceTier(call.details.serviceTier), isBatch: call.details.isBatch,
      tokens: call.tokens, quantity: call.quantity, unit: call.unit, currency: call.currency,
      occurredAt: call.occurredAt)
  }
}
