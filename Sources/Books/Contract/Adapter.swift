import Foundation

/// How a book's own tables are read as the contract's relations: a folder with one SELECT for each,
/// `<relation>.sql`. A relation without a file is not provisioned.
package struct Adapter: Sendable {
  package let name: String
  private let statements: [Relation: String]

  /// - Parameters:
  ///   - name: `native`, or the path of a folder of one's own.
  ///   - book: `gateway` or `ledger`, for messages.
  package init(_ name: String, relations: [Relation], book: String) throws(BooksError) {
    self.name = name
    let folder = Adapter.builtIn.contains(name) ? Adapter.folder.appending(name) : name
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw BooksError(
        .configuration, "\(book): there is no adapter '\(name)'",
        hint: "give \(Adapter.builtIn.joined(separator: ", ")) or a folder of your own SELECTs")
    }
    var statements: [Relation: String] = [:]
    for relation in relations {
      let path = folder + "/\(relation.rawValue).sql"
      if FileManager.default.fileExists(atPath: path) {
        statements[relation] = try Adapter.statement(at: path, book)
      } else if relation.isRequired {
        throw BooksError(
          .configuration, "\(book): the adapter '\(name)' has no \(relation.rawValue).sql",
          hint: "write the SELECT that returns the contract's columns of \(relation.rawValue)")
      }
    }
    self.statements = statements
  }

  package var isNative: Bool { name == "native" }

  /// The names that the job file may give instead of a folder.
  package static let builtIn: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return ["native"] + names.filter { $0 != "native" }.sorted()
  }()

  /// The systems whose books the program can make up, each with faults that are known.
  package static var demonstrated: [String] {
    builtIn.filter { FileManager.default.fileExists(atPath: demoFile("expected.txt", of: $0)) }
  }

  /// Beside an adapter's SELECTs: the system's own tables, rows with faults in them, and what a run
  /// is to find.
  package static func demoFile(_ name: String, of system: String) -> String {
    folder + system + "/demo/" + name
  }

  /// Whether entries can be posted through an adapter of the program's own.
  package static func writes(_ name: String) -> Bool {
    name == "native" || FileManager.default.fileExists(atPath: folder + name + "/post.sql")
  }

  static var folder: String { Bundle.module.bundlePath + "/Adapters/" }

  /// The SELECT, to be used as a subquery; `nil` = not provisioned.
  package func select(_ relation: Relation) -> String? { statements[relation] }

  /// In messages: the table itself, or the file that reads it.
  package func name(of relation: Relation) -> String {
    let native = relation.nativeName
    return isNative ? "\(native.schema).\(native.table)" : "\(name)/\(relation.rawValue).sql"
  }

  private static func statement(at path: String, _ book: String) throws(BooksError) -> String {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw BooksError(
        .configuration, "\(book): \(path) cannot be read as UTF-8 text",
        hint: "check the file and its permissions")
    }
    var statement = text.trimmingCharacters(in: .whitespacesAndNewlines)
    while statement.hasSuffix(";") {
      statement = statement.dropLast().trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return statement
  }
}

/// The contract's relations as DDL: what the native adapter reads, and what the demo's and the
/// tests' databases are made of.
package enum ContractSchema {
  package static var sql: String {
    let path = Adapter.folder + "native/books.sql"
    guard let sql = try? String(contentsOfFile: path, encoding: .utf8) else {
      preconditionFailure("the program's own \(path) is missing")
    }
    return sql
  }
}
