import Yams

extension JobFile {
  /// The one document of a job file.
  static func document(_ text: String, path: String) throws(SettingsError) -> Node {
    let node: Node?
    do {
      // The encoding is named because its default looks into the environment.
      node = try Parser(yaml: text, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      throw settingsError(error, text: text, path: path)
    } catch {
      throw SettingsError("\(error)", file: path)
    }
    guard let node, !JobFileValue(node: node, key: "", file: path).isNull else {
      throw SettingsError(
        "the job file is empty", file: path, hint: "start from one of the examples in Jobs/")
    }
    return node
  }

  private static func settingsError(
    _ error: YamlError, text: String, path: String
  ) -> SettingsError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return SettingsError(
        "not valid YAML: \(problem)", file: path, line: mark.line,
        hint: "check indentation, colons and quotes on this line and the one before")
    case .reader(let problem, _, _, _):
      return SettingsError(
        "not valid YAML: \(problem)", file: path, hint: "save the file as plain UTF-8 text")
    case .duplicatedKeysInMapping(let keys, let context):
      let key = keys.first ?? ""
      let line = secondLine(of: key, after: context.mark, in: text)
      return SettingsError(
        "key '\(key)' is given twice, first on line \(context.mark.line)", file: path,
        line: line ?? context.mark.line, hint: "keep one of the two")
    default:
      return SettingsError("not valid YAML: \(error)", file: path)
    }
  }

  /// The parser tells where a repeated key stands first only. In a block the second stands in the
  /// same column further down; in a flow mapping it is mostly on the same line.
  private static func secondLine(of key: String, after first: Mark, in text: String) -> Int? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = String(repeating: " ", count: first.column - 1) + key
    return lines.indices.dropFirst(first.line)
      .first { lines[$0].hasPrefix(start) && lines[$0].dropFirst(start.count).first == ":" }
      .map { $0 + 1 }
  }
}
