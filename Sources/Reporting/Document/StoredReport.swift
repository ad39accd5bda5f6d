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
  let rollForward: [StoredRollForwardRow]?
  let further: StoredFurther

  enum CodingKeys: String, CodingKey {
    case schema, run, controls, clusters, groups, breaks, corrections
    case rollForward = "roll_forward"
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    schema = try fields.decode(String.self, forKey: .schema)
    run = try fields.decode(StoredRun.self, forKey: .run)
    controls = try fields.decode(StoredControls.self, forKey: .controls)
    clusters = try fields.decodeIfPresent([StoredCluster].self, forKey: .clusters)
    groups = try fields.decode([StoredGroup].self, forKey: .groups)
    breaks = try fields.decode([StoredBreak].self, forKey: .breaks)
    corrections = try fields.decode([StoredCorrection].self, forKey: .corrections)
    rollForward = try fields.decodeIfPresent([StoredRollForwardRow].self, forKey: .rollForward)
    further = try StoredFurther(from: decoder)
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
      report.rollForward = try rollForward.map { RollForward(rows: try $0.map { try $0.row }) }
      try further.complete(&report)
      return report
    }
  }
}

struct StoredRun: Decodable {
  let id, job, from, to, timezone, asOf, status, configDigest, version: String
  let posted: Bool
  let previousDigest, recordDigest: String?

  enum CodingKeys: String, CodingKey {
    case id, job, from, to, timezone, status, version, posted
    case asOf = "as_of"
    case configDigest = "config_digest"
    case previousDigest = "previous_digest"
    case recordDigest = "record_digest"
  }

  var header: RunHeader {
    get throws {
      let first = try parsed(from, "a day") { CivilDate($0) }
      let last = try parsed(to, "a day") { CivilDate($0) }
      var header = RunHeader(
        id: id, job: job,
        range: try parsed(to, "a day that is not before \(from)") { _ in
          DayRange(from: first, to: last)
        },
        timezone: timezone, asOf: try parsed(asOf, "a time") { Instant($0) }, posted: posted,
        status: try parsed(status, "a status") { RunStatus(rawValue: $0) },
        configDigest: configDigest, version: version)
      header.previousDigest = previousDigest
      header.recordDigest = recordDigest
      return header
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
        usageRows: usageRows, usageCharge: try parsedMoney(usageCharge), ledgerRows: ledgerRows,
        ledgerAmount: try parsedMoney(ledgerAmount), cleanRequests: cleanRequests,
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

  /// What is measured in units, or tells no currency, is of none.
  var key: GroupKey {
    get throws {
      GroupKey(
        tenant: tenantId, deployment: deploymentId, currency: try anyCurrency(currency),
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
        recorded: try parsedMoney(recorded), due: try parsedMoney(due),
        posted: try parsedMoney(posted),
        variance: try parsedMoney(variance), sumOfRounded: try parsedMoney(sumOfRounded),
        roundedSum: try parsedMoney(roundedSum), roundingDrift: try parsedMoney(roundingDrift),
        roundingBound: try parsedMoney(roundingBound),
        bridge: try bridge.map { step in
          BridgeStep(
            line: try parsed(step.line, "a line") { BridgeLine(rawValue: $0) },
            amount: try parsedMoney(step.amount))
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
  let deploymentId, requestId, occurredAt, state, measure, unit: String?
  let eventIds, entryIds: [String]
  let shares: [Share]?

  enum CodingKeys: String, CodingKey {
    case id, code, severity, currency, period, amount, explanation, disposition, shares, state
    case measure, unit
    case tenantId = "tenant_id"
    case firstSeen = "first_seen"
    case deploymentId = "deployment_id"
    case requestId = "request_id"
    case occurredAt = "occurred_at"
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
        requestID: requestId, eventIDs: eventIds, entryIDs: entryIds,
        amount: try parsedMoney(amount),
        measure: try measure.map { Measure(try parsedMoney($0), unit ?? "") },
        shares: try (shares ?? []).map { share in
          GroupShare(
            group: try StoredKey(
              tenantId: share.tenantId, currency: share.currency, period: share.period,
              deploymentId: share.deploymentId
            ).key, amount: try parsedMoney(share.amount))
        },
        explanation: explanation, firstSeen: try parsed(firstSeen, "a time") { Instant($0) },
        disposition: try parsed(disposition, "a disposition") { Disposition(rawValue: $0) },
        occurredAt: try occurredAt.map { try parsed($0, "a time") { Instant($0) } },
        state: try state.map { try parsed($0, "a state") { BreakState(rawValue: $0) } })
    }
  }
}

struct StoredCorrection: Decodable {
  let id, breakId, code, kind, tenantId, currency, period, servicePeriod, amount: String
  let idempotencyKey, status: String
  let deploymentId, requestId, reversesEntryId, heldBecause: String?
  let account, quantity, unit: String?
  let group: StoredKey

  enum CodingKeys: String, CodingKey {
    case id, code, kind, currency, period, amount, status, group, account, quantity, unit
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
        currency: try anyCurrency(currency),
        period: try parsed(period, "a period") { AccountingPeriod($0) },
        servicePeriod: try parsed(servicePeriod, "a period") { AccountingPeriod($0) },
        requestID: requestId, reversesEntryID: reversesEntryId, amount: try parsedMoney(amount),
        idempotencyKey: idempotencyKey,
        status: try parsed(status, "a status") { Correction.Status(rawValue: $0) },
        heldBecause: heldBecause, group: try group.key,
        units: try account.map { account in
          UnitPosting(
            account: account, quantity: try parsedMoney(quantity ?? ""), unit: unit ?? "")
        })
    }
  }
}

func parsed<Parsed>(
  _ text: String, _ expected: String, _ parse: (String) -> Parsed?
) throws -> Parsed {
  guard let parsed = parse(text) else { throw Unreadable("'\(text)' is not \(expected)") }
  return parsed
}

func parsedMoney(_ text: String) throws -> Money {
  try parsed(text, "an amount") { try? Money($0) }
}

/// A currency, or `XXX` for what concerns none.
func anyCurrency(_ text: String) throws -> Currency {
  try parsed(text, "a currency") { $0 == Currency.none.code ? Currency.none : Currency($0) }
}

func breakCode(_ text: String) throws -> BreakCode {
  try parsed(text, "a break code") { BreakCode(rawValue: $0) }
}
