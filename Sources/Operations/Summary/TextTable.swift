/// Columns of text for a terminal: words to the left, counts to the right, amounts on their decimal
/// points. Trailing blanks are left out.
struct TextTable {
  enum Alignment { case left, right, decimal }

  private let alignments: [Alignment]
  private var rows: [[String]] = []

  init(_ alignments: [Alignment]) { self.alignments = alignments }

  mutating func append(_ cells: String...) { append(cells) }

  mutating func append(_ cells: [String]) { rows.append(cells) }

  var isEmpty: Bool { rows.isEmpty }

  /// - Parameters:
  ///   - headings: one a column, or none.
  ///   - indent: blanks before each line.
  func lines(headings: [String] = [], indent: Int = 2) -> [String] {
    let columns = alignments.indices.map { column in
      aligned(
        rows.map { $0[column] }, heading: headings.isEmpty ? nil : headings[column],
        alignments[column])
    }
    let margin = String(repeating: " ", count: indent)
    return (0..<(columns.first?.count ?? 0)).map { row in
      let line = margin + columns.map { $0[row] }.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  private func aligned(
    _ cells: [String], heading: String?, _ alignment: Alignment
  ) -> [String] {
    var cells = cells
    if alignment == .decimal {
      let tails = cells.map { $0.firstIndex(of: ".").map($0.suffix(from:))?.count ?? 0 }
      let longest = tails.max() ?? 0
      cells = zip(cells, tails).map { $0.padded(right: $0.count + longest - $1) }
    }
    let all = (heading.map { [$0] } ?? []) + cells
    let width = all.map(\.count).max() ?? 0
    return all.map { alignment == .left ? $0.padded(right: width) : $0.padded(left: width) }
  }
}

extension String {
  func padded(left width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  func padded(right width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// This text on one line without what could steer a terminal: control characters, and those that
  /// turn the direction of writing.
  var harmless: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.steers ? "\u{fffd}" : $0 }))
  }

  /// Digits before the point in threes: `1,234,567.891`.
  var grouped: String {
    let sign = hasPrefix("-") ? "-" : ""
    let digits = drop { $0 == "-" }.prefix { $0 != "." }
    let rest = dropFirst(sign.count + digits.count)
    let threes = digits.enumerated().map { index, digit in
      let left = digits.count - index
      return index > 0 && left.isMultiple(of: 3) ? ",\(digit)" : "\(digit)"
    }
    return sign + threes.joined() + rest
  }

  /// This text in lines of at most `width` characters, broken at blanks only.
  func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}

extension Unicode.Scalar {
  /// Whether it could change what a terminal shows of the text around it. All of them have four
  /// hexadecimal digits at most.
  var steers: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    case .format: ["\u{202a}"..."\u{202e}", "\u{2066}"..."\u{2069}"].contains { $0.contains(self) }
    default: false
    }
  }
}
