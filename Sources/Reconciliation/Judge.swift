import Accounting
import Billing

extension Judgement {
  /// Reads both books, matches them and judges every difference.
  ///
  /// - Parameters:
  ///   - firstSeen: when earlier runs first saw breaks. Asked only when both books are read.
  ///   - engine: how the rows are put together; every engine gives the same judgement. `nil` =
  ///     the streaming one.
  ///   - audits: what is examined beside the matching.
  ///   - scratch: where breaks and corrections go that memory does not hold.
  /// - Throws: what the books and `firstSeen` throw; `UnexplainedResidual` when a bridge does not
  ///   foot; `MoneyError` where sums leave the range of `Money`; `ScratchError`. Breaks that stop
  ///   a run are not thrown: they are breaks of severity `stop`.
  package init(
    of books: any BookSource, under terms: Terms, firstSeen: @escaping FirstSeen = { _ in [:] },
    engine: (any MatchEngine)? = nil, audits: [any Audit.Type] = Audits.all,
    scratch: Scratch = Scratch()
  ) throws {
    let masterData = try MasterData(books, terms)
    let engine = engine ?? StreamingEngine(in: scratch)
    let earlier = try EarlierUsage(
      books, before: Scope(terms).plannedPeriods, under: terms, masterData.policies, by: engine)
    let judge = Judge(
      terms: terms, firstSeen: firstSeen, masterData: masterData, earlier: earlier,
      scratch: scratch)
    var review = ExceptionReview(judge.plan, in: scratch)
    let matching = try engine.match(books, under: terms, policies: masterData.policies) {
      try review.take($0)
    }
    var stage = try AuditStage(audits, books, terms, judge.register, in: scratch)
    self = try judge.judge(consume matching, review) { copies, found in
      try stage.run(over: books, judge.scope, copies: copies, found: found)
      return stage.notExamined
    }
  }
}

/// Runs the register over what an engine brought back.
private struct Judge {
  let terms: Terms
  let scope: Scope
  let register: Register
  let masterData: MasterData
  let earlier: EarlierUsage
  let pooling: Pooling
  let plan: CorrectionPlan
  let firstSeen: FirstSeen
  let scratch: Scratch

  init(
    terms: Terms, firstSeen: @escaping FirstSeen, masterData: MasterData, earlier: EarlierUsage,
    scratch: Scratch
  ) {
    self.terms = terms
    self.firstSeen = firstSeen
    self.masterData = masterData
    self.earlier = earlier
    self.scratch = scratch
    scope = Scope(terms)
    register = Register(dispositions: terms.dispositions)
    pooling = Pooling(
      policies: masterData.policies, periodCharges: masterData.periodCharges ?? [], terms: terms)
    plan = CorrectionPlan(
      terms: terms,
      book: Casebook(
        terms: terms, pooling: pooling, closedPeriods: masterData.closedPeriods ?? []),
      register: register)
  }

  /// - Parameter audit: runs the audits, and tells what they did not examine.
  func judge(
    _ matched: consuming Matching, _ reviewed: consuming ExceptionReview,
    audit: (Spool<UsageEvent>, (any AuditItem) throws -> Void) throws -> [NotExamined]
  ) throws -> Judgement {
    var matching = matched
    var review = reviewed
    try masterData.refuseNamesAlike(to: matching.totals.keys, in: terms.places)
    try takeSetAside(to: &review)
    let setAsideRows = review.setAsideRows
    let blocks = Blocks(setAside: review.setAside, pooling: pooling, register: register)
    let entries = try matching.totals.entries
    let unknownKinds = matching.totals.ofUnknownKinds
    let memos = try InvoiceBook.memos(among: matching.totals, pooling)
    var groups = try groupBook(blocks).groups(matching.totals, requestLines: review.lines)
    // The groups hold what was counted, each its own.
    matching.totals = [:]
    var proceedings = Proceedings(
      plan: plan, clusters: review.clusters, settlement: settlement(of: groups, blocks))
    let exceptions = try review.finish()
    try proceedings.settle(exceptions)
    let rules = Register.rules.filter { register.examines($0.code) }
    for rule in rules {
      let proposed = proceedings.settlement.proposed
      for judge in rule.judges {
        for finding in try findings(judge, matching.pulls, groups, memos, proposed: proposed) {
          try proceedings.settle(finding, by: rule)
        }
      }
    }
    let notAudited: [NotExamined]
    do {
      // It holds the groups, and is to be gone with them.
      let auditBook = AuditBook(plan.book, groups)
      notAudited = try audit(exceptions.copies) { item in
        try proceedings.settle(item, by: rules, auditBook)
      }
    }
    var judgement = Judgement(
      controls: controls(
        matching, entries, setAsideRows: setAsideRows,
        notExamined(groups, notAudited + unknownKinds)),
      groups: try groups.map { try $0.result(terms.ledgerRounding) },
      breaks: [Break](), corrections: [])
    judgement.plans = groups.compactMap(\.plan).filter { $0.isWorthTelling }
    judgement.roundings = try RoundingWhatIf.all(of: groups, roundedTo: terms.rounding)
    // All is told of them, and what is settled and clustered takes room.
    groups = []
    judgement.clusters = try proceedings.clusters.clusters()
    (judgement.breaks, judgement.corrections) = try proceedings.settlement.finish()
    return judgement
  }

