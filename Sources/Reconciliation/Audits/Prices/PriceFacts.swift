import Accounting
import Billing

/// Calls of one day and model whose recorded cost or charge is not what they come to, for one reason.
struct PriceVariance: AuditItem {
  var subject: RatedCalls
  /// Whether the tenants' charges are off, and not only what the calls cost.
  var isOfCharge: Bool
  /// `nil` = none is known.
  var mistake: PricingMistake?
  /// The version in force.
  var version: String
  var recorded: Money
  var exact: ExactAmount
  /// Recorded less exact; more than 18 decimals are rounded.
  var difference: Money
}

/// Calls of one day and model that have no price, or a price and no cost.
struct UnpricedUsage: AuditItem {
  enum Reason: Hashable {
    case unpriced(Unpriced)
    /// A row of the model's prices cannot be read.
    case unreadable(String)
    /// Recorded at zero.
    case free
  }

  var subject: RatedCalls
  var reason: Reason
  var tokens: Int128
  /// What they come to, where that is known.
  var exact: ExactAmount?
  /// Zero less exact.
  var difference: Money?
}

/// What all charges of a group's whole month are off by, as far as they can be derived.
struct PriceAdjustment: AuditItem {
  var group: GroupKey
  var difference: Money
}

/// Which calls are meant, with the first of them as evidence.
struct RatedCalls {
  var place: GroupKey
  var day: CivilDate
  var provider: String?
  var model: String
  /// By which they are said to be rated.
  var recordedVersion: String?
  var evidence: Evidence
  var firstAt: Instant

  /// `claude-opus-4-7 (anthropic)`.
  var modelText: String { provider.map { "\(model) (\($0))" } ?? model }

  /// Told apart from others of the place and code.
  func identity(_ cause: String) -> String {
    [
      day.description, provider ?? "-", model, recordedVersion ?? "-", cause,
    ].joined(separator: " ")
  }
}
