import Accounting
import Yams

/// A value of a job file with the place it stands at, so that whatever is wrong with it can be
/// named by line. Numbers are read from the text as written, never by way of a `Double`.
struct JobFileValue {
  let node: Node
  /// The key it stands under, such as `limits.amount`; empty for the file as a whole.
  let key: String
  let file: String

  func error(_ problem: String, hint: String? = nil) -> SettingsError {
    SettingsError(problem, file: file, line: node.mark?.line, hint: hint)
  }

  /// The values of a mapping by key.
  /// - Throws: `SettingsError` for a key that is not among `keys`.
  func section(_ keys: [String]) throws(SettingsError) -> [String: JobFileValue] {
    var values: [String: JobFileValue] = [:]
    for (name, value) in try entries() {
      guard keys.contains(name) else {
        throw value.error("unknown key '\(name)'", hint: Nearest.hint(name, in: keys))
      }
      values[name] = value.value
    }
    return values
  }

  /// The pairs of a mapping in the order of the file; errors about a key are placed at the key.
  func entries() throws(SettingsError) -> [(name: String, value: Entry)] {
    guard case .mapping(let mapping) = node else {
      throw error("\(title) must hold keys and values", hint: "see the examples in Jobs/")
    }
    var entries: [(String, Entry)] = []
    for (name, value) in mapping {
      guard case .scalar(let scalar) = name else {
        throw error("\(title) has a key that is not a word")
      }
      let path = key.isEmpty ? scalar.string : "\(key).\(scalar.string)"
      let placed = Entry(
        place: JobFileValue(node: name, key: key, file: file),
        value: JobFileValue(node: value, key: path, file: file))
      entries.append((scalar.string, placed))
    }
    return entries
  }

  struct Entry {
    let place: JobFileValue
    let value: JobFileValue

    func error(_ problem: String, hint: String) -> SettingsError {
      place.error(problem, hint: hint)
    }
  }

  var isNull: Bool {
    guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  var isSection: Bool { if case .mapping = node { true } else { false } }

  /// Text that is not empty and has no control characters.
  func text(_ expected: String = "text") throws(SettingsError) -> String {
    guard case .scalar(let scalar) = node else {
      throw error("\(title) must be \(expected), not a list or a section")
    }
    guard !isNull, !scalar.string.isEmpty else {
      throw error(
        "\(title) is empty", hint: "give it \(expected) or leave the key out")
    }
    guard scalar.string.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { throw error("\(title) holds a control character") }
    return scalar.string
  }

  /// One of a list of words.
  func word<Value>(
    _ words: [(word: String, value: Value)], is kind: String
  ) throws(SettingsError) -> Value {
    let text = try text("a \(kind)")
    guard let match = words.first(where: { $0.word == text }) else {
      throw error("unknown \(kind) '\(text)'", hint: Nearest.hint(text, in: words.map(\.word)))
    }
    return match.value
  }

  func word<Value: RawRepresentable<String> & CaseIterable>(
    is kind: String
  ) throws(SettingsError) -> Value {
    try word(Value.allCases.map { ($0.rawValue, $0) }, is: kind)
  }

  /// An amount or a share, not negative.
  func amount() throws(SettingsError) -> Money {
    let text = try text("a decimal number")
    let amount: Money
    do { amount = try Money(text) } catch {
      throw self.error("\(title): \(error)", hint: "write a plain decimal number such as 0.01")
    }
    guard !amount.isNegative else {
      throw error("\(title) is negative: \(text)", hint: "write 0 or more")
    }
    return amount
  }

  func count() throws(SettingsError) -> Int {
    let text = try text("a whole number")
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text) else {
      throw error(
        "\(title) must be a whole number, not '\(text)'", hint: "write digits only, such as 10000")
    }
    return count
  }

  /// Seconds.
  func duration() throws(SettingsError) -> Int64 {
    let text = try text("a duration")
    let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ seconds[$0] }), text.utf8.count <= 7,
      text.dropLast().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int64(text.dropLast())
    else {
      throw error(
        "\(title) must be a duration, not '\(text)'",
        hint: "write a whole number and a unit: 5s, 30m, 6h or 2d")
    }
    return number * unit
  }

  /// A list of words, none twice.
  func list() throws(SettingsError) -> [JobFileValue] {
    guard case .sequence(let items) = node, !items.isEmpty else {
      throw error("\(title) must be a list", hint: "such as [xml, html]")
    }
    return items.map { JobFileValue(node: $0, key: key, file: file) }
  }

  func day() throws(SettingsError) -> CivilDate {
    let text = try text("a day")
    guard let day = CivilDate(text) else {
      throw error("\(title): no such day '\(text)'", hint: "write it as 2026-10-31")
    }
    return day
  }

  private var title: String { key.isEmpty ? "the job file" : "'\(key)'" }
}
