import Accounting
import Billing

/// Every audit there is. A new one is one file and one line here.
package enum Audits {
  package static let all: [any Audit.Type] = [PriceAudit.self]
}

/// Opens the audits and leads the calls past those that are ready, all in one pass.
struct AuditStage {
  private var ready: [any Audit] = []
  private(set) var notExamined: [NotExamined] = []

  /// - Throws: what the books throw.
  init(
    _ audits: [any Audit.Type], _ books: any BookSource, _ terms: Terms, _ register: Register
  ) throws {
    for audit in audits where audit.codes.contains(where: register.examines) {
      switch try audit.open(books, terms) {
      case .ready(let audit): ready.append(audit)
      case .notExamined(let why):
        notExamined += audit.codes.filter(register.examines).map {
          NotExamined(check: $0.rawValue, why: why)
        }
      }
    }
  }

  /// - Throws: what the books and `found` throw.
  mutating func run(
    over books: any BookSource, _ scope: Scope, found: (any AuditItem) throws -> Void
  ) throws {
    guard !ready.isEmpty else { return }
    try books.calls(scope.usage) { call in
      for index in ready.indices { try ready[index].take(call, found: found) }
    }
    for index in ready.indices { try ready[index].finish(found: found) }
  }
}
