import Accounting
import Books
import TestSupport
import Testing

@Suite struct NumericTests {
  /// What the server makes of decimal texts, in binary, and what that decodes to.
  private func decoded(_ texts: [String]) async throws -> [Result<Money, MoneyError>] {
    let session = try Connection("test", conninfo: try await TestCluster.emptyDatabase())
    let list = try session.literal(texts)
    var results: [Result<Money, MoneyError>] = []
    try session.copyOut(
      """
      copy (select t::numeric from unnest(\(list)) with ordinality u (t, n) order by n)
      to stdout (format binary)
      """
    ) { row in
      let bytes = try #require(row.fields[0])
      do throws(MoneyError) {
        results.append(.success(try PostgresNumeric.decode(bytes)))
      } catch {
        results.append(.failure(error))
      }
    }
    return results
  }

  @Test func randomNumericsComeBackExactly() async throws {
    let seed: UInt64 = 20_261_001
    print("seed \(seed)")
    var random = SeededGenerator(seed: seed)
    let texts = (0..<4000).map { _ in
      let whole = (0..<Int.random(in: 1...20, using: &random)).map { _ in
        "\(Int.random(in: 0...9, using: &random))"
      }
      let decimals = (0..<Int.random(in: 0...18, using: &random)).map { _ in
        Bool.random(using: &random) ? "0" : "\(Int.random(in: 0...9, using: &random))"
      }
      let point = decimals.isEmpty ? "" : "."
      return (Bool.random(using: &random) ? "-" : "") + whole.joined() + point + decimals.joined()
    }
    for (text, result) in zip(texts, try await decoded(texts)) {
      #expect(try result.get() == Money(text), "\(text)")
    }
  }

  @Test func theEdgesOfTheRange() async throws {
    let exact = [
      "0", "-0", "0.000000000000000001", "-0.000000000000000001", "1", "9999", "10000",
      "0.0001", "0.00010000", "123456789.123456789123456789", "99999999999999999999",
      "99999999999999999999.999999999999999999", "-99999999999999999999.999999999999999999",
      "1.500000000000000000000000000000", "10000000000000000", "0.1", "1e19", "1e-18",
    ]
    let plain = ["1e19": "10000000000000000000", "1e-18": "0.000000000000000001"]
    for (text, result) in zip(exact, try await decoded(exact)) {
      #expect(try result.get() == Money(plain[text] ?? text), "\(text)")
    }
  }

  @Test func whatMoneyCannotHoldIsNamed() async throws {
    let faults: [(String, MoneyError)] = [
      ("NaN", .notFinite("NaN")), ("Infinity", .notFinite("Infinity")),
      ("-Infinity", .notFinite("-Infinity")),
      ("0.1234567890123456789", .lostDigits("0.1234567890123456789")),
      ("-0.0000000000000000001", .lostDigits("-0.0000000000000000001")),
      ("1.00000000000000000000000001", .lostDigits("1.00000000000000000000000001")),
      ("1e20", .overflow("100000000000000000000")),
      ("-1e20", .overflow("-100000000000000000000")),
      ("170141183460469231731", .overflow("170141183460469231731")),
      ("1e25", .overflow("10000000000000000000000000")),
    ]
    for ((text, error), result) in zip(faults, try await decoded(faults.map(\.0))) {
      #expect(result == .failure(error), "\(text)")
    }
  }

  @Test func hugeNumbersAreCutShortInMessages() async throws {
    for result in try await decoded(["1e1000", "1e-1000", "1e130000"]) {
      guard case .failure(let error) = result else {
        Issue.record("\(result)")
        continue
      }
      #expect(error.description.utf8.count < 200)
    }
  }

  @Test(
    arguments: [
      [], [0, 1], [0, 1, 0, 0, 0, 0, 0], [0, 2, 0, 0, 0, 0, 0, 0, 0, 1],
      [0, 1, 0, 0, 0x12, 0x34, 0, 0, 0, 1], [0, 1, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
    ] as [[UInt8]])
  func bytesThatAreNoNumericAreRefused(bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { buffer in
      #expect(throws: MoneyError.self) { try PostgresNumeric.decode(buffer) }
    }
  }
}
