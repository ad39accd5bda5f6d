import Accounting
import Billing

/// Tenant, deployment and currency in one run of bytes, as a binary COPY of the three has them: each
/// text after its length in four bytes, most significant first; the length of NULL is −1. So a
/// group is found by one look at bytes that already lie together.
package enum PlaceName {
  package static func bytes(tenant: String, deployment: String?, currency: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for text in [tenant, deployment, currency] {
      let length = text.map { Int32(truncatingIfNeeded: $0.utf8.count) } ?? -1
      withUnsafeBytes(of: length.bigEndian) { bytes.append(contentsOf: $0) }
      if let text { bytes.append(contentsOf: text.utf8) }
    }
    return bytes
  }

  /// - Returns: `nil` where the tenant or the currency cannot be read.
  static func read(
    _ bytes: UnsafeRawBufferPointer
  ) -> (tenant: String, deployment: String?, currency: Currency)? {
    var rest = bytes
    guard let tenantBytes = next(&rest), let deploymentBytes = next(&rest),
      let currencyBytes = next(&rest), !tenantBytes.isNull, !currencyBytes.isNull,
      let tenant = String(utf8: tenantBytes),
      let currency = currency(currencyBytes)
    else { return nil }
    guard !deploymentBytes.isNull else { return (tenant, nil, currency) }
    guard let deployment = String(utf8: deploymentBytes) else { return nil }
    return (tenant, deployment, currency)
  }

  /// The tenant's bytes; none where there is no tenant.
  static func tenant(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var rest = bytes
    return next(&rest) ?? .null
  }

  private static func next(_ rest: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard rest.count >= 4 else { return nil }
    let length = Int(Int32(bigEndian: rest.loadUnaligned(as: Int32.self)))
    let end = 4 + max(length, 0)
    guard rest.count >= end else { return nil }
    let text = length < 0 ? .null : UnsafeRawBufferPointer(rebasing: rest[4..<end])
    rest = UnsafeRawBufferPointer(rebasing: rest[end...])
    return text
  }

  /// From a field of type `char(3)`, padded with blanks.
  private static func currency(_ bytes: UnsafeRawBufferPointer) -> Currency? {
    var code = bytes
    while code.last == UInt8(ascii: " ") {
      code = UnsafeRawBufferPointer(rebasing: code.dropLast())
    }
    return Currency(String(decoding: code, as: UTF8.self))
  }
}
