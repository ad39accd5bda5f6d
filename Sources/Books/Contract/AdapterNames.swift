import Foundation

extension Adapter {
  /// The adapter with the names filled in that only the database knows: a system may keep the tables of
  /// each of its customers in a schema of their own.
  ///
  /// `names.sql` returns a row for each place. A column of it stands in braces in the other files,
  /// `{ledger}`, and its text takes that place as it is: `names.sql` quotes what needs quoting. A statement
  /// is read once for each row that tells all of its names; where none does, its relation is not
  /// provisioned.
  func named(by connection: Connection) throws(BooksError) -> Adapter {
    guard let names else { return self }
    let places = try places(names, connection)
    var adapter = self
    for (relation, statement) in statements {
      let open = Adapter.names(in: statement)
      guard !open.isEmpty else { continue }
      var variants: [String] = []
      for place in places {
        let told = open.compactMap { name in place[name].map { (name, $0) } }
        guard told.count == open.count else { continue }
        let variant = told.reduce(statement) { text, name in
          text.replacingOccurrences(of: "{\(name.0)}", with: name.1)
        }
        if !variants.contains(variant) { variants.append(variant) }
      }
      guard !variants.isEmpty || !relation.isRequired else {
        throw BooksError(
          .configuration,
          "\(connection.book): \(name)/names.sql tells no \(open.joined(separator: ", ")) for "
            + "\(relation.rawValue)",
          hint: "the system has not been set up in this database; or name another adapter")
      }
      adapter.statements[relation] =
        variants.isEmpty ? nil : variants.map { "(\($0)\n)" }.joined(separator: " union all ")
    }
    return adapter
  }

  /// By column, what is told of each place.
  private func places(
    _ names: String, _ connection: Connection
  ) throws(BooksError) -> [[String: String]] {
    do throws(BooksError) {
      let result = try connection.query(names)
      return (0..<result.rowCount).map { row in
        var place: [String: String] = [:]
        for column in 0..<result.columnCount {
          place[result.columnName(column)] = result.text(row, column)
        }
        return place
      }
    } catch {
      guard error.category == .configuration else { throw error }
      throw BooksError(
        .configuration, "\(name)/names.sql: \(error.what)",
        hint: "check that this is the database of the system, and that its catalogue may be read",
        sqlState: error.sqlState)
    }
  }

  /// Words in braces, each once, in order.
  private static func names(in statement: String) -> [String] {
    var names: [String] = []
    for match in statement.matches(of: /\{([a-z_]+)\}/) where !names.contains(String(match.1)) {
      names.append(String(match.1))
    }
    return names
  }
}
