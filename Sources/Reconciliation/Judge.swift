import Accounting
import Billing

extension Judgement {
  /// Reads both books, matches them and judges every difference.
  ///
  /// - Parameters:
  ///   - firstSeen: when earlier runs first saw a break, by break id.
  ///   - engine: how the rows are put together; every engine gives the same judgement.
  /// - Throws: what the books throw; `UnexplainedResidual` when a bridge does not foot;
  ///   `MoneyError` where sums leave the range of `Money`. Breaks that stop a run are not thrown:
  ///   they are breaks of severity `stop`.
  package init(
    of books: any BookSource, under terms: Terms, firstSeen: [String: Instant] = [:],
    engine: any MatchEngine = InProcessEngine()
  ) throws {
    let masterData = try MasterData(books, terms)
    var exceptions = Exceptions()
    let matching = try engine.match(books, under: terms, policies: masterData.policies) {
      exceptions.take($0)
    }
    let known = try masterData.completed(for: matching, under: terms, from: books)
    self = try Judge(terms: terms, firstSeen: firstSeen, masterData: known)
      .judge(matching, exceptions)
  }
}

/// What the engine handed on, in memory.
private struct Exceptions {
  private(set) var all: [ExceptionItem] = []
  private(set) var requests: [RequestMatch] = []
  /// All rows set aside, those that go with a request among them.
  private(set) var setAside: [SetAsideRow] = []

  mutating func take(_ item: ExceptionItem) {
    all.append(item)
    switch item {
    case .request(let match):
      requests.append(match)
      setAside += match.setAside
    case .setAside(let row): setAside.append(row)
    case .suspectedDuplicate: break
    }
  }

  mutating func sort() { requests.sort { $0.subject < $1.subject } }
}

/// Runs the register over what an engine brought back.
private struct Judge {
  let terms: Terms
  let scope: Scope
  let register: Register
  let masterData: MasterData
  let pooling: Pooling
  let book: Casebook
  let firstSeen: [String: Instant]

  init(terms: Terms, firstSeen: [String: Instant], masterData: MasterData) {
    self.terms = terms
    self.firstSeen = firstSeen
    self.masterData = masterData
    scope = Scope(terms)
    register = Register(dispositions: terms.dispositions)
    pooling = Pooling(
      policies: masterData.policies, periodCharges: masterData.periodCharges ?? [], terms: terms)
    book = Casebook(
      terms: terms, pooling: pooling, closedPeriods: masterData.closedPeriods ?? [])
  }

  func judge(_ matching: Matching, _ found: Exceptions) throws -> Judgement {
    var exceptions = found
    for row in masterData.setAside
    where terms.places.admits(tenant: row.tenant, deployment: row.deployment) {
      exceptions.take(.setAside(row))
    }
    exceptions.sort()
    let groups = try groupBook(exceptions).groups(matching, exceptions.requests)
    let plan = CorrectionPlan(
      terms: terms, book: book, register: register, firstSeen: firstSeen,
      blocked: Dictionary(uniqueKeysWithValues: groups.map { ($0.key, $0.blockedBy) }))

    var breaks: [Break] = []
    var corrections: [Correction] = []
    func take(_ findings: [Finding], _ rule: BreakRule) throws {
      for finding in findings {
        let (found, entries) = try plan.resolve(finding, by: rule)
        breaks.append(found)
        corrections += entries
      }
    }
    for rule in Register.rules where register.examines(rule.code) {
      switch rule.judge {
      case .pull(let judge): try take(judge(matching.pulls, book), rule)
      case .exception(let judge):
        try take(exceptions.all.compactMap { try judge($0, book) }, rule)
      case .request(let judge):
        try take(exceptions.requests.compactMap { try judge($0, book) }, rule)
      case .group(let judge): try take(groups.compactMap { try judge($0, book) }, rule)
      case .invoice(let judge):
        corrections = CorrectionPlan.holdingRequestsWhole(corrections)
        let ties = try invoiceBook(groups, matching, corrections).ties()
        try take(ties.compactMap { try judge($0, book) }, rule)
      }
    }
    return Judgement(
      controls: try controls(matching, exceptions, groups),
      groups: try groups.map { try $0.result(terms.ledgerRounding) },
      breaks: breaks.sorted(by: Break.inReportOrder),
      corrections: CorrectionPlan.holdingRequestsWhole(corrections).sorted(
        by: Correction.inReportOrder))
  }

