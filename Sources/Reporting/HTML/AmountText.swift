import Accounting
import Reconciliation

/// Amounts as people read them: `1,234.50`, and `+12.00` or `−12.00` where the sign is the message.
enum AmountText {
  static func plain(_ amount: Money, in currency: Currency) -> String {
    (amount.isNegative ? "\u{2212}" : "") + grouped(amount.magnitude.text(in: currency))
  }

  static func signed(_ amount: Money, in currency: Currency) -> String {
    (amount.sign > 0 ? "+" : "") + plain(amount, in: currency)
  }

  /// With its unit, unless that is the currency of the column.
  static func signed(_ measure: Measure) -> String {
    if let currency = measure.currency { return signed(measure.amount, in: currency) }
    let sign = measure.amount.isNegative ? "\u{2212}" : "+"
    return "\(sign)\(grouped(measure.amount.magnitude.description)) \(measure.unit)"
  }

  /// A dash for nothing, where an amount would draw the eye.
  static func orDash(_ amount: Money, in currency: Currency) -> String {
    amount.isZero ? "–" : signed(amount, in: currency)
  }

  /// A sum over all currencies.
  static func hashTotal(_ total: Money) -> String {
    (total.isNegative ? "\u{2212}" : "") + grouped(total.magnitude.description)
  }

  static func count(_ count: Int) -> String {
    (count < 0 ? "\u{2212}" : "") + grouped(String(count.magnitude))
  }

  /// Blanks of a digit's width behind the amounts of a column, so that right-aligned decimal points
  /// stand below each other. Amounts with more than six decimals are left to stick out.
  static func aligned(_ column: [String]) -> [String] {
    let decimals = column.map { text -> Int in
      text.firstIndex(of: ".").map { text.distance(from: $0, to: text.endIndex) - 1 } ?? 0
    }
    let width = decimals.filter { $0 <= 6 }.max() ?? 0
    return zip(column, decimals).map { text, places in
      guard places < width, !text.isEmpty else { return text }
      let point = places == 0 ? "\u{2008}" : ""
      return text + point + String(repeating: "\u{2007}", count: width - places)
    }
  }

  private static func grouped(_ digits: String) -> String {
    let parts = digits.split(separator: ".", maxSplits: 1)
    guard let whole = parts.first else { return digits }
    var text = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return parts.count == 2 ? "\(text).\(parts[1])" : text
  }
}

/// A count with its noun: `1 break`, `2 breaks`.
func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(AmountText.count(count)) \(count == 1 ? noun : plural ?? noun + "s")"
}

/// `a`, `a and b`, `a, b and c`.
func listed(_ parts: [String]) -> String {
  guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
  return parts.dropLast().joined(separator: ", ") + " and " + last
}
