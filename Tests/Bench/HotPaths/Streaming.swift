import Accounting
import Books
import Reconciliation

/// What a first pass does with a row of each book: lean fields decoded, ids digested, groups found,
/// sums added, and the pair settled as its second side comes.
func firstPass() throws -> Section.Work {
  var random = Draw(seed: 5)
  let bundles = (0..<25).map { bundle in
    let charges = (0..<Bundle.rows).map { _ in random.below(9900) }
    let first = bundle * Bundle.rows
    return (
      events: Bundle.events(first, charges, &random), entries: Bundle.entries(first, charges)
    )
  }
  let terms = Terms(
    range: DayRange(october), asOf: DayRange(october).instants(in: .utc).upperBound)
  return {
    let pass = FirstPass(
      terms: terms, policies: nil, digester: Digester(seed: 1), carryOver: 1 << 16, in: Scratch())
    var decoder = LeanDecoder(withChargeMinor: false, withNews: false)
    var usage = GatheredRows(Bundle.usageColumns, of: "gateway")
    var postings = GatheredRows(Bundle.entryColumns, of: "ledger")
    for (number, bundle) in bundles.enumerated() {
      try read(bundle.events, Bundle.usageColumns.count, into: &usage)
      try take(usage.count, [LeanEvent](repeating: .blank, count: FirstPass.batch)) {
        try decoder.read($0, of: usage, into: &$1)
      } pass: {
        try pass.take($0)
      }
      // The ledger is some calls behind.
      guard number > 0 else { continue }
      try read(bundles[number - 1].entries, Bundle.entryColumns.count, into: &postings)
      try take(postings.count, [LeanEntry](repeating: .blank, count: FirstPass.batch)) {
        try decoder.read($0, of: postings, into: &$1)
      } pass: {
        try pass.take($0)
      }
    }
    return pass.counted &* 1000 &+ pass.lead
  }
}

private func read(
  _ bundle: UnsafeRawBufferPointer, _ columns: Int, into rows: inout GatheredRows
) throws {
  var row = try RowFields(bundle, count: columns, of: "bench")
  guard try rows.read(Bundle.rows, &row) else { fatalError("the rows cannot be told") }
}

private func take<Row>(
  _ rows: Int, _ blanks: [Row], decode: (Int, inout Row) throws -> Void,
  pass: (UnsafeBufferPointer<Row>) throws -> Void
) throws {
  var batch = blanks
  for start in stride(from: 0, to: rows, by: FirstPass.batch) {
    for index in batch.indices { try decode(start + index, &batch[index]) }
    try batch.withUnsafeBufferPointer(pass)
  }
}

/// The rows of some blocks as the server gathers them.
private enum Bundle {
  static let rows = 400

  static let usageColumns = [
    LeanColumn("request_id", .text), LeanColumn("call", .text), LeanColumn("tenant", .text),
    LeanColumn("deployment", .text), LeanColumn("currency", .text), LeanColumn("at", .time),
    LeanColumn("tokens", .integer), LeanColumn("charge", .amount),
  ]
  static let entryColumns = [
    LeanColumn("mark", .text), LeanColumn("request_id", .text), LeanColumn("tenant", .text),
    LeanColumn("deployment", .text), LeanColumn("currency", .text),
    LeanColumn("amount", .amount), LeanColumn("period", .date),
  ]

  static func events(
    _ first: Int, _ charges: [Int], _ random: inout Draw
  ) -> UnsafeRawBufferPointer {
    let numbers = charges.indices.map { first + $0 }
    var row = CopyBytes(columns: usageColumns.count)
    row.texts(numbers.map(requestID))
    row.texts(numbers.map { _ in "call_\(String(random.below(1 << 50), radix: 16))" })
    places(numbers, in: &row)
    row.field(
      numbers.flatMap { bigEndian(Int64(844_128_000_000_000 + $0 * 50_000_000)) })
    row.field(numbers.flatMap { _ in bigEndian(Int64(random.below(20_000))) })
    row.field(charges.flatMap { numeric([UInt16($0), 2500], weight: -1, scale: 6) })
    return kept(row.bytes)
  }

  /// The charges in whole cents, as a ledger that rounds each entry has them.
  static func entries(_ first: Int, _ charges: [Int]) -> UnsafeRawBufferPointer {
    let numbers = charges.indices.map { first + $0 }
    var row = CopyBytes(columns: entryColumns.count)
    row.texts(numbers.map { _ in "" })
    row.texts(numbers.map(requestID))
    places(numbers, in: &row)
    row.field(
      charges.flatMap { charge in
        numeric([UInt16((charge + 50) / 100 % 100 * 100)], weight: -1, scale: 2)
      })
    row.field(numbers.flatMap { _ in bigEndian(Int32(9770)) })
    return kept(row.bytes)
  }

  private static func places(_ numbers: [Int], in row: inout CopyBytes) {
    row.texts(numbers.map { "ten_\(100_000 + $0 % 97)" })
    row.texts(numbers.map { ["prod", "staging", "eu-west"][$0 % 3] })
    row.texts(numbers.map { _ in "USD" })
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
