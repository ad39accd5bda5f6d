import Accounting
import Billing

/// The gateway's own period charges: which one stands for a group, and how far it reaches.
struct PeriodChargeBook: Sendable {
  /// Of the highest revision; more than one where the gateway contradicts itself.
  private var latest: [GroupKey: [PeriodCharge]] = [:]
  private var accountsOfTenants: Set<GroupKey.Account> = []
  private var accountsByDeployment: Set<GroupKey.Account> = []

  /// - Parameter isPooled: whether a deployment is billed with its tenant, as far as its terms tell;
  ///   the charge of one that is not says nothing of the others.
  init(_ charges: [PeriodCharge], where isPooled: (GroupKey) -> Bool) {
    for (group, charges) in Dictionary(grouping: charges, by: GroupKey.init(of:)) {
      let revision = charges.map(\.revision).max()
      latest[group] = Set(charges.filter { $0.revision == revision })
        .sorted { $0.amount < $1.amount }
      if group.deployment == nil {
        accountsOfTenants.insert(group.account)
      } else if isPooled(group) {
        accountsByDeployment.insert(group.account)
      }
    }
  }

  var groups: some Sequence<GroupKey> { latest.keys }

  /// The charge that stands for a group; `nil` where there is none, or none can be told.
  subscript(group: GroupKey) -> PeriodCharge? {
    contradiction(about: group) == nil ? latest[group]?.first : nil
  }

  /// What keeps the charges from telling what a group owes.
  func contradiction(about group: GroupKey) -> String? {
    contradiction(toldAt: group) ?? contradiction(in: group.account)
  }

  /// The same, once for each: of a tenant and its deployments it is told at the tenant.
  func contradiction(toldAt group: GroupKey) -> String? {
    guard let charges = latest[group] else { return nil }
    if charges.count > 1 {
      let amounts = charges.map(\.amount.description).joined(separator: ", ")
      return "the gateway gives several charges of revision \(charges[0].revision): \(amounts)"
    }
    return group.deployment == nil ? contradiction(in: group.account) : nil
  }

  private func contradiction(in account: GroupKey.Account) -> String? {
    guard accountsOfTenants.contains(account), accountsByDeployment.contains(account) else {
      return nil
    }
    return "the gateway gives charges for the whole tenant and for its deployments too"
  }

  /// Whether there are charges of pooled deployments of the group's tenant.
  func isByDeployment(_ group: GroupKey) -> Bool {
    accountsByDeployment.contains(group.account)
  }

  /// Whether there is a charge of the group's whole tenant.
  func isOfTenant(_ group: GroupKey) -> Bool {
    accountsOfTenants.contains(group.account)
  }
}
