import Accounting
import Billing

/// What tells calls apart that are gathered: place, day, and how they were rated.
struct CallsKey: Hashable {
  let place: GroupKey
  let day: CivilDate
  let provider: String?
  let model: String
  let recordedVersion: String?

  init(_ call: UsageEvent, _ zone: BillingZone) {
    place = GroupKey(of: call, in: zone)
    day = zone.day(of: call.occurredAt)
    provider = call.details.provider
    model = call.model
    recordedVersion = call.priceVersion
  }
}

extension CallsKey: Comparable {
  static func < (left: CallsKey, right: CallsKey) -> Bool {
    if left.place != right.place { return left.place < right.place }
    if left.day != right.day { return left.day < right.day }
    return (left.model, left.provider ?? "", left.recordedVersion ?? "")
      < (right.model, right.provider ?? "", right.recordedVersion ?? "")
  }
}

/// The calls of a key: how many, the first of them, and since when.
struct CallsSum {
  /// As many as it takes to look into it; the key is of one day and one model.
  private static let idsKept = 20

  private(set) var count = 0
  private var ids: [String] = []
  private let firstAt: Instant

  init(firstAt: Instant) { self.firstAt = firstAt }

  mutating func add(_ call: UsageEvent) {
    count += 1
    if ids.count < CallsSum.idsKept { ids.append(call.eventID) }
  }

  func subject(_ key: CallsKey) -> RatedCalls {
    RatedCalls(
      place: key.place, day: key.day, provider: key.provider, model: key.model,
      recordedVersion: key.recordedVersion, evidence: Evidence(firstIDs: ids, count: count),
      firstAt: firstAt)
  }
}

struct VarianceKey: Hashable, Comparable {
  let calls: CallsKey
  let version: String
  let isOfCharge: Bool
  let mistake: PricingMistake?

  private var rest: (String, Int, String) { (version, isOfCharge ? 1 : 0, mistake?.text ?? "") }

  static func < (left: VarianceKey, right: VarianceKey) -> Bool {
    left.calls == right.calls ? left.rest < right.rest : left.calls < right.calls
  }
}

struct VarianceSum {
  var calls: CallsSum
  var recorded = Money.zero
  var exact = ExactAmount.zero

  init(firstAt: Instant) { calls = CallsSum(firstAt: firstAt) }

  var difference: ExactAmount {
    get throws(MoneyError) { try ExactAmount(recorded).adding(-exact) }
  }
}

struct UnpricedKey: Hashable, Comparable {
  let calls: CallsKey
  let reason: UnpricedUsage.Reason

  static func < (left: UnpricedKey, right: UnpricedKey) -> Bool {
    left.calls == right.calls
      ? left.reason.text < right.reason.text : left.calls < right.calls
  }
}

struct UnpricedSum {
  var calls: CallsSum
  var tokens: Int128 = 0
  var exact: ExactAmount?

  init(firstAt: Instant) { calls = CallsSum(firstAt: firstAt) }
}

extension UnpricedUsage.Reason {
  /// In words, to follow a colon.
  var text: String {
    switch self {
    case .unpriced(let reason): reason.why
    case .unreadable(let problem): "a row of its prices cannot be read: \(problem)"
    case .free: "recorded at zero, and its price is not"
    }
  }
}

extension ExactAmount {
  func adding(_ other: ExactAmount) throws(MoneyError) -> ExactAmount {
    guard let sum = self + other else { throw .overflow("\(self) + \(other)") }
    return sum
  }
}
