import Accounting

/// The demo's chance: SplitMix64, with draws that stay the same from one Swift to the next.
struct DemoRandom {
  private var state: UInt64

  /// - Parameter stream: what the numbers are for. Streams are independent, so that a change in
  ///   one part of the books leaves the others as they are.
  init(seed: UInt64, stream: String) {
    state = stream.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    state ^= seed &* 0x9E37_79B9_7F4A_7C15
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 up to, not including, `bound`.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  mutating func between(_ low: Int, _ high: Int) -> Int { low + below(high - low + 1) }

  mutating func seconds(_ low: Int, _ high: Int) -> Int64 { Int64(between(low, high)) }

  mutating func happens(inThousand chances: Int) -> Bool { below(1000) < chances }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

  /// A position in `weights`, as likely as its weight.
  mutating func index(weights: [Int]) -> Int {
    var rest = below(weights.reduce(0, +))
    for (index, weight) in weights.enumerated() {
      if rest < weight { return index }
      rest -= weight
    }
    return weights.count - 1
  }
}

/// Identifiers as the systems of the demo make them.
extension DemoRandom {
  /// A ULID: 48 bits of time in milliseconds, 80 bits of chance, in Crockford's base 32.
  mutating func ulid(_ prefix: String, at instant: Instant) -> String {
    let milliseconds = UInt128(instant.microseconds / 1000)
    let chance = UInt128(next()) << 16 | UInt128(next() & 0xFFFF)
    var bits = milliseconds << 80 | chance
    var digits: [UInt8] = []
    for _ in 0..<26 {
      digits.append(Self.crockford[Int(bits & 31)])
      bits >>= 5
    }
    return prefix + String(decoding: digits.reversed(), as: UTF8.self)
  }

  /// A provider's id of a call.
  mutating func providerCall(_ provider: String) -> String {
    switch provider {
    case "anthropic": "msg_01\(letters(22))"
    case "openai": "chatcmpl-\(letters(29))"
    default: letters(22)
    }
  }

  private mutating func letters(_ count: Int) -> String {
    let text = (0..<count).map { _ in Self.base62[below(62)] }
    return String(decoding: text, as: UTF8.self)
  }

  private static let crockford = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  private static let base62 = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
}
