import Accounting
import FoundationEssentials
import Reconciliation

extension RunReport {
  /// Reads `report.json` back. A report that `Reports` wrote comes back equal.
  ///
  /// - Throws: `ReportingError` of kind `unreadable` that names the field at fault.
  package init(json: [UInt8]) throws {
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let stored = try decoder.decode(StoredReport.self, from: Data(json))
      guard stored.schema == ReportFields.schema else {
        throw Unreadable("schema is '\(stored.schema)', not '\(ReportFields.schema)'")
      }
      self = try stored.report
    } catch let problem as Unreadable {
      throw RunReport.unreadable(problem.what)
    } catch let error as DecodingError {
      throw RunReport.unreadable(error.place)
    }
  }

  private static func unreadable(_ what: String) -> ReportingError {
    ReportingError(
      .unreadable, "report.json cannot be read: \(what)",
      hint: "give the report.json of a run of this version of tieout, or run the job again")
  }
}

/// What is wrong with a field's text.
private struct Unreadable: Error {
  let what: String
  init(_ what: String) { self.what = what }
}

extension DecodingError {
  fileprivate var place: String {
    let (context, problem): (Context, String) =
      switch self {
      case .keyNotFound(let key, let context): (context, "'\(key.stringValue)' is missing")
      case .typeMismatch(_, let context): (context, "the value is of another type")
      case .valueNotFound(_, let context): (context, "the value is null")
      case .dataCorrupted(let context): (context, "this is not JSON")
      @unknown default: (Context(codingPath: [], debugDescription: ""), "it is damaged")
      }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? problem : "\(path): \(problem)"
  }
}

private struct StoredReport: Decodable {
  let schema: String
  let run: StoredRun
  let controls: StoredControls
  let groups: [StoredGroup]
  let breaks: [StoredBreak]
  let corrections: [StoredCorrection]

  var report: RunReport {
    get throws {
      RunReport(
        run: try run.header,
        judgement: Judgement(
          controls: try controls.controls, groups: try groups.map { try $0.result },
          breaks: try breaks.map { try $0.found },
          corrections: try corrections.map { try $0.correction }))
    }
  }
}

private struct StoredRun: Decodable {
  let id, job, from, to, timezone, asOf, status, configDigest, version: String
  let posted: Bool

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

private struct StoredControls: Decodable {
  struct Item: Decodable {
    let check, why: String
  }

  let usageRows, ledgerRows, cleanRequests, brokenRequests: Int
  let setAsideRows: Int?
  let usageCharge, ledgerAmount: String
  let notExamined: [Item]

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

private struct StoredKey: Decodable {
  let tenantId, currency, period: String
  let deploymentId: String?

  var key: GroupKey {
    get throws {
      GroupKey(
        tenant: tenantId, deployment: deploymentId,
        currency: try parsed(currency, "a currency") { Currency($0) },
        period: try parsed(period, "a period") { AccountingPeriod($0) })
    }
  }
}

private struct StoredGroup: Decodable {
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

private struct StoredBreak: Decodable {
  struct Share: Decodable {
    let tenantId, currency, period, amount: String
    let deploymentId: String?
  }

  let id, code, severity, tenantId, currency, period, amount, explanation: String
  let firstSeen, disposition: String
  let deploymentId, requestId: String?
  let eventIds, entryIds: [String]
  let shares: [Share]?

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

private struct StoredCorrection: Decodable {
  let id, breakId, code, kind, tenantId, currency, period, servicePeriod, amount: String
  let idempotencyKey, status: String
  let deploymentId, requestId, reversesEntryId, heldBecause: String?
  let group: StoredKey

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

private func parsed<Parsed>(
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
