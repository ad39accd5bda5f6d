import Accounting
import Billing

/// Rows that nobody can judge, each kind of them in the deployments kept for it.
extension DemoDraft {
  private enum Flaw: CaseIterable {
    case notANumber, infinite, tooManyDecimals, negativeTokens, unknownCurrency, notRated
  }

  mutating func plantInvalidEvents() throws {
    for place in places.indices where places[place].trait == .invalidEvents {
      var choices = events.indices.filter {
        events[$0].isCharged && events[$0].place == place && events[$0].period == plan.period
          && events[$0].event.attempt == .primary
      }
      guard choices.count > Flaw.allCases.count else { throw DemoTooSmall(what: "invalid events") }
      for flaw in Flaw.allCases {
        let event = choices.remove(at: random.below(choices.count))
        try spoil(event, flaw)
      }
    }
  }

  private mutating func spoil(_ event: Int, _ flaw: Flaw) throws {
    var group = group(of: event)
    var billed = Money.zero
    events[event].isCharged = false
    switch flaw {
    case .notANumber: events[event].chargeText = "NaN"
    case .infinite: events[event].chargeText = "Infinity"
    case .tooManyDecimals:
      // The ledger rounds what it gets, and books it.
      billed = try expected(event)
      let charge = events[event].event.charge ?? .zero
      events[event].chargeText = charge.text(places: Money.scale) + "7"
    case .negativeTokens: events[event].event.tokens.input = -random.seconds(1, 4000)
    case .unknownCurrency:
      events[event].currencyText = "ZZZ"
      group.currency = .none
    case .notRated: events[event].event.charge = nil
    }
    if billed.isZero { removeEntry(of: event) }
    if flaw != .tooManyDecimals, flaw != .negativeTokens, flaw != .unknownCurrency {
      events[event].event.chargeMinor = nil
    }
    planted.append(
      PlantedBreak(
        .invalidEvent, in: group, requestID: events[event].event.requestID, amount: billed))
  }
}
