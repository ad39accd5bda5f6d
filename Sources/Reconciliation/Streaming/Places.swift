import Accounting
import Billing

/// Numbers the groups as they turn up, so that rows carry an index and no strings.
final class Places {
  // What every row touches is not checked for overlapping access: one thread, and no callbacks.

  private struct Bucket {
    var hash: UInt64
    /// One more than the index; 0 = empty.
    var mark: UInt32
    var month: Int32
    var name: Int
    var nameLength: Int
  }

  private(set) var groups: [GroupKey] = []
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
  /// Tenant, deployment and currency of each group as they came, to tell equal hashes apart.
  @exclusivity(unchecked)
  private var names: UnsafeMutableRawPointer
  private var namesUsed = 0
  private var namesCapacity = 1 << 12

  init(digester: Digester, zone: BillingZone, policies: PolicyBook?) {
    self.digester = digester
    months = BillingMonths(zone)
    self.policies = policies
    capacity = 256
    sums = .allocate(capacity: capacity)
    names = .allocate(byteCount: namesCapacity, alignment: 8)
    buckets = .allocate(capacity: 1024)
    buckets.initialize(repeating: Bucket(hash: 0, mark: 0, month: 0, name: 0, nameLength: 0))
  }

  deinit {
    sums.deinitialize(count: groups.count)
    sums.deallocate()
    buckets.deallocate()
    names.deallocate()
  }

  /// The group's index; −1 where tenant or currency cannot be read.
  func index(
    tenant: UnsafeRawBufferPointer, deployment: UnsafeRawBufferPointer?,
    currency: UnsafeRawBufferPointer, in period: AccountingPeriod
  ) -> Int {
    let month = Int32(truncatingIfNeeded: period.ordinal)
    var hash = digester.word(tenant) ^ UInt64(truncatingIfNeeded: Int(month))
    if let deployment {
      hash = hash &* 0x9E37_79B9_7F4A_7C15 ^ digester.word(deployment)
    }
    hash = (hash ^ digester.word(currency)) &* 0xBF58_476D_1CE4_E5B9
    let mask = buckets.count - 1
    var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & mask
    while true {
      let bucket = buckets[slot]
      if bucket.mark == 0 { break }
      if bucket.hash == hash, bucket.month == month,
        isNamed(bucket, tenant, deployment, currency)
      {
        return Int(bucket.mark) - 1
      }
      slot = (slot + 1) & mask
    }
    return add(tenant, deployment, currency, period, hash)
  }

  private func isNamed(
    _ bucket: Bucket, _ tenant: UnsafeRawBufferPointer, _ deployment: UnsafeRawBufferPointer?,
    _ currency: UnsafeRawBufferPointer
  ) -> Bool {
    let length = tenant.count + (deployment.map { $0.count + 1 } ?? 0) + currency.count + 1
    guard bucket.nameLength == length else { return false }
    var position = UnsafeRawPointer(names + bucket.name)
    guard isEqual(tenant, position) else { return false }
    position += tenant.count
    if let deployment {
      guard position.load(as: UInt8.self) == 0, isEqual(deployment, position + 1) else {
        return false
      }
      position += deployment.count + 1
    }
    return position.load(as: UInt8.self) == 1 && isEqual(currency, position + 1)
  }

