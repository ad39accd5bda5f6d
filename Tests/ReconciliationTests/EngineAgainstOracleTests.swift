import Reconciliation
import TestSupport
import Testing

@Suite("Two readers of the specification count alike")
struct EngineAgainstOracleTests {
  @Test(arguments: SeedBlock.all)
  func agreeOnRandomBooks(block: SeedBlock) throws {
    for seed in block.seeds {
      try expectAgreement(on: RandomBooks(seed: seed))
    }
  }

  /// Up to a length an id is compared as rows go by; requests of longer ones are read in full.
  @Test func agreeOnIDsOfAnyLength() throws {
    let lengths = [0, 16, 64, 200, 4096, 4097]
    for seed in UInt64(61)...100 {
      var books = try RandomBooks(seed: seed)
      books.contents = books.contents.renamingRequests { id in
        let length = lengths[id.utf8.reduce(0) { $0 + Int($1) } % lengths.count]
        return length == 0 ? "" : id + String(repeating: ".", count: max(0, length - id.utf8.count))
      }
      try expectAgreement(on: books)
    }
  }

  /// A run that knows what the one before it saw.
  @Test(arguments: SeedBlock.all)
  func agreeOnLateArrivals(block: SeedBlock) throws {
    var late = 0
    for seed in block.seeds {
      let books = try RandomBooks(seed: seed).withWatermark
      let controls = try expectAgreement(on: books)
      #expect(controls.count == 1, "seed \(seed): \(controls)")
      late += controls.first?.lateRequests ?? 0
    }
    #expect(late > block.seeds.count / 4)
  }

  /// - Returns: the engines' controls, each once.
  @discardableResult
  private func expectAgreement(on books: RandomBooks) throws -> Set<Controls> {
    let oracle = try Oracle(of: books.contents, under: books.terms).findings()
    var controls: Set<Controls> = []
    for engine in Engines.all {
      let judgement = try Judgement(of: books.inMemory, under: books.terms, engine: engine)
      let difference = Difference(engine: Findings(judgement), oracle: oracle)
      #expect(difference.isEmpty, "seed \(books.seed), \(engine)\n\(difference)")
      controls.insert(judgement.controls)
    }
    return controls
  }
}

/// Where two readers part.
struct Difference: CustomStringConvertible {
  let onlyEngine: [String]
  let onlyOracle: [String]

  init(engine: Findings, oracle: Findings) {
    onlyEngine = Difference.rest(of: engine.lines, without: oracle.lines)
    onlyOracle = Difference.rest(of: oracle.lines, without: engine.lines)
  }

  /// What one list has more of than the other.
  private static func rest(of lines: [String], without others: [String]) -> [String] {
    var counts: [String: Int] = [:]
    for line in others { counts[line, default: 0] += 1 }
    return lines.filter { line in
      counts[line, default: 0] -= 1
      return counts[line, default: 0] < 0
    }
  }

  var isEmpty: Bool { onlyEngine.isEmpty && onlyOracle.isEmpty }

  var description: String {
    (onlyEngine.map { "  engine only: \($0)" } + onlyOracle.map { "  oracle only: \($0)" })
      .joined(separator: "\n")
  }
}
