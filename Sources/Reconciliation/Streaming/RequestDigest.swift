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

  package func digest(_ bytes: UnsafeRawBufferPointer) -> RequestDigest {
    let keys = Digester.keys
    var first = seed ^ keys.0
    var second = seed &+ keys.1 ^ UInt64(truncatingIfNeeded: bytes.count)
    var offset = 0
    while bytes.count - offset >= 16 {
      absorb(word(bytes, offset), word(bytes, offset + 8), into: &first, &second)
      offset += 16
    }
    if offset < bytes.count {
      let (low, high) = tail(bytes, offset)
      absorb(low, high, into: &first, &second)
    }
    let high = fold(first ^ keys.2, second ^ keys.3)
    return RequestDigest(high: high, low: fold(second ^ keys.0, first &+ high ^ keys.1))
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

  /// The last one to fifteen bytes; the length is part of the digest, so zeros fill up.
  private func tail(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> (UInt64, UInt64) {
    if bytes.count >= 16 {
      return (word(bytes, bytes.count - 16), word(bytes, bytes.count - 8))
    }
    var words: (UInt64, UInt64) = (0, 0)
    for offset in start..<bytes.count {
      let byte = UInt64(bytes[offset]) << UInt64(8 * (offset & 7))
      if offset - start < 8 { words.0 |= byte } else { words.1 |= byte }
    }
    return words
  }
}

extension Digester {
  package func digest(_ text: String) -> RequestDigest {
    var text = text
    return text.withUTF8 { digest(UnsafeRawBufferPointer($0)) }
  }
}
