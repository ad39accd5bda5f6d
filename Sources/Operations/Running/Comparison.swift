import Accounting
import Reconciliation

/// What was planted beside what was found, one by one: code, place, request and amount must agree.
struct Comparison: Sendable {
  /// Planted and not found.
  let missing: [PlantedBreak]
  /// Found and not planted.
  let invented: [PlantedBreak]
  private let planted: [BreakCode: Int]
  private let found: [BreakCode: Int]

  init(planted: [PlantedBreak], found: Spool<Break>) {
    let reported = found.map(PlantedBreak.init)
    missing = Comparison.excess(of: planted, over: reported)
    invented = Comparison.excess(of: reported, over: planted)
    self.planted = Dictionary(grouping: planted, by: \.code).mapValues(\.count)
    self.found = Dictionary(grouping: reported, by: \.code).mapValues(\.count)
  }

  var agrees: Bool { missing.isEmpty && invented.isEmpty }

  /// One line a code, in the catalogue's order.
  var lines: [String] {
    var table = TextTable([.left, .right, .right, .right, .right])
    for code in BreakCode.allCases where (planted[code] ?? 0) + (found[code] ?? 0) > 0 {
      table.append(
        code.rawValue, String(planted[code] ?? 0), String(found[code] ?? 0),
        String(missing.count { $0.code == code }), String(invented.count { $0.code == code }))
    }
    let wrong = missing.map { "  missing:  \($0)" } + invented.map { "  invented: \($0)" }
    return table.lines(headings: ["code", "planted", "found", "missing", "invented"])
      + wrong.prefix(20)
  }

  private static func excess(
    of some: [PlantedBreak], over others: [PlantedBreak]
  ) -> [PlantedBreak] {
    var left = Dictionary(others.map { ($0, 1) }, uniquingKeysWith: +)
    return some.filter { item in
      guard let count = left[item], count > 0 else { return true }
      left[item] = count - 1
      return false
    }.sorted()
  }
}

extension PlantedBreak {
  init(_ found: Break) {
    self.init(
      code: found.code, tenant: found.group.tenant, deployment: found.group.deployment,
      currency: found.group.currency, period: found.group.period, requestID: found.requestID,
      amount: found.amount)
  }
}
