import Accounting
import Reconciliation

// report.json as it is stored. Fields that were added to the schema later may be missing.

struct StoredReport: Decodable {
  let schema: String
  let run: StoredRun
  let controls: StoredControls
  let clusters: [StoredCluster]?
  let groups: [StoredGroup]
  let breaks: [StoredBreak]
  let corrections: [StoredCorrection]
  let late: StoredLate?
  let monthsToDate: [StoredMonth]?
  let differingTotals: [StoredTotal]?

  enum CodingKeys: String, CodingKey {
    case schema, run, controls, clusters, groups, breaks, corrections, late
    case monthsToDate = "months_to_date"
    case differingTotals = "differing_totals"
  }

  var report: RunReport {
    get throws {
      var report = RunReport(
        run: try run.header,
        judgement: Judgement(
          controls: try controls.controls, groups: try groups.map { try $0.result },
          breaks: try breaks.map { try $0.found },
          corrections: try corrections.map { try $0.correction },
          clusters: try (clusters ?? []).map { try $0.cluster }))
      report.late = try late?.late
      report.judgement.controls.lateRequests = late?.requests ?? 0
      report.monthsToDate = try (monthsToDate ?? []).map { try $0.month }
      report.differingTotals = try (differingTotals ?? []).map { try $0.total }
      return report
    }
  }
}

struct StoredRun: Decodable {
  let id, job, from, to, timezone, asOf, status, configDigest, version: String
  let posted: Bool

  enum CodingKeys: String, CodingKey {
    case id, job, from, to, timezone, status, version, posted
    case asOf = "as_of"
    case configDigest = "config_digest"
  }

  var header: RunHeader {
    get throws {
      let first = try parsed(from, "a day") { CivilDate($0) }
      let last = try parsed(to, "a day") { CivilDate($0) }
      return RunHeader(
        id: id, job: job,
        range: try parsed(to, "a day that is not before \(from)") { _ in
          DayRange(from: first, to: last)
        },
        timezone: timezone, asOf: try parsed(asOf, "a time") { Instant($0) }, posted: posted,
        status: try parsed(status, "a status") { RunStatus(rawValue: $0) },
        configDigest: configDigest, version: version)
    }
  }
}

struct StoredControls: Decodable {
  struct Item: Decodable {
    let check, why: String
  }

  let usageRows, ledgerRows, cleanRequests, brokenRequests: Int
  let setAsideRows: Int?
  let usageCharge, ledgerAmount: String
  let notExamined: [Item]

  enum CodingKeys: String, CodingKey {
    case usageRows = "usage_rows"
    case ledgerRows = "ledger_rows"
    case cleanRequests = "clean_requests"
    case brokenRequests = "broken_requests"
    case setAsideRows = "set_aside_rows"
    case usageCharge = "usage_charge"
    case ledgerAmount = "ledger_amount"
    case notExamined = "not_examined"
  }

  var controls: Controls {
    get throws {
      Controls(
        usageRows: usageRows, usageCharge: try money(usageCharge), ledgerRows: ledgerRows,
        ledgerAmount: try money(ledgerAmount), cleanRequests: cleanRequests,
        brokenRequests: brokenRequests, setAsideRows: setAsideRows ?? 0,
        notExamined: notExamined.map { NotExamined(check: $0.check, why: $0.why) })
    }
  }
}

struct StoredKey: Decodable {
  let tenantId, currency, period: String
  let deploymentId: String?

  enum CodingKeys: String, CodingKey {
    case currency, period
    case tenantId = "tenant_id"
    case deploymentId = "deployment_id"
  }

  var key: GroupKey {
    get throws {
      GroupKey(
        tenant: tenantId, deployment: deploymentId,
        currency: try parsed(currency, "a currency") { Currency($0) },
        period: try parsed(period, "a period") { AccountingPeriod($0) })
    }
  }
}

struct StoredGroup: Decodable {
  struct Step: Decodable {
    let line, amount: String
  }

  let tenantId, currency, period: String
  let deploymentId, policy: String?
  let wholePeriod: Bool?
  let requests: Int?
  let recorded, due, posted, variance: String
  let sumOfRounded, roundedSum, roundingDrift, roundingBound: String
  let bridge: [Step]
  let blockedBy: [String]?

  enum CodingKeys: String, CodingKey {
    case currency, period, policy, requests, recorded, due, posted, variance, bridge
    case tenantId = "tenant_id"
    case deploymentId = "deployment_id"
    case wholePeriod = "whole_period"
    case sumOfRounded = "sum_of_rounded"
    case roundedSum = "rounded_sum"
    case roundingDrift = "rounding_drift"
    case roundingBound = "rounding_bound"
    case blockedBy = "blocked_by"
  }

