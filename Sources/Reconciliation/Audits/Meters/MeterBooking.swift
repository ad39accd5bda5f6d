import Accounting
import Billing

/// One usage in the book of one entity: where it stands there, what was corrected of it included, and
/// where it belongs.
struct MeterBooking: Sendable {
  /// What an account shows of it beyond what it should.
  struct Deviation: Sendable {
    let account: MeterAccount
    let amount: Fraction
    let unit: String
  }

  let entity: String
  /// `nil` = the log has no usage of it.
  let event: MeteredEvent?
  /// `nil` = it was never booked.
  let entry: MeterEntry?
  /// `nil` = no account is right.
  let right: MeterAccount?
  /// In units of the right account.
  let due: Fraction
  let earlierKeys: EarlierKeys
  private let isCorrected: Bool
  private var booked: [MeterAccount: Fraction] = [:]

  init(
    entity: String, event: MeteredEvent?, entry: MeterEntry?, right: MeterAccount?, due: Fraction,
    corrections: [MeterEntry]
  ) {
    self.entity = entity
    self.event = event
    self.entry = entry
    self.right = right
    self.due = due
    isCorrected = !corrections.isEmpty
    var keys = EarlierKeys()
    if let entry { booked[entry.account] = Fraction(entry.amount) }
    for correction in corrections {
      let before = booked[correction.account] ?? .zero
      booked[correction.account] = before + Fraction(correction.amount)
      keys.add(correction.idempotencyKey)
    }
    earlierKeys = keys
  }

  func booked(on account: MeterAccount?) -> Fraction { account.flatMap { booked[$0] } ?? .zero }

  /// By account; those that show what they should are left out.
  func deviations(in unit: (MeterAccount) -> String) -> [Deviation] {
    Set(booked.keys).union(right.map { [$0] } ?? []).sorted().compactMap { account in
      let amount = booked(on: account) - (account == right ? due : .zero)
      return amount.isZero
        ? nil : Deviation(account: account, amount: amount, unit: unit(account))
    }
  }

  /// What is wrong with it, and where it stands.
  /// - Parameter cause: what was wrong before anything was corrected; `nil` = nothing.
  func fault(
    _ cause: MeterFault.Cause?
  ) -> (cause: MeterFault.Cause, account: MeterAccount?)? {
    guard isCorrected else { return cause.map { ($0, entry?.account) } }
    let isRight = deviations { _ in "" }.isEmpty
    let accounts = booked.filter { !$0.value.isZero }.keys.sorted()
    guard let event else { return isRight ? nil : cause.map { ($0, accounts.first) } }
    guard let right else {
      return cause.map { accounts.isEmpty ? (.uncovered, nil) : ($0, accounts.first) }
    }
    if isRight { return nil }
    guard let wrong = accounts.first(where: { $0 != right }) else {
      return accounts.isEmpty
        ? (cause == .oneTier ? .oneTier : .unrecorded, nil) : (.wrongAmount, right)
    }
    let isOnItsWay = event.steps.contains { $0.account == wrong }
    return (isOnItsWay ? .wrongAccount : .wrongMeter, wrong)
  }
}
