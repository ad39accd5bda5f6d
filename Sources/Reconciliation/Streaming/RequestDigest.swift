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
    var lanes = Lanes(seed, salt: 0)
    lanes.take(bytes)
    return lanes.digest
  }

  /// - Parameter salt: tells apart what is equal in its texts.
  @inline(__always)
  func digest(_ place: PlaceName, salt: UInt64) -> RequestDigest {
    var lanes = Lanes(seed, salt: salt)
    lanes.take(place.tenant)
    lanes.take(place.deployment)
    lanes.take(place.currency)
    return lanes.digest
  }

  /// 64 bits for a short name, of its length and its first and last sixteen bytes.
  @inline(__always)
  func word(_ name: UnsafeRawBufferPointer) -> UInt64 {
    let keys = Digester.keys
    let count = UInt64(truncatingIfNeeded: name.count)
    guard name.count >= 16 else {
      let (low, high) = name.shortWords
      return fold(low ^ seed ^ count, high ^ keys.0)
    }
    return fold(name.word(at: 0) ^ seed ^ count, name.word(at: 8) ^ keys.0)
      ^ fold(name.word(at: name.count - 16) ^ keys.1, name.word(at: name.count - 8) ^ keys.2)
  }

  /// What two events of one provider call have in common, as far as the first pass knows.
  @inline(__always)
  func callKey(_ call: UnsafeRawBufferPointer, tokens: Int64) -> UInt64 {
    word(call) ^ UInt64(bitPattern: tokens) &* 0x9E37_79B9_7F4A_7C15
  }

  private struct Lanes {
    private var first: UInt64
    private var second: UInt64

    @inline(__always)
    init(_ seed: UInt64, salt: UInt64) {
      first = seed ^ Digester.keys.0 ^ salt &* 0x9E37_79B9_7F4A_7C15
      second = seed &+ Digester.keys.1
    }

    /// Its length is taken in too, so that texts may follow one another.
    @inline(__always)
    mutating func take(_ text: UnsafeRawBufferPointer) {
      second ^= text.isNull ? .max : UInt64(truncatingIfNeeded: text.count)
      guard text.count >= 16 else {
        let (low, high) = text.shortWords
        return absorb(low, high)
      }
      var offset = 0
      while offset &+ 16 < text.count {
        absorb(text.word(at: offset), text.word(at: offset &+ 8))
        offset &+= 16
      }
      // The last sixteen, some of them over again.
      absorb(text.word(at: text.count &- 16), text.word(at: text.count &- 8))
    }

    @inline(__always)
    private mutating func absorb(_ left: UInt64, _ right: UInt64) {
      first = fold(left ^ first, right ^ Digester.keys.2)
      second = fold(right ^ second, left ^ Digester.keys.3) &+ first
    }

    @inline(__always)
    var digest: RequestDigest {
      let keys = Digester.keys
      let high = fold(first ^ keys.2, second ^ keys.3)
      return RequestDigest(high: high, low: fold(second ^ keys.0, first &+ high ^ keys.1))
    }
  }
}

@inline(__always)
private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
  let product = left.multipliedFullWidth(by: right)
  return product.high ^ product.low
}

extension UnsafeRawBufferPointer {
  @inline(__always)
  fileprivate func word(at offset: Int) -> UInt64 {
    UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Up to fifteen bytes in two words; those in the middle may be in both.
  @inline(__always)
  fileprivate var shortWords: (UInt64, UInt64) {
    if count >= 8 { return (word(at: 0), word(at: count - 8)) }
    if count >= 4 {
      return (
        UInt64(loadUnaligned(as: UInt32.self)),
        UInt64(loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
      )
    }
    guard count > 0 else { return (0, 0) }
    return (UInt64(self[0]) << 16 | UInt64(self[count / 2]) << 8 | UInt64(self[count - 1]), 0)
  }
}

extension Digester {
  package func digest(_ text: String) -> RequestDigest { text.withBytes { digest($0) } }

  func word(_ name: String) -> UInt64 { name.withBytes { word($0) } }
}
