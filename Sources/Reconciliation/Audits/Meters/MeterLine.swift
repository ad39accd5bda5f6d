import Accounting
import Billing

/// Entries of meters waiting to be told which usage they are of, in order of posting.
///
/// Those of the last minutes are held; they are found by what they say, without looking through them.
struct MeterLine {
  /// What an entry was found to be.
  enum Match {
    /// Of this usage, with the amount that an account of its waterfall would show.
    case exact(MeteredEvent)
    /// Of this usage, with another amount than the one given.
    case amount(MeteredEvent, due: Fraction)
    /// Of this usage, though it is another model's.
    case model(MeteredEvent)
  }

  /// What two entries of one usage share.
  struct Saying: Hashable {
    let entity: String
    let account: MeterAccount
    let amount: Money
  }

  private struct Name: Hashable {
    let entity: String
    let requestID: String
  }

  private(set) var entries: [(entry: MeterEntry, match: Match?)] = []
  /// The number of the first entry held.
  private var base = 0
  private var bySaying: [Saying: [Int]] = [:]
  private var byName: [Name: [Int]] = [:]
  /// Those that a usage was found for by what they say.
  private var held: [Saying: [Int]] = [:]
  private var loose: [String: [Int]] = [:]
  /// What usage has said, and by which name it was called, when last.
  private var taken: [Saying: Instant] = [:]
  private var called: [Name: Instant] = [:]
  private var gone = 0

  mutating func append(_ entry: MeterEntry) {
    let number = base + entries.count
    entries.append((entry, nil))
    guard entry.kind == .usage else { return }
    bySaying[Saying(entry), default: []].append(number)
    if let requestID = entry.requestID {
      byName[Name(entity: entry.entity, requestID: requestID), default: []].append(number)
    }
    loose[entry.entity, default: []].append(number)
  }

  /// The first entry that is held.
  var first: MeterEntry? { gone < entries.count ? entries[gone].entry : nil }

  /// Lets the first entry go.
  mutating func removeFirst() -> (entry: MeterEntry, match: Match?) {
    let item = entries[gone]
    forget(item.entry, base + gone)
    drop(base + gone, Saying(item.entry), &held)
    gone += 1
    if gone > 256, gone * 2 > entries.count {
      entries.removeFirst(gone)
      base += gone
      gone = 0
    }
    return item
  }

  private func drop<Key: Hashable>(_ number: Int, _ key: Key, _ table: inout [Key: [Int]]) {
    guard let index = table[key]?.firstIndex(of: number) else { return }
    table[key]?.remove(at: index)
    if table[key]?.isEmpty ?? false { table[key] = nil }
  }

  private mutating func forget(_ entry: MeterEntry, _ number: Int) {
    drop(number, Saying(entry), &bySaying)
    if let requestID = entry.requestID {
      drop(number, Name(entity: entry.entity, requestID: requestID), &byName)
    }
    drop(number, entry.entity, &loose)
  }

  /// Finds the entry of a usage for one entity: the one that names its request, else one that says what
  /// the usage comes to. - Returns: whether there is one.
  mutating func match(_ event: MeteredEvent, for entity: String, within window: Int64) -> Bool {
    let name = Name(entity: entity, requestID: event.requestID)
    if let number = byName[name]?.first {
      settle(number, named: event)
      return true
    }
    var asked: Set<Int> = []
    return seat(event, for: entity, within: window, &asked)
  }

  /// How many usages may be asked to move for one.
  private static let mostAsked = 256

