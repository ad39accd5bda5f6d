import Accounting
import Reconciliation

/// What whole months would have come to, had they been rounded otherwise.
struct RoundingSection {
  struct WhatIf {
    let whatIfCurrency: String
    let whatIfMonth: String
    let whatIfRequests: String
    let exact: String
    let posted: String
    let postedAdded: String
    let up: Rule
    let even: Rule
  }

  struct Rule {
    let rule: String
    let levels: [Level]
  }

  struct Level {
    let figure: String
    /// To the exact sum.
    let added: String
  }

  let isShown: Bool
  let whatIfs: [WhatIf]
  let whatIfNote: String

  init(_ roundings: [RoundingWhatIf]) throws {
    isShown = !roundings.isEmpty
    whatIfs = try roundings.map(WhatIf.init)
    let planned = roundings.reduce(0) { $0 + $1.plannedGroups }
    let rule = roundings.first.map { $0.rule == .halfUp ? "half up" : "half even" } ?? ""
    whatIfNote = """
      This job rounds \(rule), and what is due is rounded per line. Posted is what the ledger holds \
      for these groups, breaks included. \
      \(planned == 0 ? "" : "\(counted(planned, "group")) under a plan \(planned == 1 ? "is" : "are") left out: there the plan’s charge is due, however usage is rounded. ")\
      By tenant in roundings.csv.
      """
  }
}

extension RoundingSection.WhatIf {
  fileprivate init(_ whatIf: RoundingWhatIf) throws {
    let table = whatIf.total
    let currency = whatIf.currency
    func rule(_ name: String, _ row: RoundingTable.Row) throws -> RoundingSection.Rule {
      RoundingSection.Rule(
        rule: name,
        levels: try [row.perEntry, row.perLine, row.perInvoice].map {
          .init(
            figure: AmountText.plain($0, in: currency),
            added: AmountText.orDash(try $0 - table.exact, in: currency))
        })
    }
    whatIfCurrency = currency.code
    whatIfMonth = whatIf.period.description
    whatIfRequests = counted(table.requests, "request")
    exact = AmountText.plain(table.exact, in: currency)
    posted = AmountText.plain(table.posted, in: currency)
    postedAdded = AmountText.orDash(try table.posted - table.exact, in: currency)
    up = try rule("half up", table.halfUp)
    even = try rule("half even", table.halfEven)
  }
}
