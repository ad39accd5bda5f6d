import Accounting
import Books
import Reconciliation

/// What a first pass does with a row of each book: lean fields decoded, ids digested, groups found,
/// sums added, and the pair settled as its second side comes.
func firstPass() throws -> Section.Work {
  var random = Draw(seed: 5)
  let rows = (0..<10_000).map { number in
    let charge = random.below(9900)
    return (event: kept(leanEvent(number, charge, &random)), entry: kept(leanEntry(number, charge)))
  }
  let terms = Terms(
    range: DayRange(october), asOf: DayRange(october).instants(in: .utc).upperBound)
  return {
    let pass = FirstPass(
      terms: terms, policies: nil, digester: Digester(seed: 1), carryOver: 1 << 16, in: Scratch())
    var decoder = LeanDecoder(withChargeMinor: false, withNews: false)
    let size = FirstPass.batch
    for start in stride(from: 0, to: rows.count, by: size) {
      let events = try rows[start..<start + size].map { try decoder.event($0.event) }
      try events.withUnsafeBufferPointer { try pass.take($0) }
      // The ledger is some calls behind.
      guard start >= 4 * size else { continue }
      let late = start - 4 * size
      let entries = try rows[late..<late + size].map { try decoder.entry($0.entry) }
      try entries.withUnsafeBufferPointer { try pass.take($0) }
    }
    return pass.counted &* 1000 &+ pass.lead
  }
}

private func kept(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
  let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
  memory.copyBytes(from: bytes)
  return UnsafeRawBufferPointer(memory)
}

private func requestID(_ number: Int) -> String {
  "7d2f6c88-51aa-4c0e-8d17-\(100_000_000_000 + number)"
}

private func leanEvent(_ number: Int, _ charge: Int, _ random: inout Draw) -> [UInt8] {
  var row = CopyBytes(columns: 8)
  row.text(requestID(number))
  row.text("call_\(String(random.below(1 << 50), radix: 16))")
  row.text("ten_\(100_000 + number % 97)")
  row.text(["prod", "staging", "eu-west"][number % 3])
  row.text("USD")
  row.integer(Int64(844_128_000_000_000 + number * 50_000_000))
  row.integer(Int64(random.below(20_000)))
  row.field(numeric([UInt16(charge), 2500], weight: -1, scale: 6))
  return row.bytes
}

/// The charge in whole cents, as a ledger that rounds each entry has it.
private func leanEntry(_ number: Int, _ charge: Int) -> [UInt8] {
  var row = CopyBytes(columns: 7)
  row.null()
  row.text(requestID(number))
  row.text("ten_\(100_000 + number % 97)")
  row.text(["prod", "staging", "eu-west"][number % 3])
  row.text("USD")
  let cents = (charge + 50) / 100
  row.field(numeric([UInt16(cents % 100 * 100)], weight: -1, scale: 2))
  row.date(9770)
  return row.bytes
}
