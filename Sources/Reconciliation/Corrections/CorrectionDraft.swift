import Accounting

/// An entry that would right a break, before it is known where it may be booked and whether it may
/// be posted.
package struct CorrectionDraft: Hashable, Sendable {
  package var kind: EntryKind
  /// Tenant, deployment, currency and service month of the entry.
  package var place: GroupKey
  package var amount: Money
  package var requestID: String?
  package var reversesEntryID: String?
  /// What it corrects, distinct from the other entries of the same break.
  package var subject: String
  /// Of the same request or group: a correction that follows others is another one, though it looks
  /// like the first.
  package var earlierKeys: EarlierKeys
  /// As `Correction.units`.
  package var units: UnitPosting?

  fileprivate var changesNothing: Bool { amount.isZero && units?.quantity.isZero ?? true }
}

/// The entries that would right one break, made one by one as they are asked for: there may be as
/// many as the request has entries.
package struct Drafts: Sendable, ExpressibleByArrayLiteral {
  package typealias Visit = (CorrectionDraft) throws -> Void

  private let visitEach: @Sendable (Visit) throws -> Void

  package init(_ visitEach: @escaping @Sendable (Visit) throws -> Void) {
    self.visitEach = visitEach
  }

  package init(arrayLiteral drafts: CorrectionDraft...) {
    self.init { visit in for draft in drafts { try visit(draft) } }
  }

  /// Those that change nothing are left out.
  package func visit(_ take: Visit) throws {
    try visitEach { if !$0.changesNothing { try take($0) } }
  }

  static func + (left: Drafts, right: Drafts) -> Drafts {
    Drafts { visit in
      try left.visit(visit)
      try right.visit(visit)
    }
  }
}

extension RequestMatch {
  var earlierKeys: EarlierKeys { EarlierKeys(of: entries) }

  /// Takes each share off its group: a reversal of each live entry there that is not surplus, and an
  /// adjustment for what these do not explain.
  func clearing(_ shares: [GroupShare]) -> Drafts {
    Drafts { visit in
      let earlierKeys = earlierKeys
      for share in shares {
        var rest = share.amount
        var standing: LivePosting?
        for posting in postings {
          let isLiveUsage = posting.isLiveUsage
          let isSurplus = charged != nil && isLiveUsage && standing != nil
          if isLiveUsage, standing == nil { standing = posting }
          guard posting.group == share.group, posting.isReversible, !isSurplus else { continue }
          try visit(reversal(of: posting, earlierKeys))
          try rest -= posting.rest
        }
        try visit(adjustment(-rest, in: share.group, earlierKeys))
      }
    }
  }

  /// A reversal of each live usage entry but the first.
  var reversalsOfSurplus: Drafts {
    Drafts { visit in
      let earlierKeys = earlierKeys
      for posting in liveUsage.dropFirst() { try visit(reversal(of: posting, earlierKeys)) }
    }
  }

  private func reversal(of posting: LivePosting, _ earlierKeys: EarlierKeys) -> CorrectionDraft {
    CorrectionDraft(
      kind: .reversal, place: posting.group, amount: -posting.rest,
      requestID: posting.entry.requestID ?? subject.requestID,
      reversesEntryID: posting.entry.entryID,
      subject: "\(subject.text) reversal \(posting.entry.entryID)", earlierKeys: earlierKeys)
  }

  /// What no single entry explains. An entry that stands for itself is reversed by name: without a
  /// request there is nothing else to net it with.
  func adjustment(
    _ amount: Money, in group: GroupKey, _ earlierKeys: EarlierKeys? = nil
  ) -> CorrectionDraft {
    var itself: String?
    if case .entry(let id) = subject { itself = id }
    return CorrectionDraft(
      kind: itself == nil ? .adjustment : .reversal, place: group, amount: amount,
      requestID: subject.requestID, reversesEntryID: itself,
      subject: "\(subject.text) adjustment", earlierKeys: earlierKeys ?? self.earlierKeys)
  }

  /// The charge as it should have been posted.
  func charge(_ amount: Money, in group: GroupKey) -> CorrectionDraft {
    CorrectionDraft(
      kind: .usage, place: group, amount: amount, requestID: subject.requestID,
      subject: "\(subject.text) charge", earlierKeys: earlierKeys)
  }

  /// What comes home from elsewhere: a charge, once. Where a charge stands at home already, or
  /// another line brings one, it is an adjustment, so that a request never ends up billed twice.
  func homecoming(_ amount: Money, from line: BridgeLine) -> CorrectionDraft? {
    guard let home else { return nil }
    let isCharged = liveUsage.first { _ in true }?.group == home
    let lines = BridgeLine.misplaced.filter { line in
      shares.contains { $0.line == line && $0.group == home }
    }
    let isCharge = !isCharged && lines.first == line && amount.sign == expected.sign
    return isCharge ? charge(amount, in: home) : adjustment(amount, in: home)
  }
}

extension GroupFacts {
  /// One entry of a group-level kind.
  func entry(_ kind: EntryKind, _ amount: Money) -> CorrectionDraft {
    CorrectionDraft(
      kind: kind, place: key, amount: amount, subject: kind.text,
      earlierKeys: entries(kind).earlierKeys)
  }
}
