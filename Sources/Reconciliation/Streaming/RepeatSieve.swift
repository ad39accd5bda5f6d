/// Parts keys that came once from those that may have come again, with two bits for each of some
/// places for a key: where almost all came once, that is far less memory to go through than a table
/// of them. Two keys that share a place both count as come again.
struct RepeatSieve: ~Copyable {
  private static let placesForEach = 16
  private static let leastPlaces = 1 << 10
  /// A megabyte; with more keys than that is for, more and more of them share a place.
  private static let mostPlaces = 1 << 22
  private static let bitsOfPlace = 2
  private static let placesInWord = UInt64.bitWidth / bitsOfPlace

  private var words: UnsafeMutableBufferPointer<UInt64>
  /// Leaves the upper bits of a mixed key, which tell its place.
  private var shift: UInt64

  init() {
    words = .allocate(capacity: 0)
    shift = 0
    clear(for: 0)
  }

  deinit { words.deallocate() }

  /// Forgets all keys.
  ///
  /// - Parameter count: how many are to come.
  mutating func clear(for count: Int) {
    var places = RepeatSieve.leastPlaces
    while places < min(count * RepeatSieve.placesForEach, RepeatSieve.mostPlaces) { places *= 2 }
    let size = places / RepeatSieve.placesInWord
    if words.count != size {
      words.deallocate()
      words = .allocate(capacity: size)
    }
    words.initialize(repeating: 0)
    shift = UInt64(UInt64.bitWidth - places.trailingZeroBitCount)
  }

  @inline(__always)
  private func place(of key: UInt64) -> (word: Int, bit: UInt64) {
    let place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    let (word, rest) = place.quotientAndRemainder(dividingBy: RepeatSieve.placesInWord)
    return (word, UInt64(truncatingIfNeeded: rest &* RepeatSieve.bitsOfPlace))
  }

  @inline(__always)
  mutating func note(_ key: UInt64) {
    let (word, bit) = place(of: key)
    let wasSeen = words[word] >> bit & 1
    words[word] |= (1 | wasSeen << 1) << bit
  }

  /// Whether a key may have come.
  @inline(__always)
  func maySee(_ key: UInt64) -> Bool {
    let (word, bit) = place(of: key)
    return words[word] >> bit & 1 != 0
  }

  /// Whether a key may have come more than once.
  @inline(__always)
  func mayRepeat(_ key: UInt64) -> Bool {
    let (word, bit) = place(of: key)
    return words[word] >> bit & 2 != 0
  }
}
