/// A row of a binary COPY, as it is written.
struct CopyBytes {
  private(set) var bytes: [UInt8]

  init(columns: Int) { bytes = bigEndian(Int16(columns)) }

  mutating func null() { bytes += bigEndian(Int32(-1)) }
  mutating func integer(_ value: Int64) { field(bigEndian(value)) }
  mutating func text(_ value: String) { field(Array(value.utf8)) }
  /// A column that was gathered.
  mutating func texts(_ values: [String]) { text(values.joined(separator: "\n")) }

  mutating func field(_ value: [UInt8]) {
    bytes += bigEndian(Int32(value.count))
    bytes += value
  }
}

/// A numeric of the wire: digits of base 10,000, the first of which counts 10,000 to the `weight`.
func numeric(_ digits: [UInt16], weight: Int, scale: Int, negative: Bool = false) -> [UInt8] {
  bigEndian(Int16(digits.count)) + bigEndian(Int16(weight))
    + bigEndian(UInt16(negative ? 0x4000 : 0)) + bigEndian(Int16(scale))
    + digits.flatMap(bigEndian)
}

func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}

/// Pseudo-random numbers, the same on every run (SplitMix64).
struct Draw {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
