import Accounting
import Billing

/// Replays the daily budgets of tokens over the log: which calls started though nothing was left, and
/// which were made with the dear model though little was.
///
/// A call counts from when it was recorded, for before that nobody knew what it would use: calls that
/// run side by side may pass the limit together.
package struct BudgetAudit: Audit {
  package static let codes: [BreakCode] = [.budgetOverrun, .missedDowngrade]

  /// Seconds after which a call counts though it was recorded later still: no call takes longer.
  private static let longest: Int64 = 15 * 60

  private var book: BudgetBook
  /// Calls that nobody had the tokens of yet, by when they were known.
  private var running: [Running] = []
  private var today: CivilDate?
  private var customs: [Place: [Int]] = [:]
  private var overruns: [BudgetOverrun.Key: BudgetOverrun] = [:]
  private var downgrades: [MissedDowngrade.Key: MissedDowngrade] = [:]

  private struct Running {
    let call: BudgetedCall
    let tokens: TokenVector
    let startedAt: Instant
    let countsFrom: Instant
  }

  private struct Place: Hashable {
    let tenant: String
    let deployment: String
  }

  package static func open(_ books: any BookSource, _ terms: Terms) throws -> AuditOpening {
    guard let allowances = try books.allowances() else {
      return .notExamined(why: "relation allowance is not provisioned")
    }
    if let why = allowances.unreadable() { return .notExamined(why: why) }
    let budgets = allowances.rows().filter { $0.kind == .dailyBudget }
    guard !budgets.isEmpty else {
      return .notExamined(why: "relation allowance holds no daily budgets")
    }
    guard terms.places.deployments.isEmpty else {
      return .notExamined(why: "a run of some deployments does not see all calls of a day")
    }
    return .ready(BudgetAudit(budgets))
  }

  init(_ budgets: [Allowance]) {
    book = BudgetBook(budgets)
  }

  package mutating func take(_ event: UsageEvent, found _: (any AuditItem) throws -> Void) throws {
    guard event.status == .ok, event.attempt.isChargeable, let user = event.user else { return }
    let call = BudgetedCall(
      tenant: event.tenant, user: user, operation: event.details.operation, model: event.model,
      namesModel: event.deployment == nil)
    guard call.isBudgeted else { return }
    settle(until: event.occurredAt)
    judge(event, call, of: user)
    let latest = event.occurredAt.adding(seconds: BudgetAudit.longest)
    let item = Running(
      call: call, tokens: event.tokens, startedAt: event.occurredAt,
      countsFrom: min(max(event.recordedAt, event.occurredAt), latest))
    let place = running.firstIndex { $0.countsFrom > item.countsFrom } ?? running.endIndex
    running.insert(item, at: place)
  }

  package mutating func finish(found: (any AuditItem) throws -> Void) throws {
    for overrun in overruns.values.sorted(by: { $0.key < $1.key }) { try found(overrun) }
    for downgrade in downgrades.values.sorted(by: { $0.key < $1.key }) { try found(downgrade) }
  }

  private mutating func settle(until now: Instant) {
    let done = running.firstIndex { $0.countsFrom > now } ?? running.endIndex
    for item in running[..<done] { book.record(item.tokens, of: item.call, at: item.startedAt) }
    running.removeFirst(done)
    let day = BillingZone.utc.day(of: now)
    guard today != day else { return }
    today = day
    customs = [:]
    book.forget(before: day.adding(days: -1))
  }

  private mutating func judge(_ event: UsageEvent, _ call: BudgetedCall, of user: String) {
    let now = event.occurredAt
    let budget = book.budget(tenant: call.tenant, user: user, at: now)
    let used = book.used(tenant: call.tenant, user: user, at: now)
    if let budget, budget.isSpent(by: used) {
      let overrun = BudgetOverrun(event, user, of: budget, used: used)
      overruns[overrun.key, default: overrun].add(event)
    }
    guard let deployment = event.deployment, let rung = book.ladder.rung(of: event.model) else {
      return
    }
    let place = Place(tenant: event.tenant, deployment: deployment)
    if let budget, budget.stepsDown(at: used) {
      guard rung == customary(at: place) else { return }
      let lower = book.ladder.stepDown(from: event.model)
      guard lower != event.model else { return }
      let missed = MissedDowngrade(
        event, user, at: deployment, of: budget, used: used, lower: lower)
      downgrades[missed.key, default: missed].add(event)
    } else {
      let none = [Int](repeating: 0, count: book.ladder.rungs.count)
      customs[place, default: none][rung] += 1
    }
  }

  /// The rung that a deployment uses where budgets leave it free: that of most of its calls of the day
  /// so far; without any, the dearest, for nothing steps down to that.
  private func customary(at place: Place) -> Int {
    guard let counts = customs[place], let most = counts.max() else { return 0 }
    return counts.firstIndex(of: most) ?? 0
  }
}
