import Accounting
import Billing

/// Who calls, in one sitting. A user's calls are further apart than what looks like one call made
/// twice.
private struct Sitting {
  let user: String?
  let session: String?
  let key: String
  var now: Instant
  var last = TokenVector()
}

extension DemoDraft {
  /// Logs every month's calls and bills those that are to be charged.
  mutating func runTraffic() throws {
    let weight = places.reduce(0) { $0 + $1.weight }
    for index in places.indices where places[index].trait != .dormant {
      let place = places[index]
      let name = "\(place.tenant.name)/\(place.deployment ?? "")"
      var random = DemoRandom(seed: plan.seed, stream: "traffic \(name)")
      for (month, least) in zip(plan.traffic, [0, 3, 8, 0]) {
        var open = max(least, plan.events / 1000 * month.share * place.weight / weight)
        if month.share > 500 {
          if place.trait == .subcentLeak { open = plan.scaled(6000, least: 550) }
          if place.trait == .invalidEvents { open = max(open, 20) }
        }
        while open > 0 {
          let calls = min(open, 1 + random.index(weights: [8, 6, 5, 4, 3, 3, 2, 2, 1, 1]))
          try sitting(at: index, from: month.calendar.moment(&random), calls: calls, &random)
          open -= calls
        }
      }
      guard index.isMultiple(of: 5) else { continue }
      for midnight in plan.boundaries {
        let before = midnight.adding(seconds: -random.seconds(300, 1500))
        try sitting(at: index, from: before, calls: 3, &random)
        let after = midnight.adding(seconds: random.seconds(1, 3000))
        try sitting(at: index, from: after, calls: 2, &random)
      }
    }
  }

  private mutating func sitting(
    at index: Int, from start: Instant, calls: Int, _ random: inout DemoRandom
  ) throws {
    let place = places[index]
    var sitting = newSitting(place, at: start, &random)
    for _ in 0..<calls {
      try call(at: index, &sitting, &random)
      sitting.now = sitting.now.adding(seconds: random.seconds(7, 400))
      if place.workload == .autocomplete { sitting = newSitting(place, at: sitting.now, &random) }
    }
  }

  private func newSitting(
    _ place: DemoPlace, at start: Instant, _ random: inout DemoRandom
  ) -> Sitting {
    let session = random.ulid("", at: start).suffix(16)
    let key = "key-\(place.tenant.name)-\(random.between(1, 4))"
    switch place.tenant.trait {
    case .anonymous: return Sitting(user: nil, session: nil, key: key, now: start)
    case .withoutSessions:
      return Sitting(user: "usr-\(session)", session: nil, key: key, now: start)
    default:
      let number = random.between(1, 40 + place.weight / 50)
      // The bank's users are those of its Windows domain.
      let user = place.tenant.name == "northgate-bank" ? "NORTHGATE\\u\(number)" : "usr-\(number)"
      return Sitting(user: user, session: "ses-\(session)", key: key, now: start)
    }
  }

  /// One call, with what may happen to it on the way.
  private mutating func call(
    at index: Int, _ sitting: inout Sitting, _ random: inout DemoRandom
  ) throws {
    let place = places[index]
    let model = place.models[random.below(1000) < 700 ? 0 : place.models.count - 1]
    var event = try newEvent(at: index, model, sitting, &random)
    if event.event.tokens == sitting.last { event.event.tokens.input += 1 }
    sitting.last = event.event.tokens
    try rate(&event)
    switch random.below(1000) {
    case ..<30:
      var failed = event
      fail(&failed, &random)
      log(failed)
      event.event.eventID = random.ulid("evt_", at: event.event.recordedAt)
      event.event.attempt = random.happens(inThousand: 700) ? .retry : .fallback
      event.event.recordedAt = event.event.recordedAt.adding(seconds: random.seconds(2, 30))
      try charge(event, &random)
    case ..<45:
      fail(&event, &random)
      freeEvents.append(log(event))
    case ..<70:
      exempt(&event, &random)
      freeEvents.append(log(event))
    case ..<75:
      event.event.attempt = .externalReport
      try charge(event, &random)
    default: try charge(event, &random)
    }
  }

  private mutating func charge(_ event: DemoEvent, _ random: inout DemoRandom) throws {
    let index = log(event)
    events[index].isCharged = true
    let isSlow = random.happens(inThousand: 80)
    try bill(index, after: isSlow ? random.seconds(600, 9000) : random.seconds(1, 45))
  }

  private func newEvent(
    at index: Int, _ model: DemoModel, _ sitting: Sitting, _ random: inout DemoRandom
  ) throws -> DemoEvent {
    let place = places[index]
    let isSlow = random.happens(inThousand: 40)
    let recordedAt = sitting.now.adding(
      seconds: isSlow ? random.seconds(60, 1200) : random.seconds(1, 20))
    var cached = true
    if case .perToken = place.terms { cached = false }
    let event = UsageEvent(
      eventID: random.ulid("evt_", at: recordedAt), requestID: random.ulid("req_", at: sitting.now),
      providerRequestID: random.happens(inThousand: 900)
        ? random.providerCall(model.provider) : nil,
      tenant: place.tenant.name, deployment: place.deployment, user: sitting.user,
      session: sitting.session, occurredAt: sitting.now, recordedAt: recordedAt, model: model.name,
      tokens: place.workload.tokens(model, cached: cached, &random), charge: nil,
      currency: place.tenant.currency)
    return DemoEvent(
      event: event, place: index, period: plan.zone.period(of: sitting.now), isCharged: false,
      provider: model.provider, operation: place.workload.operation, keyID: sitting.key,
      policyID: place.policyID(at: sitting.now))
  }
}
