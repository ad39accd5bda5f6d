import Crypto

/// SHA-256 over a list of texts. Each text is preceded by its length, so that no two lists run
/// together.
package struct Digest {
  private var hash = SHA256()
  private var waiting: [UInt8] = []

  package init() {}

  /// 64 hexadecimal digits.
  package static func hex(_ parts: [String?]) -> String {
    var digest = Digest()
    for part in parts { digest.add(part) }
    return digest.hex
  }

  package mutating func add(_ part: String?) {
    if let part {
      waiting.append(contentsOf: String(part.utf8.count).utf8)
      waiting.append(UInt8(ascii: ":"))
      waiting.append(contentsOf: part.utf8)
    } else {
      waiting.append(contentsOf: "-:".utf8)
    }
    if waiting.count >= 1 << 14 {
      hash.update(data: waiting)
      waiting.removeAll(keepingCapacity: true)
    }
  }

  /// Of all that was added, in 64 hexadecimal digits.
  package var hex: String {
    var hash = hash
    hash.update(data: waiting)
    return Hexadecimal.text(hash.finalize())
  }
}

/// SHA-256 over bytes as they are, so that other programs can check it.
package struct PlainDigest {
  private var hash = SHA256()

  package init() {}

  package mutating func add(_ text: String) { hash.update(data: Array(text.utf8)) }
  package mutating func add(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

  /// `sha256:` and 64 hexadecimal digits.
  package var text: String { "sha256:" + Hexadecimal.text(hash.finalize()) }
}

package enum Hexadecimal {
  /// Two digits a byte, in lower case.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
