import Testing

@testable import Billing

@Suite("Text of bytes")
struct ValidTextTests {
  @Test(arguments: ["", "a", "tenant-1", "fifteen bytes..", "Zoë Kühn – 請求書 🧾", "a\u{0}b"])
  func validTextIsReadAsItStands(text: String) {
    #expect(Array(text.utf8).withUnsafeBytes(String.init(utf8:)) == text)
    let long = String(repeating: text + "-", count: 50)
    #expect(Array(long.utf8).withUnsafeBytes(String.init(utf8:)) == long)
  }

  @Test func noMemoryIsAnEmptyText() {
    #expect(String(utf8: UnsafeRawBufferPointer(start: nil, count: 0)) == "")
  }

  @Test(
    "Cut off, stray, too long a form, half of a pair, beyond the last",
    arguments: [
      [0x61, 0xC3], [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
    ])
  func otherBytesAreNone(bytes: [UInt8]) {
    #expect(bytes.withUnsafeBytes(String.init(utf8:)) == nil)
    let long = [UInt8](repeating: 0x61, count: 40) + bytes
    #expect(long.withUnsafeBytes(String.init(utf8:)) == nil)
  }
}
