/// The one text that stands for a uuid: 32 lower-case hexadecimal digits in groups of 8, 4, 4, 4
/// and 12, as PostgreSQL prints it. An id in any other spelling is another id.
package enum UUIDText {
  /// Bytes of a uuid.
  package static let width = 16
  /// Bytes of its text.
  package static let length = 36

  /// - Parameters:
  ///   - uuid: 16 bytes.
  ///   - text: has room for 36.
  @inline(__always)
  package static func write(_ uuid: UnsafeRawPointer, to text: UnsafeMutableRawPointer) {
    func digits(_ offset: Int) -> UInt64 {
      hexadecimal(
        UInt32(bigEndian: uuid.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    func put<Word: FixedWidthInteger>(_ word: Word, _ offset: Int) {
      text.storeBytes(of: word.bigEndian, toByteOffset: offset, as: Word.self)
    }
    put(digits(0), 0)
    let (second, third) = (digits(4), digits(8))
    put(UInt32(truncatingIfNeeded: second >> 32), 9)
    put(UInt32(truncatingIfNeeded: second), 14)
    put(UInt32(truncatingIfNeeded: third >> 32), 19)
    put(UInt32(truncatingIfNeeded: third), 24)
    put(digits(12), 28)
    put(hyphen, 8)
    put(hyphen, 13)
    put(hyphen, 18)
    put(hyphen, 23)
  }

  /// - Parameter uuid: 16 bytes.
  package static func text(_ uuid: UnsafeRawPointer) -> String {
    String(unsafeUninitializedCapacity: length) { memory in
      guard let text = memory.baseAddress else { preconditionFailure("room for 36 bytes") }
      write(uuid, to: text)
      return length
    }
  }

  /// The 16 bytes, first half and second half; `nil` for what is not the one text of a uuid.
  package static func halves(_ text: String) -> (UInt64, UInt64)? {
    guard text.utf8.count == length else { return nil }
    var halves: (UInt64, UInt64) = (0, 0)
    for (offset, byte) in text.utf8.enumerated() {
      if offset == 8 || offset == 13 || offset == 18 || offset == 23 {
        guard byte == hyphen else { return nil }
        continue
      }
      guard let value = value(byte) else { return nil }
      if offset < 18 {
        halves.0 = halves.0 << 4 | value
      } else {
        halves.1 = halves.1 << 4 | value
      }
    }
    return halves
  }

  package static func isText(_ text: String) -> Bool { halves(text) != nil }

  /// A uuid made of a name, always the same: version 8 of RFC 9562, of SHA-256.
  package static func named(_ name: String) -> String {
    let digest = Digest.hex([name])
    guard let first = UInt64(digest.prefix(16), radix: 16),
      let second = UInt64(digest.dropFirst(16).prefix(16), radix: 16)
    else { preconditionFailure("a digest has 64 hexadecimal digits") }
    let uuid = (
      (first & ~0xF000 | 0x8000).bigEndian, (second & ~(3 << 62) | 2 << 62).bigEndian
    )
    return withUnsafeBytes(of: uuid) { bytes in
      guard let base = bytes.baseAddress else { preconditionFailure("16 bytes") }
      return text(base)
    }
  }

  private static let hyphen = UInt8(ascii: "-")

  private static func value(_ digit: UInt8) -> UInt64? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
    default: nil
    }
  }

  /// Eight digits at once: each nibble in a byte of its own, then 39 more for those past nine.
  @inline(__always)
  private static func hexadecimal(_ word: UInt32) -> UInt64 {
    var nibbles = UInt64(word)
    nibbles = (nibbles << 16 | nibbles) & 0x0000_FFFF_0000_FFFF
    nibbles = (nibbles << 8 | nibbles) & 0x00FF_00FF_00FF_00FF
    nibbles = (nibbles << 4 | nibbles) & 0x0F0F_0F0F_0F0F_0F0F
    let pastNine = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return nibbles &+ 0x3030_3030_3030_3030 &+ pastNine &* 39
  }
}