  /// Gives a usage the first entry that says what it comes to; and where others hold all of these, one
  /// whose usage finds another. So as many calls have an entry as can have one, however close to each
  /// other calls alike may lie, and none is taken to be unrecorded for the choice of an earlier one.
  private mutating func seat(
    _ event: MeteredEvent, for entity: String, within window: Int64, _ asked: inout Set<Int>
  ) -> Bool {
    let sayings = event.steps.compactMap { step in
      (try? step.amount.exactMoney()).map {
        Saying(entity: entity, account: step.account, amount: $0)
      }
    }
    for saying in sayings {
      for number in bySaying[saying] ?? [] {
        let entry = entries[number - base].entry
        guard entry.requestID == nil, entry.isNear(event, window) else { continue }
        settle(number, .exact(event))
        held[saying, default: []].append(number)
        return true
      }
    }
    for number in sayings.flatMap({ held[$0] ?? [] }) where asked.count < MeterLine.mostAsked {
      let item = entries[number - base]
      guard case .exact(let holder)? = item.match, item.entry.isNear(event, window),
        asked.insert(number).inserted, seat(holder, for: entity, within: window, &asked)
      else { continue }
      entries[number - base].match = .exact(event)
      return true
    }
    return false
  }

  /// Finds an entry that says something else than it should: of the same quantity on another model's
  /// meter, or of another amount in an account of the waterfall.
  mutating func matchLoosely(
    _ event: MeteredEvent, for entity: String, within window: Int64
  ) -> Bool {
    let near = (loose[entity] ?? []).filter { number in
      let entry = entries[number - base].entry
      return entry.requestID == nil && entry.isNear(event, window)
        && taken[Saying(entry)].map { abs(entry.postedAt.seconds(since: $0)) > window } ?? true
    }
    let asked = event.steps.first?.amount
    if let number = near.first(where: { number in
      let entry = entries[number - base].entry
      return !event.steps.contains { $0.account == entry.account }
        && asked == Fraction(entry.amount)
    }) {
      settle(number, .model(event))
      return true
    }
    for step in event.steps {
      let others = near.filter { entries[$0 - base].entry.account == step.account }
      let nearest = others.min {
        distance($0, event) == distance($1, event)
          ? $0 < $1 : distance($0, event) < distance($1, event)
      }
      if let nearest {
        settle(nearest, .amount(event, due: step.amount))
        return true
      }
    }
    return false
  }

  /// Whether an entry of no usage says once more what one of a usage said shortly before or after.
  func isRepeated(_ entry: MeterEntry, within window: Int64) -> Bool {
    let name = entry.requestID.map { called[Name(entity: entry.entity, requestID: $0)] }
    return (name ?? taken[Saying(entry)]).map {
      abs(entry.postedAt.seconds(since: $0)) <= window
    } ?? false
  }

  /// Forgets what was said so long ago that nothing repeats it any more.
  mutating func forget(before instant: Instant) {
    taken = taken.filter { $0.value >= instant }
    called = called.filter { $0.value >= instant }
  }

  private func distance(_ number: Int, _ event: MeteredEvent) -> UInt64 {
    let apart = entries[number - base].entry.postedAt.microseconds - event.at.microseconds
    return apart.magnitude
  }

  private mutating func settle(_ number: Int, named event: MeteredEvent) {
    let entry = entries[number - base].entry
    if let step = event.steps.first(where: { $0.account == entry.account }) {
      let isExact = Fraction(entry.amount) == step.amount
      settle(number, isExact ? .exact(event) : .amount(event, due: step.amount))
    } else {
      settle(number, .model(event))
    }
  }

  private mutating func settle(_ number: Int, _ match: Match) {
    let entry = entries[number - base].entry
    forget(entry, number)
    entries[number - base].match = match
    taken[Saying(entry)] = entry.postedAt
    if let requestID = entry.requestID {
      called[Name(entity: entry.entity, requestID: requestID)] = entry.postedAt
    }
  }
}

extension MeterLine.Saying {
  init(_ entry: MeterEntry) {
    self.init(entity: entry.entity, account: entry.account, amount: entry.amount)
  }
}

extension MeterEntry {
  fileprivate func isNear(_ event: MeteredEvent, _ window: Int64) -> Bool {
    abs(postedAt.seconds(since: event.at)) <= window
  }
}
