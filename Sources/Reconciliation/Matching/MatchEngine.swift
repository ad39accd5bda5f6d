import Accounting
import Billing

/// Reads both books and puts their rows together. An engine gathers and counts; the rules judge,
/// the same for every engine. The one idea an engine may decide for itself is *clean*: such a
/// request is counted and not handed on.
package protocol MatchEngine: Sendable {
  /// - Parameter exception: takes what a rule has to look at, each once and in no particular order.
  ///   There may be more of them than memory holds.
  /// - Throws: what the books throw, and what `exception` throws, at once.
  func match(
    _ books: any BookSource, under terms: Terms, policies: PolicyBook?,
    exception: (ExceptionItem) throws -> Void
  ) throws -> Matching
}

/// What a rule has to look at.
package enum ExceptionItem: Hashable, Sendable {
  /// A request that is not clean, with all its rows, wherever they were booked, and those of its
  /// rows that were set aside.
  case request(RequestMatch)
  case suspectedDuplicate(SuspectedDuplicate)
  /// A request that is another run's to judge, with a copy among the events of this one's range.
  case elsewhere(RequestMatch)
  /// A row that was set aside and names no request.
  case setAside(SetAsideRow)
}

/// What an engine brings back beside the exceptions.
package struct Matching: Sendable {
  /// By place, before plans pool deployments.
  package var totals: [GroupKey: GroupTotals] = [:]
  package var cleanRequests = 0
  /// Requests handed on as exceptions, and those suspected to be duplicates.
  package var brokenRequests = 0
  /// Requests of before the range, clean or not, that were judged because they arrived late.
  package var lateRequests = 0
  /// What was pulled from each relation, and what the source counts for the same selection.
  package var pulls: [PullTotals] = []

  package init() {}
}

/// An entry of a group; a reversal counts as the kind of what it reverses.
package struct GroupEntry: Hashable, Sendable {
  package var entry: LedgerEntry
  package var kind: EntryKind

  package init(entry: LedgerEntry, kind: EntryKind) {
    self.entry = entry
    self.kind = kind
  }
}

/// Two charged calls that look like one: the later and the one before it.
package struct SuspectedDuplicate: Hashable, Sendable {
  package var earlier: UsageEvent
  package var later: UsageEvent

  package init(earlier: UsageEvent, later: UsageEvent) {
    self.earlier = earlier
    self.later = later
  }
}

/// One relation's pull beside the source's own figures.
package struct PullTotals: Hashable, Sendable {
  package var relation: SetAsideRow.Relation
  package var pulled: ControlTotal
  package var source: ControlTotal

  package init(relation: SetAsideRow.Relation, pulled: ControlTotal, source: ControlTotal) {
    self.relation = relation
    self.pulled = pulled
    self.source = source
  }
}
