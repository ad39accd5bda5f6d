import Foundation

/// How a book's own tables are read as the contract's relations: a folder with one SELECT for each,
/// `<relation>.sql`. A relation without a file is not provisioned. A ledger's folder may hold
/// `post.sql` too, which adds an entry.
package struct Adapter: Sendable {
  package let name: String
  /// Tells the names that the statements leave open, one row for each place that is read.
  let names: String?
  var statements: [Relation: String]
  /// `post.sql`; `nil` where there is none. The native adapter needs none.
  let posting: String?

  /// - Parameters:
  ///   - name: one of `builtIn`, or the path of a folder of one's own.
  ///   - relations: those of the book; files of others are not looked at, so that one folder may
  ///     serve both books or one.
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
        throw Adapter.lacks(relation, name, book)
      }
    }
    self.statements = statements
    let path = folder + "/names.sql"
    names =
      FileManager.default.fileExists(atPath: path) ? try Adapter.statement(at: path, book) : nil
    let post = folder + "/post.sql"
    let mayPost = relations.contains(.entry) && FileManager.default.fileExists(atPath: post)
    posting = mayPost ? try Adapter.statement(at: post, book) : nil
  }

  package var isNative: Bool { name == "native" }

  /// Whether entries can be added to the ledger that it reads.
  package var canPost: Bool { isNative || posting != nil }

  /// The names that the job file may give instead of a folder: the contract's own tables first.
  package static let builtIn: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return ["native"] + names.filter { $0 != "native" && !$0.hasPrefix(".") }.sorted()
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

  /// The demo's files whose names begin and end so, in the order of their names.
  package static func demoFiles(
    _ prefix: String, _ suffix: String, of system: String
  ) -> [String] {
    let folder = demoFile("", of: system)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.sorted()
      .map { folder + $0 }
  }

  /// Whether entries can be posted through an adapter of the program's own.
  package static func writes(_ name: String) -> Bool {
    name == "native" || FileManager.default.fileExists(atPath: folder + name + "/post.sql")
  }

  private static func lacks(_ relation: Relation, _ name: String, _ book: String) -> BooksError {
    let hint =
      builtIn.contains(name)
      ? "this system keeps no such book: choose another adapter for books.\(book)"
      : "write the SELECT that returns the contract's columns of \(relation.rawValue)"
    return BooksError(
      .configuration, "\(book): the adapter '\(name)' has no \(relation.rawValue).sql", hint: hint)
  }

  static var folder: String { Bundle.module.bundlePath + "/Adapters/" }

  /// The SELECT, to be used as a subquery; `nil` = not provisioned.
  package func select(_ relation: Relation) -> String? { statements[relation] }

  /// Of a relation without which no adapter is made.
  func requiredSelect(_ relation: Relation) -> String {
    guard let select = statements[relation] else {
      preconditionFailure("\(relation) is no required relation")
    }
    return select
  }

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