  private func groupBook(_ exceptions: Exceptions) -> GroupBook {
    GroupBook(
      terms: terms, scope: scope, pooling: pooling,
      dueRule: DueRule(
        policies: masterData.policies, periodCharges: masterData.periodCharges ?? [],
        pooling: pooling, terms: terms),
      blocks: Blocks(
        setAside: exceptions.setAside, requests: exceptions.requests, pooling: pooling,
        register: register))
  }

  private func invoiceBook(
    _ groups: [GroupFacts], _ matching: Matching, _ corrections: [Correction]
  ) -> InvoiceBook {
    InvoiceBook(
      lines: masterData.invoiceLines ?? [], groups: groups, groupEntries: matching.groupEntries,
      corrections: corrections, pooling: pooling, scope: scope, terms: terms)
  }

  private func controls(
    _ matching: Matching, _ exceptions: Exceptions, _ groups: [GroupFacts]
  ) throws(MoneyError) -> Controls {
    let usage = matching.pulls.first { $0.relation == .usageEvent }?.pulled ?? ControlTotal()
    return Controls(
      usageRows: usage.rows, usageCharge: usage.amount,
      ledgerRows: matching.totals.values.reduce(0) { $0 + $1.entries.rows },
      ledgerAmount: try Money.sum(
        matching.totals.sorted { $0.key < $1.key }.map(\.value.entries.amount)),
      cleanRequests: matching.cleanRequests, brokenRequests: matching.brokenRequests,
      setAsideRows: exceptions.setAside.count, lateRequests: matching.lateRequests,
      notExamined: notExamined(groups))
  }

  /// Everything that was not looked at, so that nothing passes in silence.
  private func notExamined(_ groups: [GroupFacts]) -> [NotExamined] {
    var list = masterData.notProvisioned
    list += Register.rules.filter { !register.examines($0.code) }.map {
      NotExamined(check: $0.code.rawValue, why: "switched off by the job")
    }
    list += Register.codesWithoutRule.map {
      NotExamined(check: $0, why: "this version has no rule for it")
    }
    let periods = Set(terms.range.periods + groups.map(\.key.period)).sorted()
    for period in periods where !scope.isWhole(period) {
      let why =
        terms.range.touches(period)
        ? "the range covers \(period) only in part"
        : "of \(period) only what arrived late was judged"
      list += [BreakCode.roundingDrift, .trueUpDue, .invoiceUntied].map {
        NotExamined(check: $0.rawValue, why: why)
      }
    }
    for group in groups where group.isWholePeriod {
      if case .unknownPlan(let why) = group.due.basis {
        list.append(
          NotExamined(check: BreakCode.trueUpDue.rawValue, why: "\(group.key): \(why)"))
      }
    }
    return Set(list).sorted()
  }
}

extension Break {
  static func inReportOrder(_ left: Break, _ right: Break) -> Bool {
    if left.group != right.group { return left.group < right.group }
    return (left.code, left.requestID ?? "", left.id) < (
      right.code, right.requestID ?? "", right.id
    )
  }
}

extension Correction {
  static func inReportOrder(_ left: Correction, _ right: Correction) -> Bool {
    if left.group != right.group { return left.group < right.group }
    return (left.code, left.requestID ?? "", left.idempotencyKey)
      < (right.code, right.requestID ?? "", right.idempotencyKey)
  }
}
