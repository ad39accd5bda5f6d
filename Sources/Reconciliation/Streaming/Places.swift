import Accounting
import Billing
import Glibc

/// Numbers the groups as they turn up, so that rows carry an index and no strings.
final class Places {
  private struct Bucket {
    var hash: UInt64
    /// One more than the index; 0 = empty.
    var mark: UInt32
    var month: Int32
    var name: Int
    var nameLength: Int
  }

  private(set) var groups: [GroupKey] = []
  private(set) var sums: UnsafeMutablePointer<GroupSums>
  private var capacity: Int
  private let digester: Digester
  private let zone: BillingZone
  private let policies: PolicyBook?
  private var buckets: UnsafeMutableBufferPointer<Bucket>
  /// Tenant, deployment and currency of each group as they came, to tell equal hashes apart.
  private var names: [UInt8] = []

  init(digester: Digester, zone: BillingZone, policies: PolicyBook?) {
    self.digester = digester
    self.zone = zone
    self.policies = policies
    capacity = 256
    sums = .allocate(capacity: capacity)
    buckets = .allocate(capacity: 1024)
    buckets.initialize(repeating: Bucket(hash: 0, mark: 0, month: 0, name: 0, nameLength: 0))
  }

  deinit {
    sums.deinitialize(count: groups.count)
    sums.deallocate()
    buckets.deallocate()
  }

  /// The group's index; −1 where tenant or currency cannot be read.
  func index(
    tenant: UnsafeRawBufferPointer, deployment: UnsafeRawBufferPointer?,
    currency: UnsafeRawBufferPointer, in period: AccountingPeriod
  ) -> Int {
    let month = Int32(truncatingIfNeeded: period.ordinal)
    var hash = digester.digest(tenant).low &* 3 ^ UInt64(truncatingIfNeeded: Int(month))
    if let deployment { hash = hash &* 0x9E37_79B9_7F4A_7C15 ^ digester.digest(deployment).low }
    for byte in currency { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
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
    let parts = tenant.count + (deployment.map { $0.count + 1 } ?? 0) + currency.count + 1
    guard bucket.nameLength == parts else { return false }
    return names.withUnsafeBytes { all in
      var position = bucket.name
      func isNext(_ part: UnsafeRawBufferPointer) -> Bool {
        defer { position += part.count }
        guard let base = part.baseAddress, part.count > 0 else { return true }
        return memcmp(all.baseAddress! + position, base, part.count) == 0
      }
      guard isNext(tenant) else { return false }
      if let deployment {
        guard all[position] == 0 else { return false }
        position += 1
        guard isNext(deployment) else { return false }
      }
      guard all[position] == 1 else { return false }
      position += 1
      return isNext(currency)
    }
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
    let start = names.count
    names += tenant
    if let deployment {
      names.append(0)
      names += deployment
    }
    names.append(1)
    names += currency
    if groups.count == capacity { grow() }
    (sums + groups.count).initialize(to: GroupSums(coverage(of: key), of: key.currency))
    groups.append(key)
    if groups.count * 2 > buckets.count { spread() }
    put(
      Bucket(
        hash: hash, mark: UInt32(groups.count), month: Int32(truncatingIfNeeded: period.ordinal),
        name: start, nameLength: names.count - start))
    return groups.count - 1
  }

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
    let month = DayRange(key.period).instants(in: zone)
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

  /// How many policies are in force for an event of a group, as far as that matters: 0, 1 or 2.
  @inline(__always)
  func policiesInForce(for group: Int, at instant: Instant) -> Int {
    switch sums[group].coverage {
    case .one: 1
    case .none: 0
    case .several: 2
    case .changing: countPolicies(groups[group], instant)
    }
  }

  private func countPolicies(_ key: GroupKey, _ instant: Instant) -> Int {
    policiesInForce(tenant: key.tenant, deployment: key.deployment, at: instant)
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
