import Accounting
import Foundation
import Logging
import Operations
import Synchronization
import Testing

@Suite("Logs")
struct SettingsLoggingTests {
  private final class Lines: Sendable {
    private let text = Mutex("")
    func write(_ line: String) { text.withLock { $0 += line } }
    var all: String { text.withLock { $0 } }
  }

  @Test("a JSON line is one object on one line, whatever it says")
  func json() throws {
    let lines = Lines()
    let logger = Logger(label: "t") { _ in
      JSONLinesHandler(now: { Instant(microseconds: 1_000_000) }, write: lines.write)
    }
    logger.info(
      "two\nlines \"quoted\" \u{1b}[31m \u{2028} ü",
      metadata: [
        "rows": .stringConvertible(7), "post": .stringConvertible(true), "b": ["x", "y"],
        "a": ["k": "v"],
      ])
    let line =
      #"{"time":"1970-01-01T00:00:01Z","level":"info","#
      + #""message":"two\nlines \"quoted\" \u001b[31m \u2028 ü","a":{"k":"v"},"b":["x","y"],"#
      + #""post":true,"rows":7}"# + "\n"
    #expect(lines.all == line)
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(lines.all.utf8)) }
  }

  @Test("people read notices and what is graver")
  func plain() {
    let lines = Lines()
    let logger = Logger(label: "t") { _ in PlainHandler(write: lines.write) }
    logger.info("detail")
    logger.notice("a note\nin two")
    logger.warning("take care")
    #expect(lines.all == "a note in two\nwarning: take care\n")
  }
}
