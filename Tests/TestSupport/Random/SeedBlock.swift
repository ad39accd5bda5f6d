/// A run of seeds that one test case goes through, so that cases share the cores.
package struct SeedBlock: Hashable, Sendable, CustomStringConvertible {
  package var seeds: Range<UInt64>

  package init(seeds: Range<UInt64>) { self.seeds = seeds }

  /// As many as leave room for all other tests in the time that a change has to wait for them.
  package static let all = stride(from: UInt64(1), to: 1001, by: 250).map {
    SeedBlock(seeds: $0..<$0 + 250)
  }

  package var description: String { "seeds \(seeds.lowerBound) to \(seeds.upperBound - 1)" }
}
