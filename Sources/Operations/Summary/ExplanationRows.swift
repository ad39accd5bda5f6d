import Reconciliation

extension Explanation {
  /// Everything there is to say, with a final line feed.
  ///
  /// - Parameter rows: as `rows(of:)` gives them, or why they cannot be had.
  package func text(rows: [String]) -> String {
    let shown = rows.isEmpty ? [] : ["", "The rows, as the books hold them now:"] + rows
    return (arithmetic + shown + ["", "The same for psql:"] + statements.map { "  " + $0 })
      .map { $0.harmless + "\n" }.joined()
  }

  /// Read-only SELECTs on the contract's relations that show the rows behind the break.
  package var statements: [String] {
    var statements: [String] = []
    if let request = found.requestID {
      statements.append(Self.select("gateway.usage_event", "request_id", [request]))
      statements.append(Self.select("ledger.entry", "request_id", [request]))
    }
    if !found.eventIDs.isEmpty {
      statements.append(Self.select("gateway.usage_event", "event_id", found.eventIDs))
    }
    if !found.entryIDs.isEmpty {
      statements.append(Self.select("ledger.entry", "entry_id", found.entryIDs))
    }
    return statements.isEmpty ? groupStatements : statements
  }

  /// A break of a group as a whole rests on all that the group holds.
  private var groupStatements: [String] {
    let group = found.group
    let zone = report.run.timezone.quotedForSQL
    let place =
      "tenant_id = \(group.tenant.quotedForSQL)"
      + (group.deployment.map { " and deployment_id = \($0.quotedForSQL)" } ?? "")
      + " and currency = \(group.currency.code.quotedForSQL)"
    let month = group.period.firstDay.description.quotedForSQL
    return [
      "select * from gateway.usage_event where \(place) "
        + "and date_trunc('month', occurred_at at time zone \(zone)) = \(month);",
      "select * from ledger.entry where \(place) "
        + "and coalesce(service_period, period) = \(month);",
    ]
  }

  private static func select(_ relation: String, _ column: String, _ ids: [String]) -> String {
    let list = ids.map(\.quotedForSQL).joined(separator: ", ")
    return "select * from \(relation) where \(column) in (\(list));"
  }
}

extension String {
  /// A SQL literal. A backslash is itself under `standard_conforming_strings`, which is on by
  /// default; the escape form holds under either setting.
  var quotedForSQL: String {
    let quoted =
      "'"
      + split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "''") + "'"
    guard contains("\\") else { return quoted }
    return "E"
      + quoted.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
  }
}
