import Accounting
import FoundationEssentials
import Reconciliation

// What only some reports have, as report.json stores it.

/// All of it. What `ReportFields.further` writes is read here, or a stored report would not come
/// back as it was.
struct StoredFurther: Decodable {
  let late: StoredLate?
  let monthsToDate: [StoredMonth]?
  let differingTotals: [StoredTotal]?
  let plans: [StoredPlan]?
  let roundings: [StoredWhatIf]?

  enum CodingKeys: String, CodingKey {
    case late, plans
    case monthsToDate = "months_to_date"
    case differingTotals = "differing_totals"
    case roundings = "rounding_what_if"
  }

  /// - Parameter lines: as the document has them, without line feeds: names with their values.
  init(ofLines lines: [UInt8]) throws {
    let bytes = Array("{".utf8) + lines + Array("}".utf8)
    self = try JSONDecoder().decode(StoredFurther.self, from: Data(bytes))
  }

  func complete(_ report: inout RunReport) throws {
    report.late = try late?.late
    report.judgement.controls.lateRequests = late?.requests ?? 0
    report.monthsToDate = try (monthsToDate ?? []).map { try $0.month }
    report.differingTotals = try (differingTotals ?? []).map { try $0.total }
    report.judgement.plans = try (plans ?? []).map { try $0.plan }
    report.judgement.roundings = try (roundings ?? []).map { try $0.whatIf }
  }
}

struct StoredLate: Decodable {
  let since: String
  let judgedFrom: String?
  let requests: Int

  enum CodingKeys: String, CodingKey {
    case since, requests
    case judgedFrom = "judged_from"
  }

  var late: LateArrivals {
    get throws {
      LateArrivals(
        since: try parsed(since, "a time") { Instant($0) },
        judgedFrom: try judgedFrom.map { try parsed($0, "a time") { Instant($0) } },
        requests: requests)
    }
  }
}

struct StoredMonth: Decodable {
  struct Place: Decodable {
    let tenantId, currency, period, usageCharge, ledgerAmount: String
    let deploymentId: String?
    let usageRows, ledgerRows: Int

    enum CodingKeys: String, CodingKey {
      case currency, period
      case tenantId = "tenant_id"
      case deploymentId = "deployment_id"
      case usageRows = "usage_rows"
      case usageCharge = "usage_charge"
      case ledgerRows = "ledger_rows"
      case ledgerAmount = "ledger_amount"
    }

    var place: PlaceToDate {
      get throws {
        PlaceToDate(
          key: try StoredKey(
            tenantId: tenantId, currency: currency, period: period, deploymentId: deploymentId
          ).key, usage: ControlTotal(rows: usageRows, amount: try parsedMoney(usageCharge)),
          ledger: ControlTotal(rows: ledgerRows, amount: try parsedMoney(ledgerAmount)))
      }
    }
  }

  let period, through: String
  let missingDays: [String]
  let places: [Place]

  enum CodingKeys: String, CodingKey {
    case period, through, places
    case missingDays = "missing_days"
  }

  var month: MonthToDate {
    get throws {
      MonthToDate(
        period: try parsed(period, "a period") { AccountingPeriod($0) },
        through: try parsed(through, "a day") { CivilDate($0) },
        missingDays: try missingDays.map { try parsed($0, "a day") { CivilDate($0) } },
        places: try places.map { try $0.place })
    }
  }
}

struct StoredTotal: Decodable {
  let relation, day, tenantId, currency, storedAmount, countedAmount: String
  let deploymentId, period: String?
  let storedRows, countedRows: Int

  enum CodingKeys: String, CodingKey {
    case relation, day, currency, period
    case tenantId = "tenant_id"
    case deploymentId = "deployment_id"
    case storedRows = "stored_rows"
    case storedAmount = "stored_amount"
    case countedRows = "counted_rows"
    case countedAmount = "counted_amount"
  }

  var total: DifferingTotal {
    get throws {
      DifferingTotal(
        relation: try parsed(relation, "a relation") { SetAsideRow.Relation(rawValue: $0) },
        day: try parsed(day, "a day") { CivilDate($0) }, tenant: tenantId,
        deployment: deploymentId, currency: currency,
        period: try period.map { try parsed($0, "a period") { AccountingPeriod($0) } },
        stored: ControlTotal(rows: storedRows, amount: try parsedMoney(storedAmount)),
        counted: ControlTotal(rows: countedRows, amount: try parsedMoney(countedAmount)))
    }
  }
}
