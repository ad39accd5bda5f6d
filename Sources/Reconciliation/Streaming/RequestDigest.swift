/// 128 bits that stand for an id, so that ids of any length are compared in fixed records. Two
/// different ids share a digest less often than memory fails; all the same nothing is called broken
/// before its rows have been compared by their ids in full.
package struct RequestDigest: Hashable, Sendable, BitwiseCopyable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The upper bits, evenly spread.
  var partition: Int { Int(high >> 56) }
}

/// Makes digests. Two 64-bit lanes take in sixteen bytes a step, each folded by a full product; the
/// seed keeps whoever chooses ids from choosing collisions.
package struct Digester: Sendable {
  private let seed: UInt64

  package init(seed: UInt64) { self.seed = seed }

  private static let keys: (UInt64, UInt64, UInt64, UInt64) = (
    // Fractional parts of the square roots of 2, 3, 5 and 7.
    0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1
  )

  @inline(__always)
  package func digest(_ bytes: UnsafeRawBufferPointer) -> RequestDigest {
    digest(bytes, salt: 0)
  }

  /// - Parameter salt: tells apart what is equal in its bytes.
  @inline(__always)
  func digest(_ bytes: UnsafeRawBufferPointer, salt: UInt64) -> RequestDigest {
    let keys = Digester.keys
    var first = seed ^ keys.0 ^ salt &* 0x9E37_79B9_7F4A_7C15
    var second = seed &+ keys.1 ^ UInt64(truncatingIfNeeded: bytes.count)
    if bytes.count >= 16 {
      var offset = 0
      while offset + 16 < bytes.count {
        absorb(word(bytes, offset), word(bytes, offset + 8), into: &first, &second)
        offset += 16
      }
      // The last sixteen, some of them over again.
      absorb(
        word(bytes, bytes.count - 16), word(bytes, bytes.count - 8), into: &first, &second)
    } else {
      let (low, high) = short(bytes)
      absorb(low, high, into: &first, &second)
    }
    let high = fold(first ^ keys.2, second ^ keys.3)
    return RequestDigest(high: high, low: fold(second ^ keys.0, first &+ high ^ keys.1))
  }

  /// 64 bits for a short name, of its length and its first and last sixteen bytes.
  @inline(__always)
  func word(_ name: UnsafeRawBufferPointer) -> UInt64 {
    let keys = Digester.keys
    let count = UInt64(truncatingIfNeeded: name.count)
    guard name.count >= 16 else {
      let (low, high) = short(name)
      return fold(low ^ seed ^ count, high ^ keys.0)
    }
    return fold(word(name, 0) ^ seed ^ count, word(name, 8) ^ keys.0)
      ^ fold(word(name, name.count - 16) ^ keys.1, word(name, name.count - 8) ^ keys.2)
  }

  /// What two events of one provider call have in common, as far as the first pass knows.
  @inline(__always)
  func callKey(_ call: UnsafeRawBufferPointer, tokens: Int64) -> UInt64 {
    word(call) ^ UInt64(bitPattern: tokens) &* 0x9E37_79B9_7F4A_7C15
  }

  @inline(__always)
  private func absorb(
    _ left: UInt64, _ right: UInt64, into first: inout UInt64, _ second: inout UInt64
  ) {
    first = fold(left ^ first, right ^ Digester.keys.2)
    second = fold(right ^ second, left ^ Digester.keys.3) &+ first
  }

  @inline(__always)
  private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }

  @inline(__always)
  private func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Up to fifteen bytes in two words; those in the middle may be in both.
  @inline(__always)
  private func short(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
    let count = bytes.count
    if count >= 8 { return (word(bytes, 0), word(bytes, count - 8)) }
    if count >= 4 {
      return (
        UInt64(bytes.loadUnaligned(as: UInt32.self)),
        UInt64(bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
      )
    }
    var low: UInt64 = 0
    for byte in bytes { low = low << 8 | UInt64(byte) }
    return (low, 0)
  }
}

extension Digester {
  package func digest(_ text: String) -> RequestDigest {
    var text = text
    return text.withUTF8 { digest(UnsafeRawBufferPointer($0)) }
  }

  func word(_ name: String) -> UInt64 {
    var name = name
    return name.withUTF8 { word(UnsafeRawBufferPointer($0)) }
  }
}
