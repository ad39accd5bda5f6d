import Accounting
import Crypto

/// The idempotency keys of all earlier corrections of one request or group, as far as the key of the
/// next one needs them: told apart by their sum, whatever their order and however many they are, so
/// that no clock decides which came last and no list has to be kept.
package struct EarlierKeys: Hashable, Sendable {
  private var count = 0
  /// Σ SHA-256 of the keys, modulo 2²⁵⁶, the least word first.
  private var sum: [UInt64] = []

  package init() {}

  init(of entries: some Sequence<LedgerEntry>) {
    for entry in entries { add(entry.idempotencyKey) }
  }

  package mutating func add(_ key: String?) {
    guard let key else { return }
    count += 1
    add(Array(SHA256.hash(data: Array(key.utf8))).words)
  }

  package mutating func merge(_ other: EarlierKeys) {
    guard other.count > 0 else { return }
    count += other.count
    add(other.sum)
  }

  private mutating func add(_ words: [UInt64]) {
    guard !sum.isEmpty else {
      sum = words
      return
    }
    var carry: UInt64 = 0
    for index in sum.indices {
      let (first, isOver) = sum[index].addingReportingOverflow(words[index])
      let (second, isOverAgain) = first.addingReportingOverflow(carry)
      sum[index] = second
      carry = isOver || isOverAgain ? 1 : 0
    }
  }

  /// `nil` where there are none.
  package var text: String? {
    count == 0 ? nil : "\(count) " + sum.map { String($0, radix: 16) }.joined(separator: " ")
  }
}

extension [UInt8] {
  /// Eight bytes each, the least first.
  fileprivate var words: [UInt64] {
    stride(from: 0, to: count, by: 8).map { start in
      self[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }
}
