/// SHA-256 over a list of corrections, entry by entry in their order: what is signed when they are
/// approved. What became of them, or why they are held, is no part of it.
package struct CorrectionsDigest {
  private var digest = Digest()
  package private(set) var count = 0

  package init() {}

  package init(of corrections: some Sequence<Correction>) {
    for correction in corrections { add(correction) }
  }

  package mutating func add(_ correction: Correction) {
    count += 1
    for part in correction.content { digest.add(part) }
  }

  /// `sha256:` and 64 hexadecimal digits.
  package var text: String { "sha256:" + digest.hex }
}

extension Correction {
  /// All that the ledger would hold of it, and the break that it answers.
  fileprivate var content: [String?] {
    [
      idempotencyKey, breakID, code.rawValue, kind.text, tenant, deployment, currency.code,
      period.description, servicePeriod.description, requestID, reversesEntryID,
      amount.description,
    ] + (units.map { ["units", $0.account, $0.quantity.description, $0.unit] } ?? [])
  }
}
