import Accounting

/// What can be written to a scratch file and read back equal. Only the program that wrote it reads
/// it, so the form may change at any time.
package protocol Spoolable: Sendable {
  /// Bytes of memory, by estimate.
  var weight: Int { get }
  func encode(into encoder: inout SpoolEncoder)
  init(from decoder: inout SpoolDecoder)
}

package struct SpoolEncoder {
  private(set) var bytes: [UInt8] = []

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Seven bits a byte, the least first.
  mutating func put(_ number: Int) {
    var rest = UInt(bitPattern: number)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func put(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

  mutating func put(_ text: String) {
    put(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func put(_ text: String?) {
    put(text != nil)
    if let text { put(text) }
  }

  mutating func put(_ texts: [String]) {
    put(texts.count)
    for text in texts { put(text) }
  }

  mutating func put(_ money: Money) {
    withUnsafeBytes(of: money.units) { bytes.append(contentsOf: $0) }
  }

  mutating func put(_ instant: Instant) {
    withUnsafeBytes(of: instant.microseconds) { bytes.append(contentsOf: $0) }
  }

  mutating func put(_ instant: Instant?) {
    put(instant != nil)
    if let instant { put(instant) }
  }

  mutating func put(_ currency: Currency) { put(currency.code) }

  mutating func put(_ period: AccountingPeriod) { put(period.year * 12 + period.month - 1) }

  mutating func put<Word: CaseIterable & Equatable>(_ word: Word) {
    guard let index = Array(Word.allCases).firstIndex(of: word) else {
      preconditionFailure("\(word) is not among its own cases")
    }
    put(index)
  }

  mutating func put<Element: Spoolable>(_ elements: [Element]) {
    put(elements.count)
    for element in elements { element.encode(into: &self) }
  }
}

/// Reads what a `SpoolEncoder` wrote, in the same order. The bytes are lent for the length of a
/// call; what does not fit them is a bug and traps.
package struct SpoolDecoder {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func number() -> Int {
    var number: UInt = 0
    var shift: UInt = 0
    while true {
      let byte = bytes[position]
      position += 1
      number |= UInt(byte & 0x7F) << shift
      guard byte >= 0x80 else { return Int(bitPattern: number) }
      shift += 7
    }
  }

  mutating func flag() -> Bool {
    defer { position += 1 }
    return bytes[position] == 1
  }

  mutating func text() -> String {
    let count = number()
    defer { position += count }
    return String(
      decoding: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]), as: UTF8.self)
  }

  mutating func optionalText() -> String? { flag() ? text() : nil }

  mutating func texts() -> [String] { (0..<number()).map { _ in text() } }

  mutating func money() -> Money {
    guard let money = try? Money(units: fixed()) else {
      preconditionFailure("no amount was ever written like this")
    }
    return money
  }

  mutating func instant() -> Instant { Instant(microseconds: fixed()) }

  mutating func optionalInstant() -> Instant? { flag() ? instant() : nil }

  mutating func currency() -> Currency {
    let code = text()
    return code == Currency.none.code ? .none : read(Currency(code))
  }

  mutating func period() -> AccountingPeriod {
    let months = number()
    return read(AccountingPeriod(year: months / 12, month: months % 12 + 1))
  }

  mutating func word<Word: CaseIterable>() -> Word { Array(Word.allCases)[number()] }

  mutating func list<Element: Spoolable>() -> [Element] {
    (0..<number()).map { _ in Element(from: &self) }
  }

  private mutating func fixed<Number: FixedWidthInteger>() -> Number {
    defer { position += MemoryLayout<Number>.size }
    return bytes.loadUnaligned(fromByteOffset: position, as: Number.self)
  }

  private func read<Value>(_ value: Value?) -> Value {
    guard let value else { preconditionFailure("a scratch file holds what was never written") }
    return value
  }
}
