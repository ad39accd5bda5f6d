import Billing
import Reconciliation

extension PostgresBooks {
  /// A log without signals is not read through to learn that: where the server's planner expects next
  /// to none of the rows to be signals, there are none that are worth it.
  package func tellsSignals(_ selection: UsageSelection) throws -> Bool {
    let select = gateway.requiredSelect(.usageEvent)
    let isSignal = "operation = '\(UsageEvent.signalOperation)'"
    for part in try gateway.parts(selection) {
      let rows = "from (\(select)\n) r where \(part.condition)"
      let all = try estimate("\(part.prefix) select 1 \(rows)")
      guard try estimate("\(part.prefix) select 1 \(rows) and \(isSignal)") * 1000 >= all else {
        continue
      }
      let found = "\(part.prefix) select exists (select \(rows) and \(isSignal))"
      if try gateway.connection.query(found).scalar == "t" { return true }
    }
    return false
  }

  private func estimate(_ query: String) throws(BooksError) -> Int {
    let plan = try gateway.connection.query("explain \(query)").scalar ?? ""
    if plan.contains("One-Time Filter: false") { return 0 }
    guard let mark = plan.firstRange(of: "rows=") else { return 0 }
    return Int(plan[mark.upperBound...].prefix { $0.isNumber }) ?? 0
  }
}
