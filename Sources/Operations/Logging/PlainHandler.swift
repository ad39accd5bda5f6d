import Logging

/// Logs for people: a line of text, with its level in front where that is more than a notice.
package struct PlainHandler: LogHandler {
  package var logLevel = Logger.Level.notice
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes a line that ends in a line feed.
  package init(write: @escaping @Sendable (String) -> Void) { self.write = write }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let prefix = event.level > .notice ? "\(event.level.rawValue): " : ""
    let text = (prefix + event.message.description).split(whereSeparator: \.isNewline)
    write(text.joined(separator: " ") + "\n")
  }
}
