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
  /// The idempotency keys of all earlier corrections of the same request or group: a correction
  /// that follows others is another one, though it looks like the first. A set, so that no clock
  /// decides which came last.
  package var earlierKeys: Set<String>
}

extension RequestMatch {
  var earlierKeys: Set<String> { Set(entries.compactMap(\.idempotencyKey)) }

  /// Takes `share` off its group: a reversal of each live entry there that is not surplus, and an
  /// adjustment for what these do not explain.
  func clearing(_ share: GroupShare) throws(MoneyError) -> [CorrectionDraft] {
    let surplus = charged == nil ? [] : liveUsage.dropFirst()
    var drafts: [CorrectionDraft] = []
    var rest = share.amount
    for posting in postings
    where posting.group == share.group && posting.isReversible && !surplus.contains(posting) {
      drafts.append(reversal(of: posting))
      try rest -= posting.rest
    }
    if !rest.isZero { drafts.append(adjustment(-rest, in: share.group)) }
    return drafts
  }

  func reversal(of posting: LivePosting) -> CorrectionDraft {
    CorrectionDraft(
      kind: .reversal, place: posting.group, amount: -posting.rest,
      requestID: posting.entry.requestID ?? subject.requestID,
      reversesEntryID: posting.entry.entryID,
      subject: "\(subject.text) reversal \(posting.entry.entryID)", earlierKeys: earlierKeys)
  }

  /// What no single entry explains. An entry that stands for itself is reversed by name: without a
  /// request there is nothing else to net it with.
  func adjustment(_ amount: Money, in group: GroupKey) -> CorrectionDraft {
    var itself: String?
    if case .entry(let id) = subject { itself = id }
    return CorrectionDraft(
      kind: itself == nil ? .adjustment : .reversal, place: group, amount: amount,
      requestID: subject.requestID, reversesEntryID: itself,
      subject: "\(subject.text) adjustment", earlierKeys: earlierKeys)
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
    let isCharged = liveUsage.prefix(1).contains { $0.group == home }
    let lines = BridgeLine.misplaced.filter { line in
      shares.contains { $0.line == line && $0.group == home }
    }
    let isCharge = !isCharged && lines.first == line && amount.sign == expected.sign
    return isCharge ? charge(amount, in: home) : adjustment(amount, in: home)
  }
}

extension GroupFacts {
  /// One entry of a group-level kind.
  func entry(
    _ kind: EntryKind, _ amount: Money, follows kinds: Set<EntryKind>
  ) -> CorrectionDraft {
    let earlier = entries.filter { kinds.contains($0.kind) }.compactMap(\.entry.idempotencyKey)
    return CorrectionDraft(
      kind: kind, place: key, amount: amount, subject: kind.text,
      earlierKeys: Set(earlier))
  }
}
