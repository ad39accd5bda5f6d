/// Two tenants or deployments that are written with different bytes and that Unicode takes for one
/// (`é` as one character, and as `e` with an accent): what is whose could not be told.
package struct NamesAlike: Error, Hashable, Sendable {
  package let first: String
  package let second: String

  package var message: String {
    """
    '\(first)' is written in two ways that look alike, so that nobody could tell them apart in a \
    report: as bytes \(NamesAlike.bytes(of: first)), and \(NamesAlike.bytes(of: second)); nothing \
    was posted
    """
  }

  package var hint: String? {
    "write each tenant and deployment in one way in both books, best in Unicode's form NFC"
  }

  private static func bytes(of name: String) -> String {
    name.utf8.map { String($0, radix: 16) }.joined(separator: " ")
  }
}

/// Names as the books write them. The books tell names apart by bytes; those that Unicode takes for
/// one are one here, so that there must be only one way to write each.
struct Spellings {
  private var known: Set<String> = []

  private mutating func add(_ name: String?) throws(NamesAlike) {
    guard let name else { return }
    let first = known.insert(name).memberAfterInsert
    guard first.utf8.elementsEqual(name.utf8) else { throw NamesAlike(first: first, second: name) }
  }

  mutating func add(tenant: String, deployment: String?) throws(NamesAlike) {
    try add(tenant)
    try add(deployment)
  }

  mutating func add(_ groups: some Sequence<GroupKey>) throws(NamesAlike) {
    for group in groups { try add(tenant: group.tenant, deployment: group.deployment) }
  }
}
