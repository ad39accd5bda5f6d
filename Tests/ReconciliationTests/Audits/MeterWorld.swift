import Accounting
import Billing
import Reconciliation
import TestSupport
import Testing

/// A gateway that meters its calls in October 2026, with the book that the product offers for it, and
/// the ledger that comes of it.
struct MeterWorld {
  static let start = Instant(microseconds: 1_790_812_800_000_000)  // 2026-10-01T00:00:00Z

  private(set) var contents = BookContents()
  private(set) var live: MeterBook
  private var number = 0

  init(_ meters: [Meter], _ allowances: [Allowance]) {
    live = MeterBook(Waterfall(meters), allowances: allowances)
    contents.meters = meters
    contents.allowances = allowances
    contents.meterEntries = []
  }

  static var usd: Currency {
    guard let usd = Currency("USD") else { preconditionFailure("USD is a currency") }
    return usd
  }

  /// Days and seconds after the first of October.
  static func time(_ day: Int, _ seconds: Int = 0) -> Instant {
    start.adding(seconds: Int64(day) * 86_400 + Int64(seconds))
  }

  /// 10,000 tokens of sonnet a month, 60 units of the pool, 200 credits; ann has all she wants.
  static func standard() throws -> MeterWorld {
    func limit(_ account: String, _ amount: String?, user: String? = nil) throws -> Allowance {
      Allowance(
        allowanceID: "\(account) \(user ?? "")", tenant: "acme", user: user, account: account,
        amount: try amount.map { try Money($0) }, startsAt: Instant("2026-07-15T00:00:00Z"))
    }
    return MeterWorld(
      [
        Meter(
          slug: "sonnet", unit: "token", creditCost: try Money("0.01"), category: "inference",
          period: .month),
        Meter(
          slug: "haiku", unit: "token", creditCost: try Money("0.002"), category: "inference"),
        Meter(slug: "inference", kind: .usagePool, unit: "unit", creditCost: try Money("2")),
        Meter(slug: "universal", kind: .creditPool, unit: "credit"),
      ],
      [
        try limit("meter:sonnet", "10000"), try limit("meter:haiku", nil),
        try limit("pool:inference", "60"), try limit("credits", "200"),
        try limit("meter:sonnet", nil, user: "ann"), try limit("meter:haiku", nil, user: "ann"),
      ])
  }

  /// Logs a call.
  mutating func log(
    _ model: String, _ tokens: Int, at: Instant, user: String = "bob",
    attempt: AttemptKind = .primary, request: String? = nil, details: CallDetails = CallDetails()
  ) {
    number += 1
    contents.usage.append(
      UsageEvent(
        eventID: "e\(number)", requestID: request ?? "r\(number)", attempt: attempt,
        tenant: "acme", user: user, occurredAt: at, recordedAt: at, model: model,
        tokens: TokenVector(input: Int64(tokens)), charge: .zero, currency: Self.usd,
        details: details))
  }

  /// Records a usage as the book has it, in both tiers; what is refused is booked nowhere.
  @discardableResult
  mutating func record(
    _ model: String, _ tokens: Int, at: Instant, user: String = "bob"
  ) -> TierAllotments {
    let entities = MeteredEntities(platform: "acme", tenant: user)
    let found = live.record(Fraction(Int128(tokens), over: 1), on: model, of: entities, at: at)
    let booked: [(String, Allotment?)] = [("acme", found.platform), (user, found.tenant)]
    for (entity, allotment) in booked {
      guard case .taken(let account, let amount)? = allotment else { continue }
      enter(amount, account, of: entity, at: at)
    }
    return found
  }

  /// Logs a call and records it three seconds later.
  mutating func call(_ model: String, _ tokens: Int, at: Instant, user: String = "bob") {
    log(model, tokens, at: at, user: user)
    record(model, tokens, at: at.adding(seconds: 3), user: user)
  }

  /// Books whatever one likes.
  mutating func book(
    _ amount: Fraction, _ account: MeterAccount, of entity: String = "acme", at: Instant,
    kind: EntryKind = .usage, request: String? = nil
  ) {
    live.book(amount, to: account, of: entity, at: at)
    enter(amount, account, of: entity, at: at, kind: kind, request: request)
  }

  private mutating func enter(
    _ amount: Fraction, _ account: MeterAccount, of entity: String, at: Instant,
    kind: EntryKind = .usage, request: String? = nil
  ) {
    number += 1
    guard let money = try? amount.exactMoney() else { preconditionFailure("\(amount) is too long") }
    contents.meterEntries?.append(
      MeterEntry(
        entryID: "m\(1_000_000 + number)", entity: entity, account: account, kind: kind,
        requestID: request,
        amount: money, postedAt: at))
  }

  static func terms() throws -> Terms {
    let october = try #require(AccountingPeriod("2026-10"))
    return Terms(
      range: DayRange(october), asOf: try #require(Instant("2026-11-03T06:00:00Z")))
  }

  /// What the audit finds.
  func faults(_ terms: Terms? = nil) throws -> [MeterFault] {
    let books = InMemoryBooks(contents)
    let terms = try terms ?? Self.terms()
    guard case .ready(let opened) = try MeterAudit.open(books, terms) else {
      Issue.record("the audit is not ready")
      return []
    }
    var audit = opened
    var faults: [MeterFault] = []
    let take: (any AuditItem) -> Void = { item in
      if let fault = item as? MeterFault { faults.append(fault) }
    }
    try books.calls(Scope(terms).usage) { try audit.take($0, found: take) }
    try audit.finish(found: take)
    return faults
  }

  // MARK: Corrections

  func judgement(_ terms: Terms? = nil, posting: Bool = true) throws -> Judgement {
    var terms = try terms ?? Self.terms()
    if posting { terms.dispositions[.meterMisallocation] = .post }
    return try Judgement(of: InMemoryBooks(contents), under: terms)
  }

  /// Each entry that the audit proposes: whose balance, what it puts where, which entry and which
  /// request it answers.
  func proposals(_ terms: Terms? = nil) throws -> [String] {
    try judgement(terms).corrections.map { correction in
      let answered = correction.reversesEntryID.map { ", answers \($0)" } ?? ""
      let request = correction.requestID.map { ", for \($0)" } ?? ""
      return "\(correction.tenant): \(correction.units.map { "\($0)" } ?? "-")\(answered)\(request)"
    }.sorted()
  }

  /// Adds what is proposed to the ledger, as a run does that posts.
  /// - Returns: how many entries that were.
  @discardableResult
  mutating func post(at instant: Instant) throws -> Int {
    let corrections = Array(try judgement().corrections.filter { $0.status == .proposed })
    contents.post(corrections, at: instant)
    return corrections.count
  }

  mutating func forget(_ request: String) {
    contents.usage.removeAll { $0.requestID == request }
  }

  mutating func setAside(_ row: SetAsideRow) { contents.setAside.append(row) }

  /// What the ledger holds on each account, adjustments included.
  var held: [String: Fraction] {
    var held: [String: Fraction] = [:]
    for entry in contents.meterEntries ?? [] {
      let name = "\(entry.entity) \(entry.account)"
      held[name] = (held[name] ?? .zero) + Fraction(entry.amount)
    }
    return held.filter { !$0.value.isZero }
  }

  /// Each fault in short: cause, how many, account, where it belongs.
  func inShort(_ terms: Terms? = nil) throws -> [String] {
    try faults(terms).map { fault in
      let key = fault.key
      return "\(key.cause.rawValue) \(fault.count): \(key.account?.text ?? "-") "
        + "\(fault.booked) → \(key.right?.text ?? "-") \(fault.due)"
    }
  }
}
