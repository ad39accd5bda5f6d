import Accounting

/// Choosing the requests that something happens to: each at most once, the small tenants' as well
/// as the big ones'.
extension DemoDraft {
  mutating func gatherChoices() {
    for index in events.indices where events[index].isCharged {
      let event = events[index]
      guard places[event.place].isOrdinary else { continue }
      var byPlace = chargedEvents[event.period] ?? Array(repeating: [], count: places.count)
      chargedEvents[event.period] = nil
      byPlace[event.place].append(index)
      chargedEvents[event.period] = byPlace
    }
    for (period, byPlace) in chargedEvents {
      chargedEvents[period] = byPlace.filter { !$0.isEmpty }
    }
  }

  /// Chooses a billed request.
  /// - Parameters:
  ///   - what: for the message when there is none left.
  ///   - minorUnits: the least it comes to.
  mutating func choose(
    _ what: String, of period: AccountingPeriod? = nil, atLeast minorUnits: Int64 = 1,
    where suits: (DemoEvent, DemoPlace) -> Bool = { _, _ in true }
  ) throws -> Int {
    let byPlace = chargedEvents[period ?? plan.period] ?? []
    guard !byPlace.isEmpty else { throw DemoTooSmall(what: what) }
    func isSuitable(_ index: Int) throws -> Bool {
      guard !taken.contains(index), entryOfEvent[index] != nil,
        suits(events[index], places[events[index].place])
      else { return false }
      return try worth(of: index) >= minorUnits
    }
    var drawn: [Int] = []
    for _ in 0..<5000 where drawn.count < 4 {
      // Half of the faults fall on tenants as they come, half on traffic: on the big ones.
      let index =
        random.happens(inThousand: 500)
        ? random.pick(random.pick(byPlace))
        : random.pick(byPlace[random.index(weights: byPlace.map(\.count))])
      if try isSuitable(index) { drawn.append(index) }
    }
    // Of several the dearest: what goes wrong should be worth looking at.
    if let index = try drawn.max(by: { try worth(of: $0) < worth(of: $1) }) {
      taken.insert(index)
      return index
    }
    for index in byPlace.joined() where try isSuitable(index) {
      taken.insert(index)
      return index
    }
    throw DemoTooSmall(what: what)
  }

  /// In minor units.
  private func worth(of event: Int) throws(MoneyError) -> Int64 {
    try expected(event).minorUnits(of: currency(of: event)) ?? 0
  }

  /// Chooses a call that nobody is to be charged for.
  mutating func chooseFree(_ what: String) throws -> Int {
    let suitable = freeEvents.filter { index in
      !taken.contains(index) && events[index].period == plan.period
        && place(of: index).isOrdinary
    }
    guard !suitable.isEmpty else { throw DemoTooSmall(what: what) }
    let index = random.pick(suitable)
    taken.insert(index)
    return index
  }

  /// The entry that bills an event.
  func entry(of event: Int) -> DemoEntry {
    guard let entry = entryOfEvent[event].flatMap({ entries[$0] }) else {
      preconditionFailure("event \(event) is not billed")
    }
    return entry
  }

  /// Changes the entry that bills an event.
  mutating func amendEntry(of event: Int, _ change: (inout LedgerEntry) throws -> Void) rethrows {
    guard let index = entryOfEvent[event] else { return }
    guard var entry = entries[index] else { return }
    try change(&entry.entry)
    entries[index] = entry
  }

  /// Takes the entry that bills an event away.
  mutating func removeEntry(of event: Int) {
    guard let index = entryOfEvent[event] else { return }
    entries[index] = nil
    entryOfEvent[event] = nil
  }

  /// A later time at which the ledger books something more about an event, before the run.
  mutating func later(than event: Int, _ low: Int, _ high: Int) -> Instant {
    let at = entry(of: event).entry.postedAt.adding(seconds: random.seconds(low, high))
    return min(at, plan.graceStart)
  }
}
