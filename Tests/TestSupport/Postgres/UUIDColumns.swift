import Accounting
import Billing
import Books
import Reconciliation

/// Books of the contract whose ids are uuids, in columns of that type or of text.
package enum UUIDColumns {
  /// Which books hold their ids in columns of type uuid; the other holds the same ids as text.
  package enum Side: String, CaseIterable, Sendable {
    case gateway, ledger, both
  }

  private static let relations: [(side: Side, table: String, columns: [String])] = [
    (.gateway, "gateway.usage_event", ["event_id", "request_id", "provider_request_id"]),
    (.ledger, "ledger.entry", ["entry_id", "request_id", "reverses_entry_id"]),
  ]

  /// Turns all ids into uuids, equal ones into equal ones, and the columns of a side into that type.
  package static func introduce(on side: Side, _ session: Connection) throws {
    try session.execute("alter table ledger.entry alter entry_id drop default")
    for relation in relations {
      let isUUID = side == .both || side == relation.side
      let changes = relation.columns.map { column in
        """
        alter \(column) type \(isUUID ? "uuid" : "text") using
          case when \(column) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then \(column)
            else md5(\(column))::uuid::text end\(isUUID ? "::uuid" : "")
        """
      }
      try session.execute("alter table \(relation.table) \(changes.joined(separator: ", "))")
    }
    let made = "gen_random_uuid()" + (side == .gateway ? "::text" : "")
    try session.execute("alter table ledger.entry alter entry_id set default \(made)")
  }
}

extension BookContents {
  /// The same books with a uuid in the place of each id.
  package var withUUIDs: BookContents {
    var books = self
    books.usage = usage.map { event in
      var event = event
      event.eventID = UUIDText.named(event.eventID)
      event.requestID = UUIDText.named(event.requestID)
      event.providerRequestID = event.providerRequestID.map(UUIDText.named)
      return event
    }
    books.entries = entries.map { entry in
      var entry = entry
      entry.entryID = UUIDText.named(entry.entryID)
      entry.requestID = entry.requestID.map(UUIDText.named)
      entry.reversesEntryID = entry.reversesEntryID.map(UUIDText.named)
      return entry
    }
    return books
  }
}
