import Accounting

extension Judgement {
  /// SHA-256 over everything that was found, in order: equal books and terms give an equal digest.
  /// What becomes of the corrections is no part of it.
  package var digest: String {
    var digest = Digest()
    for part in [
      "\(controls.usageRows)", "\(controls.usageCharge)", "\(controls.ledgerRows)",
      "\(controls.ledgerAmount)", "\(controls.cleanRequests)", "\(controls.brokenRequests)",
    ] {
      digest.add(part)
    }
    for group in groups {
      for part in [group.key.tenant, group.key.deployment, group.key.description] {
        digest.add(part)
      }
      for amount in [group.recorded, group.due, group.posted] { digest.add("\(amount)") }
      for step in group.bridge { digest.add("\(step.line.rawValue) \(step.amount)") }
    }
    for found in breaks {
      digest.add(found.id)
      digest.add("\(found.amount)")
      if let measure = found.measure { digest.add("\(measure.amount) \(measure.unit)") }
      for id in found.entryIDs { digest.add(id) }
    }
    for correction in corrections {
      digest.add(correction.idempotencyKey)
      digest.add("\(correction.amount)")
      digest.add("\(correction.period)")
      if let units = correction.units { digest.add("\(units)") }
    }
    return digest.hex
  }
}

extension RunReport {
  /// Of what was judged and what became of it.
  package var digest: String { digest(judged: judgement.digest) }

  /// - Parameter judged: the judgement's digest, where it is known already.
  package func digest(judged: String) -> String {
    var digest = Digest()
    for part in [run.id, run.status.rawValue, judged] { digest.add(part) }
    for correction in judgement.corrections {
      digest.add("\(correction.id) \(correction.status.rawValue)")
    }
    return digest.hex
  }
}