  /// Rows of master data that cannot be judged.
  private func takeSetAside(to review: inout ExceptionReview) throws {
    for row in masterData.setAside
    where terms.places.admits(tenant: row.tenant, deployment: row.deployment) {
      try review.take(.setAside(row))
    }
  }

  private func settlement(of groups: [GroupFacts], _ blocks: Blocks) -> Settlement {
    Settlement(
      blocked: blocks.ofMeters(in: scope.window.months(in: terms.zone)).merging(
        groups.lazy.filter { !$0.blockedBy.isEmpty }.map { ($0.key, $0.blockedBy) }
      ) { $1 },
      approval: terms.decisions.approval, firstSeen: firstSeen, in: scratch)
  }

  /// What a rule finds that looks at the pull, at groups or at their invoices.
  private func findings(
    _ judge: BreakRule.Judge, _ pulls: [PullTotals], _ groups: [GroupFacts],
    _ memos: [GroupKey: EntryCensus], proposed: [GroupKey: Money]
  ) throws -> [Finding] {
    switch judge {
    case .pull(let judge): try judge(pulls, plan.book)
    case .exception, .request, .audit: []
    case .group(let judge): try groups.compactMap { try judge($0, plan.book) }
    case .invoice(let judge):
      try InvoiceBook(
        lines: masterData.invoiceLines ?? [], groups: groups, memos: memos, proposed: proposed,
        pooling: pooling, scope: scope, terms: terms
      ).ties().compactMap { try judge($0, plan.book) }
    }
  }

  private func groupBook(_ blocks: Blocks) -> GroupBook {
    GroupBook(
      terms: terms, scope: scope, pooling: pooling,
      dueRule: DueRule(
        policies: masterData.policies, pooling: pooling, earlier: earlier, terms: terms),
      blocks: blocks)
  }

  private func controls(
    _ matching: Matching, _ entries: ControlTotal, setAsideRows: Int, _ notExamined: [NotExamined]
  ) -> Controls {
    let usage = matching.pulls.first { $0.relation == .usageEvent }?.pulled ?? ControlTotal()
    return Controls(
      usageRows: usage.rows, usageCharge: usage.amount,
      ledgerRows: entries.rows, ledgerAmount: entries.amount,
      cleanRequests: matching.cleanRequests, brokenRequests: matching.brokenRequests,
      setAsideRows: setAsideRows, lateRequests: matching.lateRequests,
      notExamined: notExamined)
  }

