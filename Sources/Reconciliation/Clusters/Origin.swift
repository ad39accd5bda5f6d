import Accounting
import Billing

/// Where a break comes from, as far as its rows tell: what the breaks of a cluster may share. Empty
/// texts count as untold.
package struct Origin: Hashable, Sendable {
  package var tenant: String?
  package var deployment: String?
  package var model: String?
  package var priceVersion: String?
  /// The beginning of the hour, in UTC, in which the call took place, or in which the entry was
  /// posted where the gateway tells of no call.
  package var hour: Instant?

  package init(
    tenant: String? = nil, deployment: String? = nil, model: String? = nil,
    priceVersion: String? = nil, at time: Instant? = nil
  ) {
    self.tenant = Origin.told(tenant)
    self.deployment = Origin.told(deployment)
    self.model = Origin.told(model)
    self.priceVersion = Origin.told(priceVersion)
    hour = time?.hour
  }

  private static func told(_ text: String?) -> String? { text?.isEmpty == true ? nil : text }
}

extension Origin {
  package init(of item: ExceptionItem) {
    switch item {
    case .request(let match), .elsewhere(let match): self.init(of: match)
    case .suspectedDuplicate(let pair): self.init(of: pair.later)
    case .setAside(let row): self.init(of: row)
    }
  }

  /// Of a break that concerns a group as a whole.
  package init(of group: GroupKey) {
    self.init(tenant: group.tenant, deployment: group.deployment)
  }

  /// The event that is charged tells most, then any other, then an entry.
  private init(of match: RequestMatch) {
    if let event = match.charged ?? match.events.first {
      self.init(of: event)
    } else if let entry = match.entries.first {
      self.init(tenant: entry.tenant, deployment: entry.deployment, at: entry.postedAt)
    } else if let row = match.setAside.min(by: { $0.rowID < $1.rowID }) {
      self.init(of: row)
    } else {
      self.init()
    }
  }

  private init(of event: UsageEvent) {
    self.init(
      tenant: event.tenant, deployment: event.deployment, model: event.model,
      priceVersion: event.priceVersion, at: event.occurredAt)
  }

  private init(of row: SetAsideRow) {
    self.init(tenant: row.tenant, deployment: row.deployment, at: row.at)
  }
}

extension Origin {
  /// How many things it tells; tenant and deployment are one, the place.
  var facts: Int {
    (tenant == nil ? 0 : 1) + (model == nil ? 0 : 1) + (priceVersion == nil ? 0 : 1)
      + (hour == nil ? 0 : 1)
  }

  /// What it tells in common with another: of two places at least the tenant, if that is one.
  func shared(with other: Origin) -> Origin {
    var shared = self
    if tenant != other.tenant { shared.tenant = nil }
    if tenant != other.tenant || deployment != other.deployment { shared.deployment = nil }
    if model != other.model { shared.model = nil }
    if priceVersion != other.priceVersion { shared.priceVersion = nil }
    if hour != other.hour { shared.hour = nil }
    return shared
  }

  /// Every choice of two or more of the things it tells; where it tells fewer, all it tells.
  var choices: [Origin] {
    let fewest = min(facts, 2)
    var choices: [Origin] = [Origin()]
    func offer(_ isTold: Bool, _ take: (inout Origin) -> Void) {
      guard isTold else { return }
      choices += choices.map { choice in
        var taken = choice
        take(&taken)
        return taken
      }
    }
    offer(tenant != nil) { ($0.tenant, $0.deployment) = (tenant, deployment) }
    offer(model != nil) { $0.model = model }
    offer(priceVersion != nil) { $0.priceVersion = priceVersion }
    offer(hour != nil) { $0.hour = hour }
    return choices.filter { $0.facts >= fewest }
  }

  /// Whether it tells all that a choice tells.
  func has(_ choice: Origin) -> Bool {
    (choice.tenant == nil || (choice.tenant == tenant && choice.deployment == deployment))
      && (choice.model == nil || choice.model == model)
      && (choice.priceVersion == nil || choice.priceVersion == priceVersion)
      && (choice.hour == nil || choice.hour == hour)
  }
}

extension Origin: Comparable {
  package static func < (left: Origin, right: Origin) -> Bool {
    if left.hour != right.hour {
      return (left.hour?.microseconds ?? .min) < (right.hour?.microseconds ?? .min)
    }
    if left.tenant != right.tenant { return (left.tenant ?? "") < (right.tenant ?? "") }
    if left.deployment != right.deployment {
      return (left.deployment ?? "") < (right.deployment ?? "")
    }
    return (left.model ?? "", left.priceVersion ?? "") < (
      right.model ?? "", right.priceVersion ?? ""
    )
  }
}

extension Instant {
  static let microsecondsPerHour: Int64 = 3_600_000_000

  /// The beginning of its hour in UTC.
  var hour: Instant {
    let rest = microseconds % Instant.microsecondsPerHour
    return Instant(
      microseconds: microseconds - rest - (rest < 0 ? Instant.microsecondsPerHour : 0))
  }
}
