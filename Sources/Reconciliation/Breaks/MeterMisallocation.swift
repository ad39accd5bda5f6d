import Accounting
import Billing

extension BreakRule {
  static let meterMisallocation = BreakRule(
    code: .meterMisallocation, severity: .error,
    meaning:
      "A meter, its pool or the credits show other usage than the waterfall would have booked.",
    remedy: "an adjustment in units, for whoever keeps the meters",
    disposition: .report,
    judge: .fact { (fault: MeterFault, book) in
      guard fault.key.cause != .oneTier else { return nil }
      return fault.finding(
        measured: fault.surplus,
        explanation: "\(fault.what): \(fault.whose). \(fault.remedy)")
    })
}

extension MeterFault {
  /// Shown at the tenant, in the month of the day.
  func finding(measured: Fraction, explanation: String) -> Finding? {
    var finding = Finding(
      subject: "meters \(key.text)",
      place: GroupKey(
        tenant: key.tenant, deployment: nil, currency: .none, period: key.day.period),
      explanation: explanation)
    finding.events = eventEvidence
    finding.entries = entryEvidence
    finding.measure = (try? measured.exactMoney()).map { Measure($0, unit) }
    finding.occurredAt = first
    return finding
  }

  /// Booked less due, where both are of one account; else what lies in the wrong one, or is missing.
  var surplus: Fraction {
    switch key.cause {
    case .wrongAmount, .twice, .noUsage: booked - due
    case .unrecorded, .oneTier: -due
    case .uncovered: -used
    case .wrongAccount, .wrongMeter, .pastLimit: booked
    }
  }

  fileprivate var what: String {
    let times = count == 1 ? "1 usage" : "\(count) usages"
    let account = key.account?.text ?? "nowhere"
    let right = key.right?.text ?? "nowhere"
    return switch key.cause {
    case .wrongAccount:
      "\(times) of \(model) went to \(account), though \(right) had room for all of it"
    case .wrongMeter: "\(times) of \(model) went to \(account), which is not its meter"
    case .wrongAmount: "\(account) shows \(booked) for \(times) of \(model) that come to \(due)"
    case .twice: "\(account) shows \(times) again, \(booked) in all, that it shows already"
    case .pastLimit:
      "\(times) of \(model) went to \(account), \(booked) in all, though no account had room for it"
    case .noUsage: "\(account) shows \(times), \(booked) in all, that the log does not know"
    case .unrecorded: "\(times) of \(model) were booked nowhere; \(right) had room for all of it"
    case .uncovered:
      "\(times) of \(model), \(used) in all, were booked nowhere, for no account had room for them; "
        + "a check of the whole quantity would have refused the calls"
    case .oneTier: "\(times) of \(model) stand in the other tier's book alone"
    }
  }

  private var model: String { key.model ?? "no known model" }

  fileprivate var whose: String {
    let basis = estimated > 0 ? ", \(estimated) by estimated tokens" : ""
    return "balance of \(key.entity), \(key.day)\(basis)"
  }

  /// The entries that would right it, in units.
  fileprivate var remedy: String {
    var entries: [String] = []
    if key.account == key.right, let account = key.account {
      entries.append(signed(due - booked, on: account))
    } else {
      if let account = key.account { entries.append(signed(-booked, on: account)) }
      if let right = key.right { entries.append(signed(due, on: right)) }
    }
    return entries.isEmpty
      ? "Nothing can be booked for it." : "Righted by \(entries.joined(separator: " and "))."
  }

  private func signed(_ amount: Fraction, on account: MeterAccount) -> String {
    "\(amount.sign < 0 ? "" : "+")\(amount) on \(account)"
  }
}
