import Accounting
import Billing
import Reconciliation

/// Rows of `charge_policy`.
struct PolicyDecoder {
  private var reader = FieldReader(.chargePolicy)

  mutating func decode(_ row: borrowing CopyRow) throws(BooksError) -> Pulled<ChargePolicy> {
    try reader.start(row)
    let policyID = reader.text()
    let tenant = reader.text()
    let deployment = reader.optionalText()
    let kind = ChargePolicy.Kind(reader.text())
    let percent = try reader.optionalAmount()
    let tokenPrices = try tokenPrices()
    let plan = Plan(
      baseFee: try reader.optionalAmount(), baseFeeInUsage: baseFeeInUsage(),
      includedQuantity: try reader.optionalAmount(), includedUnit: reader.optionalText(),
      overagePrice: try reader.optionalAmount(), overageTiers: overageTiers(),
      minimumCharge: try reader.optionalAmount(), rolloverCap: try reader.optionalAmount())
    noteNegatives(in: plan)
    let currency = reader.currency()
    let effectiveFrom = try reader.beginning()
    let effectiveTo = try reader.end()

    guard reader.problem == nil, let currency, let effectiveFrom else {
      return .setAside(
        SetAsideRow(
          relation: .chargePolicy, rowID: policyID, tenant: tenant, deployment: deployment,
          currency: currency, problem: reader.problem ?? "incomplete"))
    }
    return .row(
      ChargePolicy(
        policyID: policyID, tenant: tenant, deployment: deployment, kind: kind, plan: plan,
        percent: percent, tokenPrices: tokenPrices, currency: currency,
        effectiveFrom: effectiveFrom, effectiveTo: effectiveTo))
  }

  /// Some systems write "unlimited" so; it could as well be a slip.
  private mutating func noteNegatives(in plan: Plan) {
    for (name, quantity) in [
      ("included_quantity", plan.includedQuantity), ("rollover_cap", plan.rolloverCap),
    ] {
      guard let quantity, quantity.isNegative else { continue }
      reader.note("\(name) \(quantity) is below zero")
    }
  }

  /// Both prices, or none to speak of.
  private mutating func tokenPrices() throws(BooksError) -> TokenPrices? {
    let input = try reader.optionalAmount()
    let output = try reader.optionalAmount()
    let unitSize = try reader.integer()
    guard let input, let output else { return nil }
    guard unitSize > 0 else {
      reader.note("unit_size \(unitSize) is not above zero")
      return nil
    }
    return TokenPrices(input: input, output: output, unitSize: unitSize)
  }

  private mutating func overageTiers() -> OverageTiers? {
    guard let text = reader.optionalText() else { return nil }
    do throws(TierTextError) {
      return try TierText.read(text)
    } catch {
      reader.note("overage_tiers: \(error.problem)")
      return nil
    }
  }

  /// A third word would leave open what the bill is: the policy is set aside.
  private mutating func baseFeeInUsage() -> Bool {
    let word = reader.text()
    if word != "in_usage", word != "separately" {
      reader.note("base_fee_billed '\(word)' is neither separately nor in_usage")
    }
    return word == "in_usage"
  }
}

/// Rows of `period_charge`.
struct PeriodChargeDecoder {
  private var reader = FieldReader(.periodCharge)

  mutating func decode(_ row: borrowing CopyRow) throws(BooksError) -> Pulled<PeriodCharge> {
    try reader.start(row)
    let tenant = reader.text()
    let deployment = reader.optionalText()
    let period = try reader.period()
    let amount = try reader.amount()
    let currency = reader.currency()
    let revision = try reader.integer()

    guard reader.problem == nil, let period, let amount, let currency else {
      let place = deployment.map { "\(tenant)/\($0)" } ?? tenant
      let month = period.map(\.description) ?? "no period"
      return .setAside(
        SetAsideRow(
          relation: .periodCharge, rowID: "\(place) \(month) revision \(revision)",
          tenant: tenant, deployment: deployment, currency: currency, period: period,
          problem: reader.problem ?? "incomplete"))
    }
    return .row(
      PeriodCharge(
        tenant: tenant, deployment: deployment, period: period, amount: amount,
        currency: currency, revision: Int(revision)))
  }
}
