import Books
import Reconciliation

extension Explanation {
  /// Everything there is to say, with a final line feed.
  package func text(_ evidence: BookEvidence, statements: [String]) -> String {
    var lines = heading
    if !evidence.arithmetic.isEmpty {
      lines += ["", "The arithmetic, by the rows as the books hold them now:"]
      lines += evidence.arithmetic
    }
    lines += groupArithmetic + correctionLines
    if let problem = evidence.problem {
      lines += ["", "The rows are not to be had from here: \(problem)"]
    } else if !evidence.rows.isEmpty {
      lines += ["", "The rows, as the books hold them now:"] + evidence.rows
    }
    let sql = statements.flatMap { $0.split(whereSeparator: \.isNewline).map { "  " + $0 } }
    return (lines.map(\.harmless) + ["", "The same for psql:"] + sql.map(\.harmlessSQL))
      .map { $0 + "\n" }.joined()
  }

  /// Read-only SELECTs that show the rows behind the break: on the contract's tables, or around the
  /// SELECTs of the job's own adapters.
  ///
  /// - Throws: `BooksError` when the job names an adapter that is not there.
  package func statements(of job: Job, _ evidence: BookEvidence) throws -> [String] {
    let gateway = try Sources(
      .usageEvent, job.gateway.place, Relation.ofGateway, "gateway", evidence.uuidColumns)
    let ledger = try Sources(
      .entry, job.ledger.place, Relation.ofLedger, "ledger", evidence.uuidColumns)
    var statements: [String] = []
    if let request = found.requestID {
      statements.append(gateway.select("request_id", [request]))
      statements.append(ledger.select("request_id", [request]))
    }
    if !found.eventIDs.isEmpty { statements.append(gateway.select("event_id", found.eventIDs)) }
    if !found.entryIDs.isEmpty { statements.append(ledger.select("entry_id", found.entryIDs)) }
    return statements.isEmpty ? groupStatements(gateway, ledger) : statements
  }

  /// A break of a group as a whole rests on all that the group holds.
  private func groupStatements(_ gateway: Sources, _ ledger: Sources) -> [String] {
    let group = found.group
    let zone = report.run.timezone.quotedForSQL
    let place =
      "tenant_id = \(group.tenant.quotedForSQL)"
      + (group.deployment.map { " and deployment_id = \($0.quotedForSQL)" } ?? "")
      + " and currency = \(group.currency.code.quotedForSQL)"
    func start(_ day: String) -> String { "timestamp '\(day)' at time zone \(zone)" }
    let first = group.period.firstDay.description
    return [
      gateway.select(
        "\(place)\nand occurred_at >= \(start(first)) "
          + "and occurred_at < \(start(group.period.next.firstDay.description))"),
      ledger.select("\(place)\nand coalesce(service_period, period) = '\(first)'"),
    ]
  }
}

/// A relation as a person can ask for it.
private struct Sources {
  private let text: String
  private let uuids: Set<String>

  init(
    _ relation: Relation, _ place: BookPlace, _ relations: [Relation], _ book: String,
    _ uuids: [Relation: Set<String>]
  ) throws {
    let adapter = try Adapter(place.adapter, relations: relations, book: book)
    let select = adapter.select(relation) ?? ""
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
      case _ where scalar.properties.generalCategory == .control:
        let digits = String(scalar.value, radix: 16)
        body += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        isEscaped = true
      default: body.unicodeScalars.append(scalar)
      }
    }
    return (isEscaped ? "E'" : "'") + body + "'"
  }

  /// Without control characters but for tabs, which SQL may hold.
  fileprivate var harmlessSQL: String {
    split(separator: "\t", omittingEmptySubsequences: false)
      .map { String($0).harmless }.joined(separator: "\t")
  }
}
