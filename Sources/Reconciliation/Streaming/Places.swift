import Accounting
import Billing
import CProcessor

/// Numbers the groups as they turn up, so that rows carry an index and no strings.
final class Places {
  // What every row touches is not checked for overlapping access: one thread, and no callbacks.

  /// Small, so that most of the table stays close to the processor.
  private struct Bucket {
    /// The digest, but for the lower bits by which the bucket is found.
    var high: UInt64 = 0
    var low: UInt32 = 0
    /// One more than the index; 0 = empty.
    var mark: UInt32 = 0

    init() {}

    @inline(__always)
    init(_ digest: RequestDigest, index: Int) {
      high = digest.high
      low = UInt32(truncatingIfNeeded: digest.low >> 32)
      mark = UInt32(truncatingIfNeeded: index &+ 1)
    }

    @inline(__always)
    func isOf(_ digest: RequestDigest) -> Bool {
      high == digest.high && low == UInt32(truncatingIfNeeded: digest.low >> 32)
    }
  }

  private(set) var groups: [GroupKey] = []
  /// Of each group's place and month: two groups share one less often than memory fails.
  private var digests: [RequestDigest] = []
  @exclusivity(unchecked)
  private(set) var sums: UnsafeMutablePointer<GroupSums>
  private var capacity: Int
  private let digester: Digester
  private let months: BillingMonths
  private let policies: PolicyBook?
  /// Of the few groups whose month is cut, by index.
  private var cuts: [Int: [Instant]] = [:]
  private(set) var stretches: [Int: [PeriodUsage]] = [:]
  @exclusivity(unchecked)
  private var buckets: UnsafeMutableBufferPointer<Bucket>

  init(digester: Digester, zone: BillingZone, policies: PolicyBook?) {
    self.digester = digester
    months = BillingMonths(zone)
    self.policies = policies
    capacity = 256
    sums = Places.sums(capacity)
    buckets = .allocate(capacity: 1024)
    buckets.initialize(repeating: Bucket())
  }

  /// Along the processor's lines.
  private static func sums(_ capacity: Int) -> UnsafeMutablePointer<GroupSums> {
    UnsafeMutableRawPointer.allocate(
      byteCount: capacity * MemoryLayout<GroupSums>.stride, alignment: 64
    ).bindMemory(to: GroupSums.self, capacity: capacity)
  }

  deinit {
    sums.deinitialize(count: groups.count)
    UnsafeMutableRawPointer(sums).deallocate()
    buckets.deallocate()
  }

  /// What a group is found by.
  @inline(__always)
  func digest(_ place: PlaceName, in period: AccountingPeriod) -> RequestDigest {
    digester.digest(place, salt: UInt64(truncatingIfNeeded: period.ordinal))
  }

  /// Asks for the memory where a group will be looked for.
  @inline(__always)
  func fetchBucket(of digest: RequestDigest) {
    prefetch(buckets.baseAddress! + (Int(truncatingIfNeeded: digest.low) & (buckets.count &- 1)))
  }

  /// Asks for the memory of a group's sums.
  @inline(__always)
  func fetchSums(of group: Int) {
    // What every event touches lies in the first two of three lines.
    prefetch(sums + group)
    prefetch(UnsafeRawPointer(sums + group) + 64)
  }

  /// The group's index; −1 where tenant or currency cannot be read.
  @inline(__always)
  func index(
    _ place: PlaceName, in period: AccountingPeriod, _ digest: RequestDigest
  ) -> Int {
    let mask = buckets.count - 1
    var slot = Int(truncatingIfNeeded: digest.low) & mask
    let base = buckets.baseAddress!
    while true {
      let bucket = base[slot]
      if bucket.mark == 0 { return add(place, period, digest) }
      if bucket.isOf(digest) { return Int(bucket.mark) &- 1 }
      slot = (slot &+ 1) & mask
    }
  }

  func index(_ place: PlaceName, in period: AccountingPeriod) -> Int {
    index(place, in: period, digest(place, in: period))
  }

  @inline(never)
  private func add(
    _ place: PlaceName, _ period: AccountingPeriod, _ digest: RequestDigest
  ) -> Int {
    guard let read = place.read() else { return -1 }
    let key = GroupKey(
      tenant: read.tenant, deployment: read.deployment, currency: read.currency, period: period)
    if groups.count == capacity { grow() }
    let coverage = coverage(of: key)
    if coverage == .changing { noteCuts(of: key) }
    (sums + groups.count).initialize(
      to: GroupSums(coverage, of: key.currency, tenant: digester.word(place.tenant)))
    groups.append(key)
    digests.append(digest)
    if groups.count * 3 > buckets.count { spread() }
    put(groups.count - 1)
    return groups.count - 1
  }

  func refuseNamesAlike() throws(NamesAlike) {
    var spellings = Spellings()
    try spellings.add(groups)
  }

  private func noteCuts(of key: GroupKey) {
    guard let policies else { return }
    let cuts = PolicyMonth(of: policies, key, months).cuts
    if !cuts.isEmpty { self.cuts[groups.count] = cuts }
  }

  private func put(_ index: Int) {
    let digest = digests[index]
    let mask = buckets.count - 1
    var slot = Int(truncatingIfNeeded: digest.low) & mask
    while buckets[slot].mark != 0 { slot = (slot + 1) & mask }
    buckets[slot] = Bucket(digest, index: index)
  }