  /// Names are short: eight bytes at a time, the last eight over again.
  @inline(__always)
  private func isEqual(_ name: UnsafeRawBufferPointer, _ other: UnsafeRawPointer) -> Bool {
    let count = name.count
    guard let base = name.baseAddress, count > 0 else { return true }
    guard count >= 8 else {
      for offset in 0..<count
      where name[offset] != other.load(fromByteOffset: offset, as: UInt8.self) {
        return false
      }
      return true
    }
    func isSame(_ offset: Int) -> Bool {
      base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        == other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
    var offset = 0
    while offset + 8 < count {
      guard isSame(offset) else { return false }
      offset += 8
    }
    return isSame(count - 8)
  }

  private func add(
    _ tenant: UnsafeRawBufferPointer, _ deployment: UnsafeRawBufferPointer?,
    _ currency: UnsafeRawBufferPointer, _ period: AccountingPeriod, _ hash: UInt64
  ) -> Int {
    guard let tenantName = String(validating: tenant, as: UTF8.self),
      let money = Currency.read(currency)
    else { return -1 }
    var deploymentName: String?
    if let deployment {
      guard let name = String(validating: deployment, as: UTF8.self) else { return -1 }
      deploymentName = name
    }
    let key = GroupKey(
      tenant: tenantName, deployment: deploymentName, currency: money, period: period)
    let start = namesUsed
    keep(tenant)
    if let deployment {
      keepByte(0)
      keep(deployment)
    }
    keepByte(1)
    keep(currency)
    if groups.count == capacity { grow() }
    let coverage = coverage(of: key)
    if coverage == .changing, let policies {
      let cuts = PolicyMonth(of: policies, key, months).cuts
      if !cuts.isEmpty { self.cuts[groups.count] = cuts }
    }
    (sums + groups.count).initialize(to: GroupSums(coverage, of: key.currency))
    groups.append(key)
    if groups.count * 2 > buckets.count { spread() }
    put(
      Bucket(
        hash: hash, mark: UInt32(groups.count), month: Int32(truncatingIfNeeded: period.ordinal),
        name: start, nameLength: namesUsed - start))
    return groups.count - 1
  }

  private func keep(_ name: UnsafeRawBufferPointer) {
    if namesUsed + name.count > namesCapacity {
      namesCapacity = (namesUsed + name.count) * 2
      let larger = UnsafeMutableRawPointer.allocate(byteCount: namesCapacity, alignment: 8)
      larger.copyMemory(from: names, byteCount: namesUsed)
      names.deallocate()
      names = larger
    }
    if let base = name.baseAddress {
      (names + namesUsed).copyMemory(from: base, byteCount: name.count)
    }
    namesUsed += name.count
  }

  private func keepByte(_ byte: UInt8) { withUnsafeBytes(of: byte) { keep($0) } }

  private func put(_ bucket: Bucket) {
    let mask = buckets.count - 1
    var slot = Int(truncatingIfNeeded: bucket.hash ^ bucket.hash >> 32) & mask
    while buckets[slot].mark != 0 { slot = (slot + 1) & mask }
    buckets[slot] = bucket
  }

  private func spread() {
    let old = buckets
    buckets = .allocate(capacity: old.count * 2)
    buckets.initialize(repeating: Bucket(hash: 0, mark: 0, month: 0, name: 0, nameLength: 0))
    for bucket in old where bucket.mark != 0 { put(bucket) }
    old.deallocate()
  }

  private func grow() {
    let larger = UnsafeMutablePointer<GroupSums>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: sums, count: groups.count)
    sums.deallocate()
    sums = larger
    capacity *= 2
  }

  private func coverage(of key: GroupKey) -> PolicyCoverage {
    guard let policies else { return .one }
    let month = months.instants(of: key.period)
    let reaching = policies.policies(of: key.tenant).filter {
      $0.isEffective(during: month) && ($0.deployment == nil || $0.deployment == key.deployment)
    }
    // Where none begins or ends within the month, one instant tells for all.
    guard reaching.allSatisfy({ $0.isEffective(throughout: month) }) else { return .changing }
    switch policies.inForce(
      tenant: key.tenant, deployment: key.deployment, at: month.lowerBound
    ).count {
    case 0: return .none
    case 1: return .one
    default: return .several
    }
  }

  /// An event as its group sums it.
  @inline(__always)
  func addend(
    _ charge: Money, _ chargeMinor: Int64?, tokens: Int64, of group: Int, at instant: Instant,
    rule: RoundingRule, roundsEntries: Bool
  ) throws(MoneyError) -> GroupSums.Addend {
    let unitsPerMinor = sums[group].unitsPerMinor
    let rounded = try charge.rounded(toMultiplesOf: unitsPerMinor, rule)
    var gatewayRounded = rounded
    if let chargeMinor { gatewayRounded = try Money(units: Int128(chargeMinor) * unitsPerMinor) }
    return GroupSums.Addend(
      tokens: tokens, charge: charge, rounded: rounded, gatewayRounded: gatewayRounded,
      expected: roundsEntries ? rounded : charge,
      policies: policiesInForce(for: group, at: instant))
  }

  /// - Parameter count: 1 to add an event, −1 to take it out again.
  @inline(__always)
  func add(
    _ event: borrowing GroupSums.Addend, to group: Int, count: Int = 1
  ) throws(MoneyError) {
    try sums[group].add(event, count: count)
    if event.policies > GroupSums.Addend.manyPolicies { try addToStretch(event, group, count) }
  }

  private func addToStretch(
    _ event: borrowing GroupSums.Addend, _ group: Int, _ count: Int
  ) throws(MoneyError) {
    let usage = PeriodUsage(
      requests: count, tokens: Int128(count) * Int128(event.tokens),
      charge: count < 0 ? -event.charge : event.charge)
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

extension Currency {
  /// From a field of type `char(3)`, padded with blanks.
  fileprivate static func read(_ bytes: UnsafeRawBufferPointer) -> Currency? {
    var code = bytes
    while code.last == UInt8(ascii: " ") {
      code = UnsafeRawBufferPointer(rebasing: code.dropLast())
    }
    return Currency(String(decoding: code, as: UTF8.self))
  }
}