  /// Everything that was not looked at, so that nothing passes in silence.
  private func notExamined(
    _ groups: [GroupFacts], _ notAudited: [NotExamined]
  ) -> [NotExamined] {
    var list = masterData.notProvisioned + notAudited
    list += Register.rules.filter { !register.examines($0.code) }.map {
      NotExamined(check: $0.code.rawValue, why: "switched off by the job")
    }
    let periods = Set(terms.range.periods + groups.map(\.key.period)).sorted()
    for period in periods where !scope.isWhole(period) {
      list += [BreakCode.roundingDrift, .trueUpDue, .invoiceUntied].map {
        .ofPart(of: period, under: terms.range, $0)
      }
    }
    for group in groups {
      guard let why = group.notProjected else { continue }
      list.append(
        NotExamined(
          check: BreakCode.trueUpDue.rawValue, why: "\(group.key) is not projected: \(why)"))
    }
    for group in groups where group.isWholePeriod {
      if case .unknownPlan(let why) = group.due.basis {
        list.append(
          NotExamined(check: BreakCode.trueUpDue.rawValue, why: "\(group.key): \(why)"))
      } else if group.due.periodCharge != nil, let why = group.due.whyNotDerived {
        list.append(
          NotExamined(
            check: BreakCode.periodChargeDisagreement.rawValue, why: "\(group.key): \(why)"))
      }
    }
    if let why = chargesWithoutGroup(groups) {
      list.append(NotExamined(check: BreakCode.periodChargeDisagreement.rawValue, why: why))
    }
    return Set(list).sorted()
  }

  /// Period charges where there is neither a plan nor usage nor an entry.
  private func chargesWithoutGroup(_ groups: [GroupFacts]) -> String? {
    let told = Set(groups.map(\.key))
    let keys = Set(
      (masterData.periodCharges ?? []).filter { !$0.amount.isZero }.map(GroupKey.init(of:)))
    let missing = keys.filter { key in
      scope.isWhole(key.period) && !told.contains(key)
        && terms.places.admits(tenant: key.tenant, deployment: key.deployment)
    }
    return missing.min().map {
      "period charges of places with neither a plan nor rows of their own: \(missing.count), the "
        + "first is of \($0)"
    }
  }
}

/// Settles what is found, and clusters what of it is shown.
private struct Proceedings {
  let plan: CorrectionPlan
  /// Exceptions were clustered as they were reviewed.
  private(set) var clusters: ClusterSums
  private(set) var settlement: Settlement

  mutating func settle(_ exceptions: Reviewed) throws {
    var next = exceptions.corrections.makeIterator()
    for docket in exceptions.dockets { try settlement.settle(docket) { next.next() } }
  }

  mutating func settle(_ finding: Finding, by rule: BreakRule) throws {
    var corrections: [Correction] = []
    let proposal = try plan.proposal(finding, by: rule) { corrections.append($0) }
    if proposal.isShown {
      try clusters.add(proposal.found, from: Origin(of: proposal.found.group))
    }
    var next = corrections.makeIterator()
    try settlement.settle(Docket(proposals: [proposal])) { next.next() }
  }

  /// What an audit came upon.
  mutating func settle(
    _ item: any AuditItem, by rules: [BreakRule], _ book: AuditBook
  ) throws {
    for rule in rules {
      for judge in rule.audits {
        if let finding = try judge(item, book) { try settle(finding, by: rule) }
      }
    }
  }
}

extension [GroupKey: GroupTotals] {
  /// All entries counted.
  fileprivate var entries: ControlTotal {
    get throws(MoneyError) {
      ControlTotal(
        rows: values.reduce(0) { $0 + $1.entries.rows },
        amount: try Money.sum(sorted { $0.key < $1.key }.map(\.value.entries.amount)))
    }
  }

  /// Entries that count as posted nowhere, for all that tieout can tell of their kind.
  fileprivate var ofUnknownKinds: [NotExamined] {
    var counts: [String: Int] = [:]
    for (kind, census) in values.flatMap(\.groupEntries) {
      if case .other(let text) = kind, text != EntryKind.grant {
        counts[text, default: 0] += census.count
      }
    }
    return counts.map { kind, count in
      let entries = count == 1 ? "entry" : "entries"
      return NotExamined(
        check: BreakCode.unsupportedCharge.rawValue,
        why: "\(count) \(entries) of kind '\(kind)', which tieout does not know: not counted as "
          + "posted")
    }
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
  package static func inReportOrder(_ left: Correction, _ right: Correction) -> Bool {
    if left.group != right.group { return left.group < right.group }
    return (left.code, left.requestID ?? "", left.idempotencyKey)
      < (right.code, right.requestID ?? "", right.idempotencyKey)
  }
}
