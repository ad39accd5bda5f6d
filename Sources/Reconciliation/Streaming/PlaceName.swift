import Accounting
import Billing

/// Tenant, deployment and currency as the fields of a row tell them. Their memory is lent; a text of
/// no memory is NULL.
package struct PlaceName {
  package var tenant: UnsafeRawBufferPointer
  package var deployment: UnsafeRawBufferPointer
  package var currency: UnsafeRawBufferPointer

  static var none: PlaceName { PlaceName(tenant: .null, deployment: .null, currency: .null) }

  /// - Returns: `nil` where the tenant or the currency cannot be read.
  func read() -> (tenant: String, deployment: String?, currency: Currency)? {
    guard !tenant.isNull, !currency.isNull, let tenant = String(utf8: tenant),
      let currency = readCurrency()
    else { return nil }
    guard !deployment.isNull else { return (tenant, nil, currency) }
    guard let deployment = String(utf8: deployment) else { return nil }
    return (tenant, deployment, currency)
  }

  /// From a field of type `char(3)`, padded with blanks.
  private func readCurrency() -> Currency? {
    var code = currency
    while code.last == UInt8(ascii: " ") {
      code = UnsafeRawBufferPointer(rebasing: code.dropLast())
    }
    return Currency(String(decoding: code, as: UTF8.self))
  }
}

extension PlaceName {
  /// Lends the place of a row read in full.
  static func lend<Value>(
    tenant: String, deployment: String?, currency: Currency,
    _ body: (PlaceName) throws -> Value
  ) rethrows -> Value {
    try tenant.withBytes { tenant in
      try deployment.withBytes { deployment in
        try currency.code.withBytes { currency in
          try body(PlaceName(tenant: tenant, deployment: deployment, currency: currency))
        }
      }
    }
  }

  static func lend<Value>(
    of event: UsageEvent, _ body: (PlaceName) throws -> Value
  ) rethrows -> Value {
    try lend(
      tenant: event.tenant, deployment: event.deployment, currency: event.currency, body)
  }
}
