import Logging
import Operations

/// The one line an error comes to, in the log's own form.
enum ErrorLog {
  /// The arguments are looked at as they are, because they may be what is wrong.
  static func write(_ complaint: Complaint, arguments: [String], to console: Console) {
    guard wantsJSON(arguments) else { return console.error(complaint.line + "\n") }
    var metadata: Logger.Metadata = [
      "exit_status": .stringConvertible(Int(complaint.status.rawValue))
    ]
    if let hint = complaint.hint { metadata["hint"] = "\(hint)" }
    LogFormat.json.logger(to: console).error("\(complaint.message)", metadata: metadata)
  }

  private static func wantsJSON(_ arguments: [String]) -> Bool {
    arguments.contains("--log-format=json")
      || zip(arguments, arguments.dropFirst()).contains { $0 == ("--log-format", "json") }
  }
}
