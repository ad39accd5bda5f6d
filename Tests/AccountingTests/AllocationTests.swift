import Accounting
import Testing

@Suite("Sharing out by largest remainder")
struct AllocationTests {
  let usd = Currency("USD")

  @Test(
    arguments: [
      ("1.00", [1, 1, 1], ["0.34", "0.33", "0.33"]),
      ("-1.00", [1, 1, 1], ["-0.34", "-0.33", "-0.33"]),
      ("0.02", [1, 1, 1], ["0.01", "0.01", "0"]), ("0.05", [3, 7], ["0.02", "0.03"]),
      ("10", [0, 0], ["5", "5"]), ("0.01", [0, 5], ["0", "0.01"]), ("0", [1, 2], ["0", "0"]),
      ("100", [1], ["100"]),
    ] as [(String, [Int64], [String])])
  func sharesOut(amount: String, weights: [Int64], shares: [String]) throws {
    let usd = try #require(usd)
    #expect(try Money(amount).allocated(over: weights, in: usd).map(\.description) == shares)
  }

  @Test func refusesWhatHasNoFairAnswer() throws {
    let usd = try #require(usd)
    #expect(throws: MoneyError.self) { try Money("1").allocated(over: [], in: usd) }
    #expect(throws: MoneyError.self) { try Money("1").allocated(over: [1, -1], in: usd) }
    #expect(throws: MoneyError.self) { try Money("0.001").allocated(over: [1], in: usd) }
  }

  @Test func keepsTheSumAndStaysWithinOneUnitOfTheFairShare() throws {
    let usd = try #require(usd)
    var state: UInt64 = 7
    func next(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    for _ in 0..<500 {
      let weights = (0..<Int(next(12) + 1)).map { _ in Int64(next(1_000_000)) }
      let cents = Int64(next(5_000_000)) - 2_500_000
      let amount = Money(minorUnits: cents, of: usd)
      let shares = try amount.allocated(over: weights, in: usd)
      #expect(try Money.sum(shares) == amount, "\(cents) over \(weights)")
      let total = weights.reduce(0, +)
      guard total > 0 else { continue }
      for (share, weight) in zip(shares, weights) {
        let units = Int128(try #require(share.minorUnits(of: usd)))
        let apart = units * Int128(total) - Int128(cents) * Int128(weight)
        #expect(apart.magnitude < UInt128(total), "\(cents) over \(weights): \(shares)")
      }
    }
  }

  @Test func survivesTheLargestWeights() throws {
    let usd = try #require(usd)
    let weights = Array(repeating: Int64.max, count: 5)
    let shares = try Money("100000000000000000000").allocated(over: weights, in: usd)
    #expect(shares.allSatisfy { $0.description == "20000000000000000000" })
  }
}
