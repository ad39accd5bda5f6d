import Accounting
import Billing

/// A check of what the gateway says of itself, beside the matching of both books: rates, meters,
/// budgets, counters, the provider's bill. It sees the calls of a run's range once, in order of time,
/// and brings facts to light, which the rules judge.
///
/// What is found must be the same whatever range a run covers, so that a break found by night is
/// known again at the month's end: facts are gathered by day, or of wholes that the range covers.
package protocol Audit: SendableMetatype {
  /// The rules that judge what it brings to light.
  static var codes: [BreakCode] { get }

  /// Reads the relations it needs. A relation that is empty tells as little as a missing one.
  static func open(_ books: any BookSource, _ terms: Terms) throws -> AuditOpening

  /// The same, of an audit with lists that memory may not hold.
  static func open(
    _ books: any BookSource, _ terms: Terms, in scratch: Scratch
  ) throws -> AuditOpening

  /// Of every call of the range that could be read, in order of `occurredAt`, then `eventID`. State is
  /// kept by key, never by call.
  mutating func take(_ call: UsageEvent, found: (any AuditItem) throws -> Void) throws

  /// Of a call that was taken, and may not be charged because another tells it: before the audit is
  /// finished.
  mutating func disregard(_ copy: UsageEvent) throws

  mutating func finish(found: (any AuditItem) throws -> Void) throws

  /// What it could not look at of the calls it has taken, and why.
  var leftOut: [String] { get }
}

extension Audit {
  package mutating func disregard(_: UsageEvent) {}

  package var leftOut: [String] { [] }
}

extension Audit {
  package static func open(
    _ books: any BookSource, _ terms: Terms, in _: Scratch
  ) throws -> AuditOpening { try open(books, terms) }
}

package enum AuditOpening {
  case ready(any Audit)
  /// Ready, but for a part of what it should look at: why, in words.
  case partly(any Audit, notExamined: [String])
  case notExamined(why: String)
}

/// What an audit brought to light: a fact, not yet judged.
package protocol AuditItem: Sendable {}

/// What rules may ask beside the fact an audit brought to light.
package struct AuditBook: Sendable {
  package let book: Casebook
  /// In order of their keys: looked up where they lie, for a table of copies would take as much room
  /// again.
  private let groups: [GroupFacts]

  init(_ book: Casebook, _ groups: [GroupFacts]) {
    self.book = book
    self.groups = groups
  }

  package var terms: Terms { book.terms }

  /// Of the group that a place belongs to; `nil` where neither book has anything of it.
  package func group(of place: GroupKey) -> GroupFacts? {
    let key = book.pooling.group(of: place)
    let place = groups.division { $0.key < key }
    return place < groups.endIndex && groups[place].key == key ? groups[place] : nil
  }
}
