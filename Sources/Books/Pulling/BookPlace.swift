/// Where a book is kept, and how its tables are read.
package struct BookPlace: Hashable, Sendable {
  /// A built-in adapter's name, or the path of a folder of SELECTs.
  package var adapter: String
  /// libpq's connection string or URI; empty = the `PG*` variables.
  package var conninfo: String

  package init(adapter: String = "native", conninfo: String = "") {
    self.adapter = adapter
    self.conninfo = conninfo
  }
}

/// An open book: a session, and the SELECTs to read it with.
final class Book {
  let connection: Connection
  let adapter: Adapter
  /// The relations that the database turned out not to have, though the adapter reads them.
  var absent: Set<Relation> = []
  /// The id columns of type uuid.
  var uuidColumns: [Relation: Set<String>] = [:]

  init(
    _ name: String, _ place: BookPlace, relations: [Relation], patience: Patience
  ) throws(BooksError) {
    let adapter = try Adapter(place.adapter, relations: relations, book: name)
    connection = try Connection(name, conninfo: place.conninfo, patience: patience)
    self.adapter = try adapter.named(by: connection)
  }

  /// The adapter's SELECT; `nil` = not provisioned.
  func select(_ relation: Relation) -> String? {
    absent.contains(relation) ? nil : adapter.select(relation)
  }

  /// Of a relation without which nothing runs: its adapter was not made without it.
  func requiredSelect(_ relation: Relation) -> String { adapter.requiredSelect(relation) }
}
