import Accounting
import Billing

/// A day on which a provider's bill and the recorded cost of a model differ.
package struct ProviderGap: Hashable, Sendable {
  package enum Kind: Int, Hashable, Sendable, CaseIterable {
    /// The tokens differ, and with them the cost.
    case quantity
    /// The tokens agree, and the cost differs.
    case rate
    /// The provider bills what is no call's tokens: searches, sessions.
    case beside
  }

  package enum Cause: Hashable, Sendable {
    /// The provider counted more, and nothing less: what the log never recorded.
    case unrecordedCalls
    /// The log counted more: a call logged more than once, or of another account.
    case recordedTwice(times: Int?)
    /// The same tokens in other buckets, from the first to the second.
    case otherBuckets(TokenComponent, TokenComponent)
    case mixed
    /// Nothing was recorded: the model had no price.
    case unpriced
    /// Billed ÷ recorded, in lowest terms.
    case ratio(String)
    /// What was billed, by component.
    case beside([String])
  }

  package var provider: String
  package var accounts: [String]
  package var line: BillLine
  package var currency: Currency
  /// In UTC.
  package var day: CivilDate
  package var kind: Kind
  package var cause: Cause
  /// Bill less log; so is `amount`.
  package var quantity: QuantityGap
  /// `nil` where the bill tells none.
  package var amount: Money?
  package var billed: Money?
  package var recorded: Money?
  /// Of `amount`, what the tokens' difference comes to at the billed rates; `nil` where the bill does
  /// not tell both by component.
  package var atBilledRates: Money?
  /// Whether the bill tells tokens for the day.
  package var tellsTokens: Bool
  package var rowIDs: [String]
}
