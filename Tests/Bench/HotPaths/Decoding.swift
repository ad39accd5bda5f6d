import Accounting
import Books

/// Amounts as the server sends them: sub-cent charges, cents, large sums, negative ones.
func numericDecode() throws -> Section.Work {
  var random = Draw(seed: 1)
  let numerics = (0..<5_000).map { _ -> [UInt8] in
    switch random.below(4) {
    case 0: numeric([UInt16(random.below(9999)), UInt16(random.below(9999))], weight: -1, scale: 8)
    case 1:
      numeric([UInt16(random.below(99)), UInt16(random.below(99) * 100)], weight: 0, scale: 2)
    case 2: numeric([12, UInt16(random.below(9999)), 5000], weight: 1, scale: 1)
    default: numeric([UInt16(random.below(9999))], weight: -1, scale: 4, negative: true)
    }
  }
  return {
    var checksum = 0
    for bytes in numerics {
      let money = try bytes.withUnsafeBytes { bytes throws(MoneyError) in
        try PostgresNumeric.decode(bytes)
      }
      checksum &+= Int(truncatingIfNeeded: money.units)
    }
    return checksum
  }
}

/// Rows of usage, split into their fields and made events of.
func copyRowDecode() throws -> Section.Work {
  var random = Draw(seed: 2)
  let rows = (0..<2_000).map { number in
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_024, alignment: 8)
    let bytes = usageRow(number, &random)
    memory.copyBytes(from: bytes)
    return UnsafeRawBufferPointer(rebasing: memory[..<bytes.count])
  }
  return {
    var decoder = UsageDecoder(zone: .utc)
    let row = CopyRow(columns: usageColumns)
    var checksum = 0
    for bytes in rows {
      guard try row.split(bytes, of: "gateway") else { fatalError("no row") }
      guard case .row(let event) = try decoder.decode(row) else { fatalError("no event") }
      checksum &+= Int(event.tokens.total) &+ Int(truncatingIfNeeded: event.charge?.units ?? 0)
    }
    return checksum
  }
}

private let usageColumns = 33

private func usageRow(_ number: Int, _ random: inout Draw) -> [UInt8] {
  var row = CopyBytes(columns: usageColumns)
  row.text("0b5e19f1-7c1a-4be2-9f3d-\(String(100_000_000_000 + number))")
  row.text("7d2f6c88-51aa-4c0e-8d17-\(String(100_000_000_000 + number))")
  row.text("call_\(String(random.below(1 << 50), radix: 16))")
  row.text("primary")
  row.text("ten_\(String(100_000 + random.below(2000)))")
  row.text(["prod", "staging", "eu-west"][random.below(3)])
  row.text("usr_\(String(random.below(900), radix: 16))")
  row.text("ses_\(String(random.below(1 << 40), radix: 16))")
  let moment = Int64(844_000_000_000_000 + number * 500_000)
  row.integer(moment)
  row.integer(moment + 2_000_000)
  row.text(["claude-sonnet-4-6", "gpt-5-mini"][random.below(2)])
  row.text("ok")
  row.field([1])
  for most in [4000, 20_000, 4000, 1, 900, 80] { row.integer(Int64(random.below(most))) }
  row.null()
  row.null()
  row.field(
    numeric([UInt16(random.below(9999)), UInt16(random.below(9999))], weight: -1, scale: 8))
  row.integer(Int64(random.below(100)))
  row.text("USD")
  row.text("2026-10")
  for text in ["chat", "anthropic", "standard"] { row.text(text) }
  row.field([0])
  row.text("provider")
  for _ in 0..<3 { row.null() }
  return row.bytes
}
