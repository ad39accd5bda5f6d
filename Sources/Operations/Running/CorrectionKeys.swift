import Reconciliation

/// The idempotency keys of corrections, sorted, so that two lists can be compared however long they
/// are.
struct CorrectionKeys {
  private let keys: Spool<String>

  init(
    of corrections: Spool<Correction>, _ status: Correction.Status, in scratch: Scratch
  ) throws {
    var sorter = SpoolSorter<String>(in: scratch, by: <)
    for correction in corrections where correction.status == status {
      try sorter.append(correction.idempotencyKey)
    }
    keys = try sorter.finish()
  }

  init(sorted keys: Spool<String>) { self.keys = keys }

  var isEmpty: Bool { keys.isEmpty }

  /// The first `limit` keys that `others` do not have.
  func missing(from others: CorrectionKeys, limit: Int) -> [String] {
    var missing: [String] = []
    var rest = others.keys.makeIterator()
    var other = rest.next()
    for key in keys where missing.count < limit {
      while let known = other, known < key { other = rest.next() }
      if other != key { missing.append(key) }
    }
    return missing
  }
}
