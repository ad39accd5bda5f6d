import Foundation
import Reconciliation
import TestSupport
import Testing

/// A uuid and its one text.
@Suite struct UUIDTextTests {
  @Test func isWrittenAsFoundationWritesItInLowerCase() {
    var random = SplitMix64(seed: 20)
    for _ in 0..<2000 {
      let halves = (random.next(), random.next())
      let bytes = (halves.0.bigEndian, halves.1.bigEndian)
      let expected = withUnsafeBytes(of: bytes) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
        .uuidString.lowercased()
      let text = withUnsafeBytes(of: bytes) { $0.baseAddress.map(UUIDText.text) }
      #expect(text == expected)
      #expect(UUIDText.halves(expected).map { [$0.0, $0.1] } == [halves.0, halves.1])
    }
  }

  @Test func everyDigitInEveryPlace() {
    for digit in UInt64(0)...15 {
      let word = (0..<16).reduce(UInt64(0)) { word, _ in word << 4 | digit }
      let digits = String(repeating: String(digit, radix: 16), count: 32)
      let text = withUnsafeBytes(of: (word, word)) { $0.baseAddress.map(UUIDText.text) }
      #expect(text?.replacing("-", with: "") == digits)
    }
  }

  @Test(arguments: [
    "", "req-1", "7D2F6C88-51aa-4c0e-8d17-100000000000", "7d2f6c8851aa4c0e8d17100000000000",
    "{7d2f6c88-51aa-4c0e-8d17-100000000000}", "7d2f6c88-51aa-4c0e-8d17-10000000000",
    "7d2f6c88-51aa-4c0e-8d17-1000000000000", "7d2f6c88-51aa-4c0e-8d171-00000000000",
    "7d2f6c88 51aa 4c0e 8d17 100000000000", "7d2f6c8g-51aa-4c0e-8d17-100000000000",
    "7d2f6c88-51aa-4c0e-8d17-1000000000é",
  ])
  func anyOtherSpellingIsNone(text: String) {
    #expect(!UUIDText.isText(text))
    #expect(UUIDText.halves(text) == nil)
  }

  @Test func aNameAlwaysHasTheSameUUIDOfVersion8() throws {
    let names = (0..<200).map { "tieout-\($0)" }
    let uuids = names.map(UUIDText.named)
    #expect(uuids == names.map(UUIDText.named))
    #expect(Set(uuids).count == names.count)
    for uuid in uuids {
      let digits = Array(uuid)
      #expect(UUIDText.isText(uuid))
      #expect(digits[14] == "8")
      #expect("89ab".contains(digits[19]))
    }
  }
}
