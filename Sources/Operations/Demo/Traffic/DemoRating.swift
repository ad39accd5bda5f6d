import Accounting
import Billing

extension DemoDraft {
  /// Prices an event: what the provider charges, where that is in the tenant's currency, and what
  /// the tenant is charged.
  func rate(_ event: inout DemoEvent) throws(MoneyError) {
    let place = places[event.place]
    guard let model = place.models.first(where: { $0.name == event.event.model }) else { return }
    let cost = try model.cost(of: event.event.tokens)
    event.cost = event.event.currency.code == "USD" ? cost : nil
    try charge(
      &event,
      place.terms(at: event.event.occurredAt).charge(for: event.event.tokens, cost: cost))
  }

  func charge(_ event: inout DemoEvent, _ amount: Money) throws(MoneyError) {
    let currency = event.event.currency
    event.event.charge = amount
    event.event.chargeMinor = try amount.rounded(to: currency).minorUnits(of: currency)
  }

  /// The provider did not answer, or a quota stood in the way: nothing to pay.
  func fail(_ event: inout DemoEvent, _ random: inout DemoRandom) {
    let status = random.pick(["error", "error", "quota_exceeded", "cancelled"])
    event.event.status = UsageStatus(status)
    event.event.providerRequestID = nil
    event.event.tokens.output = 0
    event.event.tokens.reasoning = 0
    if status != "cancelled" { event.event.tokens = TokenVector() }
    waive(&event)
  }

  /// A call that is answered, and that the tenant does not pay.
  func exempt(_ event: inout DemoEvent, _ random: inout DemoRandom) {
    switch random.below(4) {
    case 0:  // asks what became of another call
      event.event.attempt = .poll
      event.event.tokens = TokenVector()
      waive(&event)
      event.event.charge = nil
      event.event.chargeMinor = nil
    case 1:  // the gateway's own: a title for a conversation, a health check
      event.event.attempt = .internal
      event.callerType = "internal"
      waive(&event)
    case 2:  // paid with the tenant's own key at the provider
      event.event.billable = false
      event.keyID += "-own"
      waive(&event)
    default:  // answered from the gateway's cache
      event.event.billable = false
      event.event.providerRequestID = nil
      event.event.tokens = TokenVector()
      waive(&event)
    }
  }

  private func waive(_ event: inout DemoEvent) {
    event.cost = event.cost.map { _ in .zero }
    event.event.charge = .zero
    event.event.chargeMinor = 0
  }
}
