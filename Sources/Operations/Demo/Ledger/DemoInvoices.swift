import Accounting
import Reconciliation

package struct DemoInvoiceLine {
  package var line: InvoiceLine
  var tally: DemoTally
}

extension DemoDraft {
  /// Breaks that leave a group at something else than what it owes, until somebody decides.
  private static let undecided: Set<BreakCode> = [
    .invalidEvent, .inTransit, .unsupportedCharge, .driftBeyondRounding, .subcentLeak, .policyGap,
    .policyOverlap,
  ]

  /// Invoices every third tenant, and some of them wrongly.
  mutating func invoice(_ settled: [DemoSettled]) throws {
    let names = Set(places.map(\.tenant.name)).sorted()
    let invoiced = Set(names.indices.filter { $0 % 3 == 0 }.map { names[$0] })
    let undecided = groups(of: Self.undecided).union(groupsNextToTheRange())
    var lines: [Int] = []
    for one in settled where invoiced.contains(one.group.tenant) {
      guard !undecided.contains(one.group), one.month.known == one.month.all else { continue }
      addLine(one, one.due)
      if one.group.period == plan.period { lines.append(invoiceLines.count - 1) }
    }
    for number in 0..<plan.scaled(6, least: 3) { try untie(&lines, number) }
    try addMemo(&lines)
    try addDrafts(lines)
  }

  /// Groups that hold an entry of a month that is not examined, or lack one.
  private func groupsNextToTheRange() -> Set<DemoGroup> {
    let outside = groups(of: [.cutOffError]).filter {
      $0.period != plan.period && $0.period != plan.priorPeriod
    }
    return Set(
      outside.flatMap { group in
        [plan.priorPeriod, plan.period].map { period in
          var neighbour = group
          neighbour.period = period
          return neighbour
        }
      })
  }

  private mutating func addLine(
    _ one: DemoSettled, _ amount: Money, status: String = "finalized"
  ) {
    let at = plan.settled(one.group.period).adding(seconds: 3600)
    invoiceLines.append(
      DemoInvoiceLine(
        line: InvoiceLine(
          lineID: random.ulid("line_", at: at),
          invoiceID: "inv-\(one.group.period)-\(one.group.tenant)", tenant: one.group.tenant,
          deployment: one.group.deployment, period: one.group.period, amount: amount,
          currency: one.group.currency, status: status),
        tally: one.month.all))
  }

  private mutating func untie(_ lines: inout [Int], _ number: Int) throws {
    guard !lines.isEmpty else { throw DemoTooSmall(what: "an untied invoice") }
    let index = lines.remove(at: random.below(lines.count))
    let line = invoiceLines[index].line
    let difference = random.seconds(1, number % 2 == 0 ? 3 : 2000) * (number % 3 == 0 ? -1 : 1)
    try invoiceLines[index].line.amount += Money(minorUnits: difference, of: line.currency)
    plant(.invoiceUntied, in: group(of: line))
  }

  /// An invoice that was too high, and the memo that makes it right.
  private mutating func addMemo(_ lines: inout [Int]) throws {
    guard !lines.isEmpty else { return }
    let index = lines.remove(at: random.below(lines.count))
    let line = invoiceLines[index].line
    let credit = Money(minorUnits: random.seconds(10, 900), of: line.currency)
    try invoiceLines[index].line.amount += credit
    settle(group(of: line), .creditMemo, -credit, at: plan.settledAt.adding(seconds: 7200))
  }

  /// Lines that no customer has seen, or that were withdrawn.
  private mutating func addDrafts(_ lines: [Int]) throws {
    for (number, index) in lines.prefix(6).enumerated() {
      var copy = invoiceLines[index]
      copy.line.lineID = random.ulid("line_", at: plan.settledAt)
      copy.line.status = number % 2 == 0 ? "draft" : "void"
      try copy.line.amount += Money(minorUnits: 777, of: copy.line.currency)
      invoiceLines.append(copy)
    }
  }

  private func group(of line: InvoiceLine) -> DemoGroup {
    DemoGroup(
      tenant: line.tenant, deployment: line.deployment, currency: line.currency,
      period: line.period)
  }
}