  var result: GroupResult {
    get throws {
      GroupResult(
        key: try StoredKey(
          tenantId: tenantId, currency: currency, period: period, deploymentId: deploymentId
        ).key,
        policy: policy, isWholePeriod: wholePeriod ?? true, requests: requests ?? 0,
        recorded: try money(recorded), due: try money(due), posted: try money(posted),
        variance: try money(variance), sumOfRounded: try money(sumOfRounded),
        roundedSum: try money(roundedSum), roundingDrift: try money(roundingDrift),
        roundingBound: try money(roundingBound),
        bridge: try bridge.map { step in
          BridgeStep(
            line: try parsed(step.line, "a line") { BridgeLine(rawValue: $0) },
            amount: try money(step.amount))
        },
        blockedBy: try (blockedBy ?? []).map(breakCode))
    }
  }
}

struct StoredBreak: Decodable {
  struct Share: Decodable {
    let tenantId, currency, period, amount: String
    let deploymentId: String?

    enum CodingKeys: String, CodingKey {
      case currency, period, amount
      case tenantId = "tenant_id"
      case deploymentId = "deployment_id"
    }
  }

  let id, code, severity, tenantId, currency, period, amount, explanation: String
  let firstSeen, disposition: String
  let deploymentId, requestId: String?
  let eventIds, entryIds: [String]
  let shares: [Share]?

  enum CodingKeys: String, CodingKey {
    case id, code, severity, currency, period, amount, explanation, disposition, shares
    case tenantId = "tenant_id"
    case firstSeen = "first_seen"
    case deploymentId = "deployment_id"
    case requestId = "request_id"
    case eventIds = "event_ids"
    case entryIds = "entry_ids"
  }

  var found: Break {
    get throws {
      Break(
        id: id, code: try breakCode(code),
        severity: try parsed(severity, "a severity") { Severity(rawValue: $0) },
        group: try StoredKey(
          tenantId: tenantId, currency: currency, period: period, deploymentId: deploymentId
        ).key,
        requestID: requestId, eventIDs: eventIds, entryIDs: entryIds, amount: try money(amount),
        shares: try (shares ?? []).map { share in
          GroupShare(
            group: try StoredKey(
              tenantId: share.tenantId, currency: share.currency, period: share.period,
              deploymentId: share.deploymentId
            ).key, amount: try money(share.amount))
        },
        explanation: explanation, firstSeen: try parsed(firstSeen, "a time") { Instant($0) },
        disposition: try parsed(disposition, "a disposition") { Disposition(rawValue: $0) })
    }
  }
}

struct StoredCorrection: Decodable {
  let id, breakId, code, kind, tenantId, currency, period, servicePeriod, amount: String
  let idempotencyKey, status: String
  let deploymentId, requestId, reversesEntryId, heldBecause: String?
  let group: StoredKey

  enum CodingKeys: String, CodingKey {
    case id, code, kind, currency, period, amount, status, group
    case breakId = "break_id"
    case tenantId = "tenant_id"
    case servicePeriod = "service_period"
    case idempotencyKey = "idempotency_key"
    case deploymentId = "deployment_id"
    case requestId = "request_id"
    case reversesEntryId = "reverses_entry_id"
    case heldBecause = "held_because"
  }

  var correction: Correction {
    get throws {
      Correction(
        id: id, breakID: breakId, code: try breakCode(code), kind: EntryKind(kind),
        tenant: tenantId, deployment: deploymentId,
        currency: try parsed(currency, "a currency") { Currency($0) },
        period: try parsed(period, "a period") { AccountingPeriod($0) },
        servicePeriod: try parsed(servicePeriod, "a period") { AccountingPeriod($0) },
        requestID: requestId, reversesEntryID: reversesEntryId, amount: try money(amount),
        idempotencyKey: idempotencyKey,
        status: try parsed(status, "a status") { Correction.Status(rawValue: $0) },
        heldBecause: heldBecause, group: try group.key)
    }
  }
}

func parsed<Parsed>(
  _ text: String, _ expected: String, _ parse: (String) -> Parsed?
) throws -> Parsed {
  guard let parsed = parse(text) else { throw Unreadable("'\(text)' is not \(expected)") }
  return parsed
}

private func money(_ text: String) throws -> Money {
  try parsed(text, "an amount") { try? Money($0) }
}

private func breakCode(_ text: String) throws -> BreakCode {
  try parsed(text, "a break code") { BreakCode(rawValue: $0) }
}
