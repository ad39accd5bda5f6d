import Billing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Strings that come again and again (tenants, models, kinds) are made once.
///
/// One slot for each hash: a collision costs a new string, never a wrong one.
struct StringCache {
  private var slots = [String?](repeating: nil, count: 1024)

  /// - Returns: `nil` when the bytes are not valid UTF-8.
  mutating func string(_ bytes: UnsafeRawBufferPointer) -> String? {
    // Strings of up to 15 bytes need no memory of their own.
    guard bytes.count > 15 else { return String(utf8: bytes) }
    let slot = StringCache.hash(bytes) & (slots.count - 1)
    if let held = slots[slot], StringCache.isEqual(held, bytes) { return held }
    guard let string = String(utf8: bytes) else { return nil }
    if bytes.count <= 128 { slots[slot] = string }
    return string
  }

  private static func isEqual(_ held: String, _ bytes: UnsafeRawBufferPointer) -> Bool {
    held.utf8.withContiguousStorageIfAvailable { held in
      guard held.count == bytes.count, let left = held.baseAddress, let right = bytes.baseAddress
      else { return false }
      return memcmp(left, right, held.count) == 0
    } ?? held.utf8.elementsEqual(bytes)
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes.suffix(24) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ (hash >> 32)) & .max
  }
}

/// The value made of the last bytes seen: columns such as a currency seldom change from row to row.
struct Memo<Value> {
  private var bytes: [UInt8] = []
  private var value: Value?

  mutating func value(
    for field: UnsafeRawBufferPointer, _ make: (UnsafeRawBufferPointer) -> Value
  ) -> Value {
    if let value, bytes.elementsEqual(field) { return value }
    let made = make(field)
    bytes = Array(field)
    value = made
    return made
  }
}
