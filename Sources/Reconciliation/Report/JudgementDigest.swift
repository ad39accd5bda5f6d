import Accounting

extension Judgement {
  /// SHA-256 over everything that was found, in order: equal books and terms give an equal digest.
  package var digest: String {
    var parts: [String?] = [
      "\(controls.usageRows)", "\(controls.usageCharge)", "\(controls.ledgerRows)",
      "\(controls.ledgerAmount)", "\(controls.cleanRequests)", "\(controls.brokenRequests)",
    ]
    for group in groups {
      parts += [group.key.tenant, group.key.deployment, group.key.description]
      parts += ["\(group.recorded)", "\(group.due)", "\(group.posted)"]
      parts += group.bridge.map { "\($0.line.rawValue) \($0.amount)" }
    }
    for found in breaks { parts += [found.id, "\(found.amount)"] + found.entryIDs }
    for correction in corrections {
      parts += [correction.idempotencyKey, "\(correction.amount)", "\(correction.period)"]
    }
    return Digest.hex(parts)
  }
}

extension RunReport {
  /// Of what was judged and what became of it.
  package var digest: String {
    Digest.hex(
      [run.id, run.status.rawValue, judgement.digest]
        + judgement.corrections.map { "\($0.id) \($0.status.rawValue)" })
  }
}