  private func spread() {
    let size = buckets.count * 2
    buckets.deallocate()
    buckets = .allocate(capacity: size)
    buckets.initialize(repeating: Bucket())
    for index in groups.indices.dropLast() { put(index) }
  }

  private func grow() {
    let larger = Places.sums(capacity * 2)
    larger.moveInitialize(from: sums, count: groups.count)
    UnsafeMutableRawPointer(sums).deallocate()
    sums = larger
    capacity *= 2
  }

  private func coverage(of key: GroupKey) -> PolicyCoverage {
    guard let policies else { return .one }
    let month = months.instants(of: key.period)
    guard !policies.changes(tenant: key.tenant, deployment: key.deployment, during: month) else {
      return .changing
    }
    switch policies.inForce(
      tenant: key.tenant, deployment: key.deployment, at: month.lowerBound
    ).count {
    case 0: return .none
    case 1: return .one
    default: return .several
    }
  }

  /// An event as its group sums it.
  ///
  /// - Parameter chargeMinor: the gateway's own rounding, where that is looked at.
  @inline(__always)
  func addend(
    _ charge: Money, _ chargeMinor: Int64?, tokens: Int64, of group: Int, at instant: Instant,
    _ rule: RoundingRule
  ) throws(MoneyError) -> GroupSums.Addend {
    let unitsPerMinor = sums[group].unitsPerMinor
    let rounded = try charge.rounded(toMultiplesOf: unitsPerMinor, rule)
    var gatewayDelta: Int128 = 0
    if let chargeMinor {
      gatewayDelta = try (Money(units: Int128(chargeMinor) * unitsPerMinor) - rounded).units
    }
    var otherwise: Int128 = 0
    if Places.wasHalf(charge, rounded, unitsPerMinor) {
      otherwise = try Places.otherwise(charge, unitsPerMinor, rule) - rounded.units
    }
    return GroupSums.Addend(
      tokens: tokens, charge: charge, rounded: rounded, gatewayDelta: gatewayDelta,
      otherwise: otherwise, policies: policiesInForce(for: group, at: instant))
  }

  /// Whether a charge lies on half a minor unit: there alone the two rules may differ. Rounding adds
  /// no more than that, and no minor unit is larger than a major one, so that one word tells.
  @inline(__always)
  private static func wasHalf(
    _ charge: Money, _ rounded: Money, _ unitsPerMinor: Int128
  ) -> Bool {
    let added = Int64(truncatingIfNeeded: rounded.units &- charge.units)
    return added.magnitude &<< 1 == UInt64(truncatingIfNeeded: unitsPerMinor)
  }

  @inline(never)
  private static func otherwise(
    _ charge: Money, _ unitsPerMinor: Int128, _ rule: RoundingRule
  ) throws(MoneyError) -> Int128 {
    try charge.rounded(toMultiplesOf: unitsPerMinor, rule.other).units
  }

  @inline(__always)
  func add(_ event: borrowing GroupSums.Addend, to group: Int) throws(MoneyError) {
    try sums[group].add(event)
    if event.policies > GroupSums.Addend.manyPolicies { try addToStretch(event, group, 1) }
  }

  func takeOut(_ event: borrowing GroupSums.Addend, of group: Int) throws(MoneyError) {
    try sums[group].takeOut(event)
    if event.policies > GroupSums.Addend.manyPolicies {
      try addToStretch(event.negated, group, -1)
    }
  }

  @inline(never)
  private func addToStretch(
    _ event: borrowing GroupSums.Addend, _ group: Int, _ requests: Int
  ) throws(MoneyError) {
    let usage = PeriodUsage(
      requests: requests, tokens: Int128(event.tokens), charge: event.charge)
    let none = [PeriodUsage](repeating: PeriodUsage(), count: (cuts[group]?.count ?? 0) + 1)
    let stretch = event.policies >> 2 - 1
    let sum = try (stretches[group] ?? none)[stretch] + usage
    stretches[group, default: none][stretch] = sum
  }

  /// How many policies are in force for an event of a group, as far as that matters: 0, 1 or 2. In a
  /// month that is cut, the number of the stretch, counted from 1, stands above these two bits.
  @inline(__always)
  func policiesInForce(for group: Int, at instant: Instant) -> Int {
    switch sums[group].coverage {
    case .one: 1
    case .none: 0
    case .several: 2
    case .changing: countPolicies(group, instant)
    }
  }

  private func countPolicies(_ group: Int, _ instant: Instant) -> Int {
    let key = groups[group]
    let count = policiesInForce(tenant: key.tenant, deployment: key.deployment, at: instant)
    guard let cuts = cuts[group] else { return count }
    return (cuts.stretch(at: instant) + 1) << 2 | count
  }

  func policiesInForce(tenant: String, deployment: String?, at instant: Instant) -> Int {
    guard let policies else { return 1 }
    return min(policies.inForce(tenant: tenant, deployment: deployment, at: instant).count, 2)
  }
}

/// How the policies cover a group's month.
enum PolicyCoverage: UInt8 {
  case none, one, several
  /// A policy begins or ends within the month.
  case changing
}
