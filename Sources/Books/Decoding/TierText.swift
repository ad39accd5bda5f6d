import Accounting
import Billing

/// Reads `charge_policy.overage_tiers`: `[{"up_to": 1000000, "price": "0.000002"}, …]` for graduated
/// tiers, `{"mode": "volume", "tiers": […]}` where all units take the price of the tier they end in.
///
/// JSON by hand, because a number in it is money: it must not go through a binary fraction.
struct TierText {
  private var rest: Substring.UTF8View

  private indirect enum Value {
    case null
    case text(String)
    case number(String)
    case list([Value])
    case record([String: Value])
  }

  static func read(_ text: String) throws(TierTextError) -> OverageTiers? {
    var reader = TierText(rest: text[...].utf8)
    let value = try reader.value()
    reader.skipBlanks()
    guard reader.rest.isEmpty else { throw TierTextError("it goes on after its end") }
    if case .null = value { return nil }
    var mode = OverageTiers.Mode.graduated
    var list = value
    if case .record(let fields) = value {
      guard case .text(let word)? = fields["mode"], let known = OverageTiers.Mode(rawValue: word)
      else { throw TierTextError("mode is neither graduated nor volume") }
      mode = known
      list = fields["tiers"] ?? .null
    }
    guard case .list(let rows) = list else { throw TierTextError("it is no list of tiers") }
    var tiers: [OverageTiers.Tier] = []
    for row in rows { tiers.append(try tier(row)) }
    guard let tiers = OverageTiers(tiers, mode: mode) else {
      throw TierTextError("the bounds do not rise, or no tier is left for the rest")
    }
    return tiers
  }

  private static func tier(_ row: Value) throws(TierTextError) -> OverageTiers.Tier {
    guard case .record(let fields) = row, let price = try amount(fields["price"], "price") else {
      throw TierTextError("a tier has no price")
    }
    return OverageTiers.Tier(upTo: try amount(fields["up_to"], "up_to"), price: price)
  }

  private static func amount(
    _ value: Value?, _ name: String
  ) throws(TierTextError) -> Money? {
    switch value {
    case nil, .null: return nil
    case .text(let digits), .number(let digits):
      do throws(MoneyError) {
        return try Money(digits)
      } catch {
        throw TierTextError("\(name) \(error.description)")
      }
    case .list, .record: throw TierTextError("\(name) is no number")
    }
  }

  // MARK: JSON

  private mutating func skipBlanks() {
    while let byte = rest.first, byte == 0x20 || (0x09...0x0D).contains(byte) { rest.removeFirst() }
  }

  private mutating func take(_ character: Character) -> Bool {
    skipBlanks()
    guard rest.first == character.asciiValue else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func value() throws(TierTextError) -> Value {
    if take("[") {
      return .list(try items("]") { reader throws(TierTextError) in try reader.value() })
    }
    if take("{") {
      let fields = try items("}") { reader throws(TierTextError) in try reader.field() }
      return .record(Dictionary(fields) { $1 })
    }
    if take("\"") { return .text(try text()) }
    let word = rest.prefix { !"]},: ".utf8.contains($0) && $0 > 0x20 }
    rest = rest.dropFirst(word.count)
    let digits = String(decoding: word, as: UTF8.self)
    if digits == "null" { return .null }
    guard let first = word.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
      throw TierTextError("'\(digits.prefix(40))' is no value")
    }
    return .number(digits)
  }

  private mutating func items<Item>(
    _ end: Character, _ item: (inout TierText) throws(TierTextError) -> Item
  ) throws(TierTextError) -> [Item] {
    var items: [Item] = []
    if take(end) { return items }
    repeat { items.append(try item(&self)) } while take(",")
    guard take(end) else { throw TierTextError("a '\(end)' is missing") }
    return items
  }

  private mutating func field() throws(TierTextError) -> (String, Value) {
    guard take("\"") else { throw TierTextError("a name is missing") }
    let name = try text()
    guard take(":") else { throw TierTextError("a ':' is missing after '\(name)'") }
    return (name, try value())
  }

  /// Names, modes and digits need no escapes.
  private mutating func text() throws(TierTextError) -> String {
    let bytes = rest.prefix { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    rest = rest.dropFirst(bytes.count)
    guard rest.popFirst() == UInt8(ascii: "\"") else {
      throw TierTextError("a text does not end, or holds a backslash")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

struct TierTextError: Error {
  let problem: String

  init(_ problem: String) { self.problem = problem }
}
