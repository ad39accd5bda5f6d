import Accounting
import Billing

/// Runs the rules over exceptions as the engine hands them on. What a group needs of them is summed
/// up; what the rules find waits in a list that may outgrow memory, for whether a correction may be
/// posted is known only when all groups are.
struct ExceptionReview: ~Copyable {
  /// Those that look at one exception, in the catalogue's order.
  private let rules: [BreakRule]
  private let plan: CorrectionPlan
  private var dockets: SpoolWriter<Docket>
  /// Of all dockets, in their order.
  private var corrections: SpoolWriter<Correction>
  private(set) var setAside = SetAsidePlaces()
  /// All rows set aside, those that go with a request among them.
  private(set) var setAsideRows = 0
  /// Σ shares of the requests, by group and line.
  private(set) var lines: [GroupKey: [BridgeStep]] = [:]
  /// The breaks that are shown, by what they share.
  private(set) var clusters = ClusterSums()
  /// Charge candidates that stand behind the first of their request or call, where an audit asks.
  private var copies: SpoolWriter<UsageEvent>?

  init(_ plan: CorrectionPlan, in scratch: Scratch) {
    self.plan = plan
    dockets = SpoolWriter(in: scratch)
    corrections = SpoolWriter(in: scratch)
    copies = plan.book.terms.correctsPrices ? SpoolWriter(in: scratch) : nil
    rules = Register.rules.filter { rule in
      switch rule.judge {
      case .exception: plan.register.examines(rule.code)
      // One that is switched off may have found what another would correct only in part.
      case .request: true
      case .pull, .group, .invoice, .audit: false
      }
    }
  }

  mutating func take(_ item: ExceptionItem) throws {
    switch item {
    case .request(let match): try note(match)
    case .elsewhere(let match): return try keepCopies(of: match)
    case .setAside(let row): note(row)
    case .suspectedDuplicate: break
    }
    var docket = Docket(proposals: [])
    for rule in rules {
      guard let finding = try finding(rule, item) else { continue }
      // One that is switched off proposes no correction.
      docket.proposals.append(
        try plan.proposal(finding, by: rule) { try corrections.append($0) })
    }
    guard docket.isShown else { return }
    let origin = Origin(of: item)
    for proposal in docket.proposals where proposal.isShown {
      try clusters.add(proposal.found, from: origin)
    }
    try dockets.append(docket)
  }

  consuming func finish() throws -> Reviewed {
    Reviewed(
      dockets: try dockets.finish(), corrections: try corrections.finish(),
      copies: try copies?.finish() ?? [])
  }

  private func finding(_ rule: BreakRule, _ item: ExceptionItem) throws -> Finding? {
    switch (rule.judge, item) {
    case (.exception(let judge), _): try judge(item, plan.book)
    case (.request(let judge), .request(let match)): try judge(match, plan.book)
    default: nil
    }
  }

  private mutating func note(_ match: RequestMatch) throws {
    try keepCopies(of: match)
    for row in match.setAside { note(row) }
    if !match.setAside.isEmpty, let home = match.home {
      setAside.note(home: plan.book.pooling.group(of: home))
    }
    for share in match.shares where match.seen.contains(share.group) {
      let group = plan.book.pooling.group(of: share.group)
      try lines[group, default: []].add(share.amount, to: share.line)
    }
  }

  private mutating func keepCopies(of match: RequestMatch) throws {
    guard copies != nil else { return }
    for copy in match.copies { try copies?.append(copy) }
  }

  private mutating func note(_ row: SetAsideRow) {
    setAsideRows += 1
    setAside.note(row)
  }
}

/// What the rules found of the exceptions.
struct Reviewed {
  let dockets: Spool<Docket>
  /// Of all dockets, in their order.
  let corrections: Spool<Correction>
  let copies: Spool<UsageEvent>
}
