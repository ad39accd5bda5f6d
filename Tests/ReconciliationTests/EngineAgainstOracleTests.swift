import Reconciliation
import TestSupport
import Testing

@Suite("Two readers of the specification count alike")
struct EngineAgainstOracleTests {
  static let seeds: Range<UInt64> = 1..<2501

  @Test func agreeOnRandomBooks() throws {
    var differing = 0
    for seed in EngineAgainstOracleTests.seeds {
      let books = try RandomBooks(seed: seed)
      let oracle = try Oracle(of: books.contents, under: books.terms).findings()
      let engine = Findings(try Judgement(of: books.inMemory, under: books.terms))
      let difference = Difference(engine: engine, oracle: oracle)
      #expect(difference.isEmpty, "seed \(seed)\n\(difference)")
      differing += difference.isEmpty ? 0 : 1
      if differing == 10 { return }
    }
  }
}

/// Where two readers part.
struct Difference: CustomStringConvertible {
  let onlyEngine: [String]
  let onlyOracle: [String]

  init(engine: Findings, oracle: Findings) {
    let engineLines = engine.lines
    let oracleLines = oracle.lines
    let isDouble = Set(engineLines).count != engineLines.count
    onlyEngine =
      engineLines.filter { !oracleLines.contains($0) } + (isDouble ? ["a finding twice"] : [])
    onlyOracle = oracleLines.filter { !engineLines.contains($0) }
  }

  var isEmpty: Bool { onlyEngine.isEmpty && onlyOracle.isEmpty }

  var description: String {
    (onlyEngine.map { "  engine only: \($0)" } + onlyOracle.map { "  oracle only: \($0)" })
      .joined(separator: "\n")
  }
}
