import Accounting
import Logging

/// Logs as JSON lines: one object with `time`, `level` and `message`, then the metadata by name.
package struct JSONLinesHandler: LogHandler {
  package var logLevel = Logger.Level.info
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  private let now: @Sendable () -> Instant
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes a line that ends in a line feed; lines may come from any thread.
  package init(
    now: @escaping @Sendable () -> Instant, write: @escaping @Sendable (String) -> Void
  ) {
    self.now = now
    self.write = write
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var fields = metadata
    fields.merge(metadataProvider?.get() ?? [:]) { $1 }
    fields.merge(event.metadata ?? [:]) { $1 }
    if let error = event.error { fields["error"] = .string("\(error)") }
    var line = """
      {"time":\(JSONText.quoted(now().description)),"level":"\(event.level.rawValue)",\
      "message":\(JSONText.quoted(event.message.description))
      """
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      line += ",\(JSONText.quoted(key)):\(Self.json(value))"
    }
    write(line + "}\n")
  }

  private static func json(_ value: Logger.Metadata.Value) -> String {
    switch value {
    case .array(let values): return "[" + values.map(json).joined(separator: ",") + "]"
    case .dictionary(let fields):
      let pairs = fields.sorted { $0.key < $1.key }
      return "{" + pairs.map { "\(JSONText.quoted($0)):\(json($1))" }.joined(separator: ",") + "}"
    case .stringConvertible(let value as Int): return "\(value)"
    case .stringConvertible(let value as Bool): return "\(value)"
    default: return JSONText.quoted("\(value)")
    }
  }
}
