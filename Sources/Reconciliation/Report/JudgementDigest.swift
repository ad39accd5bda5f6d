import Accounting

extension Judgement {
  /// SHA-256 over everything that was found, in order: equal books and terms give an equal digest.
  /// What becomes of breaks and corrections is no part of it.
  package var digest: String {
    var digest = Digest()
    digest.add(controls)
    for group in groups { digest.add(group) }
    for plan in plans { digest.add(plan) }
    for month in roundings {
      digest.add("\(month.currency) \(month.period)")
      for rule in [RoundingRule.halfUp, .halfEven] { digest.add(month.total[rule]) }
    }
    for found in breaks { digest.add(found) }
    for correction in corrections {
      digest.add(correction.idempotencyKey)
      digest.add("\(correction.amount)")
      digest.add("\(correction.period)")
      if let units = correction.units { digest.add("\(units)") }
    }
    return digest.hex
  }
}

extension Digest {
  fileprivate mutating func add(_ controls: Controls) {
    add([
      controls.usageRows, controls.ledgerRows, controls.cleanRequests, controls.brokenRequests,
      controls.setAsideRows, controls.lateRequests,
    ])
    add([controls.usageCharge, controls.ledgerAmount])
    for check in controls.notExamined {
      add(check.check)
      add(check.why)
    }
  }

  fileprivate mutating func add(_ group: GroupResult) {
    add(group.key)
    add(group.policy)
    add("\(group.isWholePeriod) \(group.requests)")
    add([group.recorded, group.due, group.posted, group.sumOfRounded, group.roundedSum])
    for step in group.bridge { add("\(step.line.rawValue) \(step.amount)") }
    for code in group.blockedBy { add(code.rawValue) }
  }

  fileprivate mutating func add(_ plan: PlanResult) {
    add(plan.key)
    add(plan.arithmetic)
    add([plan.derived, plan.periodCharge, plan.trueUps])
    add([plan.revision])
    for share in plan.deployments {
      add(share.deployment)
      add([share.requests, share.tokens])
      add([share.recorded, share.allowance, share.due])
    }
    guard let projection = plan.projection else { return }
    add([projection.usage, projection.charge, projection.forecastUsage, projection.forecastCharge])
  }

  fileprivate mutating func add(_ found: Break) {
    for part in [found.id, "\(found.amount)", found.explanation] { add(part) }
    if let measure = found.measure { add("\(measure.amount) \(measure.unit)") }
    for ids in [found.eventIDs, found.entryIDs] {
      add("\(ids.count)")
      for id in ids { add(id) }
    }
  }

  private mutating func add(_ key: GroupKey) {
    for part in [key.tenant, key.deployment, key.description] { add(part) }
  }

  fileprivate mutating func add(_ row: RoundingTable.Row) {
    add([row.perEntry, row.perLine, row.perInvoice])
  }

  private mutating func add(_ amounts: [Money?]) {
    for amount in amounts { add(amount.map { "\($0)" }) }
  }

  private mutating func add(_ counts: [Int?]) {
    for count in counts { add(count.map { "\($0)" }) }
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
