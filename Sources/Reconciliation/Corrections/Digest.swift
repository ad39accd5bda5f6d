import Crypto

/// SHA-256 over a list of texts. Each text is preceded by its length, so that no two lists run
/// together.
package enum Digest {
  /// 64 hexadecimal digits.
  package static func hex(_ parts: [String?]) -> String {
    var hash = SHA256()
    for part in parts {
      guard let part else {
        hash.update(data: Array("-:".utf8))
        continue
      }
      hash.update(data: Array("\(part.utf8.count):\(part)".utf8))
    }
    return hash.finalize().map { byte in
      let text = String(byte, radix: 16)
      return text.utf8.count == 1 ? "0" + text : text
    }.joined()
  }
}
