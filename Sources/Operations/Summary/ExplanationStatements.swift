import Accounting
import Books
import Reconciliation

extension Explanation {
  /// Read-only SELECTs that show the rows behind the break: on the contract's tables, or around the
  /// SELECTs of the job's own adapters.
  ///
  /// - Throws: `BooksError` when the job names an adapter that is not there.
  package func statements(of job: Job, _ evidence: BookEvidence) throws -> [String] {
    func source(_ relation: Relation) throws -> Source? {
      try Source(relation, of: job, evidence.uuidColumns)
    }
    let gateway = try source(.usageEvent)
    let ledger = try source(.entry)
    var statements: [String?] = []
    if let request = found.requestID {
      statements.append(gateway?.select("request_id", [request]))
      statements.append(ledger?.select("request_id", [request]))
    }
    if !found.eventIDs.isEmpty { statements.append(gateway?.select("event_id", found.eventIDs)) }
    if !found.entryIDs.isEmpty { statements.append(ledger?.select("entry_id", found.entryIDs)) }
    let own = statements.isEmpty ? ofGroup : []
    for (relation, condition) in own + further {
      statements.append(try source(relation)?.select(condition))
    }
    return statements.compactMap(\.self)
  }

  /// A break of a group as a whole rests on all that the group holds.
  private var ofGroup: [(Relation, String)] {
    switch found.code {
    // A running total has a window of its own.
    case .counterDrift: []
    // Its place is the provider and the model.
    case .providerGap: [(.usageEvent, "\(ofProvider)\nand \(within("occurred_at"))")]
    default:
      [
        (.usageEvent, "\(ofPlace)\nand \(within("occurred_at"))"),
        (.entry, "\(ofPlace)\nand coalesce(service_period, period) = '\(firstDay)'"),
      ]
    }
  }

  /// The other relations that breaks of its code are judged by.
  private var further: [(Relation, String)] {
    switch found.code {
    case .invoiceUntied:
      [(.invoiceLine, "\(ofTenant)\nand \(ofCurrency) and period = '\(firstDay)'")]
    case .trueUpDue, .periodChargeDisagreement:
      [
        (.periodCharge, "\(ofTenant)\nand \(ofCurrency) and period = '\(firstDay)'"),
        (.chargePolicy, ofTenant),
      ]
    case .policyGap, .policyOverlap: [(.chargePolicy, ofTenant)]
    case .budgetOverrun, .missedDowngrade: [(.allowance, ofTenant)]
    case .counterDrift:
      [(.counter, "\(ofTenant) or entity_id = \(found.group.tenant.quotedForSQL)")]
    case .rollupDrift: [(.rollupDay, "day >= '\(firstDay)' and day < '\(dayAfter)'")]
    case .providerGap: [(.providerBill, "\(ofProvider)\nand \(within("bucket_start"))")]
    default: []
    }
  }

  private var firstDay: String { found.group.period.firstDay.description }
  private var dayAfter: String { found.group.period.next.firstDay.description }

  private var ofTenant: String { "tenant_id = \(found.group.tenant.quotedForSQL)" }
  private var ofCurrency: String { "currency = \(found.group.currency.code.quotedForSQL)" }
  private var ofProvider: String { "lower(provider) = \(found.group.tenant.quotedForSQL)" }

  /// A plan or an invoice without deployment may stand for several; other groups without one hold
  /// what names none.
  private var ofPlace: String {
    var place = ofTenant
    if let deployment = found.group.deployment {
      place += " and deployment_id = \(deployment.quotedForSQL)"
    } else if !mayPool {
      place += " and deployment_id is null"
    }
    return "\(place) and \(ofCurrency)"
  }

  private var mayPool: Bool {
    if [.invoiceUntied, .trueUpDue, .periodChargeDisagreement].contains(found.code) { return true }
    let policy = report.judgement.groups.first { $0.key == found.group }?.policy
    return policy == "plan_inclusive" || policy == "mixed"
  }

  private func within(_ column: String) -> String {
    let zone = report.run.timezone.quotedForSQL
    return "\(column) >= timestamp '\(firstDay)' at time zone \(zone) "
      + "and \(column) < timestamp '\(dayAfter)' at time zone \(zone)"
  }
}

/// A relation as a person can ask for it.
private struct Source {
  private let text: String
  private let uuids: Set<String>

  /// - Returns: `nil` where the job's adapter does not provide the relation.
  init?(_ relation: Relation, of job: Job, _ uuids: [Relation: Set<String>]) throws {
    let isOfLedger = Relation.ofLedger.contains(relation)
    let adapter = try Adapter(
      isOfLedger ? job.ledger.adapter : job.gateway.adapter,
      relations: isOfLedger ? Relation.ofLedger : Relation.ofGateway,
      book: isOfLedger ? "ledger" : "gateway")
    guard let select = adapter.select(relation) else { return nil }
    text = adapter.isNative ? adapter.name(of: relation) : "(\n\(select)\n) r"
    self.uuids = uuids[relation] ?? []
  }

  func select(_ condition: String) -> String { "select * from \(text) where \(condition);" }

  /// An id that is no uuid is asked for as a text, for a column of type uuid would refuse it.
  func select(_ column: String, _ ids: [String]) -> String {
    let isCast = uuids.contains(column) && !ids.allSatisfy(UUIDText.isText)
    let list = ids.map(\.quotedForSQL).joined(separator: ", ")
    return select("\(column)\(isCast ? "::text" : "") in (\(list))")
  }
}

extension String {
  /// A SQL literal of printable characters, equal to this text whatever
  /// `standard_conforming_strings` is.
  var quotedForSQL: String {
    var body = ""
    var isEscaped = false
    for scalar in unicodeScalars {
      switch scalar {
      case "'": body += "''"
      case "\\":
        body += "\\\\"
        isEscaped = true
      case _ where scalar.steers:
        let digits = String(scalar.value, radix: 16)
        body += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        isEscaped = true
      default: body.unicodeScalars.append(scalar)
      }
    }
    return (isEscaped ? "E'" : "'") + body + "'"
  }
}
