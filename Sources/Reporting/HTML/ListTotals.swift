import Accounting
import Reconciliation

/// What all breaks come to, gathered in one pass.
struct BreakTotals {
  /// The breaks of one code.
  struct OfCode {
    var count = 0
    var worst = Severity.info
    var dispositions: [Disposition: Int] = [:]
    var amounts: [Currency: Money] = [:]
  }

  private(set) var count = 0
  private(set) var byCode: [BreakCode: OfCode] = [:]
  private(set) var amounts: [Currency: Money] = [:]

  init(_ breaks: Spool<Break>) throws {
    for found in breaks {
      count += 1
      let currency = found.group.currency
      try amounts[currency, default: .zero] += found.stake
      var total = byCode[found.code] ?? OfCode()
      byCode[found.code] = nil
      total.count += 1
      if found.severity.rank > total.worst.rank { total.worst = found.severity }
      total.dispositions[found.disposition, default: 0] += 1
      try total.amounts[currency, default: .zero] += found.stake
      byCode[found.code] = total
    }
  }

  var isEmpty: Bool { count == 0 }

  /// In the order of the catalogue.
  var codes: [BreakCode] { BreakCode.allCases.filter { byCode[$0] != nil } }
}

/// What all corrections come to, gathered in one pass.
struct CorrectionTotals {
  struct OfStatus {
    var count = 0
    var amounts: [Currency: Money] = [:]
  }

  private(set) var count = 0
  private(set) var byStatus: [Correction.Status: OfStatus] = [:]
  /// Posted ones, and those that wait, as far as they change a group of the run: an entry may take
  /// an amount off a group outside it, such as next month's.
  private(set) var corrected: [Currency: Money] = [:]
  private(set) var waiting: [Currency: Money] = [:]

  init(_ judgement: Judgement) throws {
    let shown = Set(judgement.groups.map(\.key))
    for correction in judgement.corrections {
      count += 1
      let currency = correction.currency
      var total = byStatus[correction.status] ?? OfStatus()
      byStatus[correction.status] = nil
      total.count += 1
      // What is in units is counted, and in no sum of money.
      if correction.units == nil {
        try total.amounts[currency, default: .zero] += correction.amount
      }
      byStatus[correction.status] = total
      guard correction.movesVariance, shown.contains(correction.group) else { continue }
      if correction.status == .posted {
        try corrected[currency, default: .zero] += correction.amount
      } else {
        try waiting[currency, default: .zero] += correction.amount
      }
    }
  }

  var isEmpty: Bool { count == 0 }

  var currencies: [Currency] { Set(byStatus.values.flatMap(\.amounts.keys)).sorted() }

  func count(_ status: Correction.Status) -> Int { byStatus[status]?.count ?? 0 }
}
