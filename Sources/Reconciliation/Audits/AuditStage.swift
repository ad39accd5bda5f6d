import Accounting
import Billing

/// Every audit there is. A new one is one file and one line here.
package enum Audits {
  package static let all: [any Audit.Type] = [
    PriceAudit.self,
    MeterAudit.self,
    BudgetAudit.self,
    SignalAudit.self,
    CounterAudit.self,
    RollupAudit.self,
    BillAudit.self,
  ]
}

/// Opens the audits and leads the calls past those that are ready, all in one pass.
struct AuditStage {
  private var ready: [any Audit] = []
  private let register: Register
  /// Complete once all audits have run.
  private(set) var notExamined: [NotExamined] = []

  /// - Throws: what the books throw.
  init(
    _ audits: [any Audit.Type], _ books: any BookSource, _ terms: Terms, _ register: Register,
    in scratch: Scratch
  ) throws {
    self.register = register
    for audit in audits where audit.codes.contains(where: register.examines) {
      switch try audit.open(books, terms, in: scratch) {
      case .ready(let audit): ready.append(audit)
      case .partly(let opened, let reasons):
        ready.append(opened)
        for why in reasons { note(audit.codes, NotExamined.part + why, register) }
      case .notExamined(let why):
        note(audit.codes, why, register)
      }
    }
  }

  private mutating func note(_ codes: [BreakCode], _ why: String, _ register: Register) {
    notExamined += codes.filter(register.examines).map {
      NotExamined(check: $0.rawValue, why: why)
    }
  }

  /// - Parameter copies: charge candidates that stand behind the first of their request or call.
  /// - Throws: what the books and `found` throw.
  mutating func run(
    over books: any BookSource, _ scope: Scope, copies: Spool<UsageEvent>,
    found: (any AuditItem) throws -> Void
  ) throws {
    guard !ready.isEmpty else { return }
    try books.calls(scope.usage) { call in
      for index in ready.indices { try ready[index].take(call, found: found) }
    }
    for copy in copies {
      for index in ready.indices { try ready[index].disregard(copy) }
    }
    for index in ready.indices { try ready[index].finish(found: found) }
    for audit in ready {
      for why in audit.leftOut { note(type(of: audit).codes, NotExamined.part + why, register) }
    }
  }
}
