import CPostgres
import Foundation
import Synchronization

/// The tight floor of the bench: what it takes to receive the lean columns of both tables over two
/// connections and to look at nothing. Each connection takes every other range of blocks and sends
/// all its COPYs in one string, so that the server never waits for the next.
///
///     receive-and-drop CONNINFO
///
/// Prints rows and bytes.
@main struct ReceiveAndDrop {
  private static let blocksPerRange = 4096

  private static let tables = [
    (
      name: "gateway.usage_event",
      columns: """
      request_id, provider_request_id, tenant_id, deployment_id, occurred_at,
      input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens
        + output_tokens + reasoning_tokens, charge, currency
      """
    ),
    (
      name: "ledger.entry",
      columns: "request_id, tenant_id, deployment_id, amount, currency, period"
    ),
  ]

  static func main() {
    guard CommandLine.arguments.count == 2 else { fail("usage: receive-and-drop CONNINFO") }
    let conninfo = CommandLine.arguments[1]
    let statements = copies(over: Session(conninfo))
    let rows = Atomic<Int>(0)
    let bytes = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 2) { half in
      let own = statements.enumerated().filter { $0.offset % 2 == half }.map(\.element)
      let session = Session(conninfo)
      let received = session.drop(
        "begin transaction isolation level repeatable read read only;"
          + own.joined(separator: ";") + "; commit")
      rows.add(received.rows, ordering: .relaxed)
      bytes.add(received.bytes, ordering: .relaxed)
    }
    print("\(rows.load(ordering: .relaxed)) rows, \(bytes.load(ordering: .relaxed)) bytes")
  }

  /// Both tables, range by range, advancing together.
  private static func copies(over session: borrowing Session) -> [String] {
    let blocks = tables.map { session.blocks(of: $0.name) }
    var statements: [String] = []
    for range in 0...(blocks.max() ?? 0) / blocksPerRange {
      let start = range * blocksPerRange
      for (table, count) in zip(tables, blocks) where start < count {
        statements.append(
          """
          copy (select \(table.columns) from \(table.name)
            where ctid >= '(\(start),0)' and ctid < '(\(start + blocksPerRange),0)')
          to stdout (format binary)
          """)
      }
    }
    return statements
  }
}

/// One connection, closed at the end.
private struct Session: ~Copyable {
  private let pointer: OpaquePointer

  init(_ conninfo: String) {
    guard let pointer = PQconnectdb(conninfo), PQstatus(pointer) == CONNECTION_OK else {
      fail("no connection to the server")
    }
    self.pointer = pointer
  }

  deinit { PQfinish(pointer) }

  func blocks(of table: String) -> Int {
    let result = PQexec(
      pointer,
      "select pg_relation_size('\(table)') / current_setting('block_size')::int")
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_TUPLES_OK, let text = PQgetvalue(result, 0, 0) else {
      fail(String(cString: PQerrorMessage(pointer)))
    }
    return Int(String(cString: text)) ?? 0
  }

  func drop(_ statements: String) -> (rows: Int, bytes: Int) {
    guard PQsendQuery(pointer, statements) == 1 else {
      fail(String(cString: PQerrorMessage(pointer)))
    }
    var total = (rows: 0, bytes: 0)
    while let result = PQgetResult(pointer) {
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_COMMAND_OK: continue
      case PGRES_COPY_OUT:
        let received = dropRows()
        total.rows += received.rows
        total.bytes += received.bytes
      default: fail(String(cString: PQerrorMessage(pointer)))
      }
    }
    return total
  }

  /// The trailer of each COPY is no row.
  private func dropRows() -> (rows: Int, bytes: Int) {
    var total = (rows: -1, bytes: 0)
    var buffer: UnsafeMutablePointer<CChar>?
    while true {
      let length = PQgetCopyData(pointer, &buffer, 0)
      guard length >= 0 else { return total }
      PQfreemem(buffer)
      total.rows += 1
      total.bytes += Int(length)
    }
  }
}

private func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("receive-and-drop: \(message)\n".utf8))
  exit(1)
}
