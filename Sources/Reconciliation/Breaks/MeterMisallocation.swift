import Accounting
import Billing

extension BreakRule {
  static let meterMisallocation = BreakRule(
    code: .meterMisallocation, severity: .error,
    meaning:
      "A meter, its pool or the credits show other usage than the waterfall would have booked.",
    remedy: "adjustments in units",
    disposition: .review,
    judge: .fact { (fault: MeterFault, _) in
      guard fault.key.cause != .oneTier else { return nil }
      var finding = fault.finding(
        measured: fault.surplus,
        explanation: "\(fault.what): \(fault.whose). \(fault.remedy)")
      finding?.drafts = fault.drafts
      return finding
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

  /// The entries that right it, in units: one or two for each usage.
  fileprivate var drafts: Drafts {
    guard whyNoEntry == nil else { return [] }
    return Drafts { take in for righting in rightings { try righting.visit(key, take) } }
  }

  fileprivate var remedy: String {
    if let whyNoEntry { return "No entry is proposed: \(whyNoEntry)." }
    let first = [key.account, key.right].compactMap(\.self)
    let accounts = first + deviations.keys.filter { !first.contains($0) }.sorted()
    var sums: [String] = []
    for account in accounts where sums.isEmpty || account != first.first {
      guard let sum = deviations[account], !sum.isZero else { continue }
      sums.append("\(sum.sign < 0 ? "+" : "")\(-sum) on \(account)")
    }
    let each = count > 1 ? ", usage by usage" : ""
    return "Righted by \(sums.joined(separator: " and "))\(each)."
  }

  /// `nil` where entries right it.
  private var whyNoEntry: String? {
    switch key.cause {
    case .oneTier: return "a person decides which of the two books is right"
    case .pastLimit:
      return "no account had room for it, so none is right; a person decides whether it is given "
        + "back or the limit raised"
    case .uncovered:
      return "no account had room for it, so none is right; a person decides whether it is waived "
        + "or the limit raised"
    case .wrongMeter where key.right == nil:
      return "no account of its own had room for it; a person decides whether it is given back or "
        + "the limit raised"
    case .wrongAccount, .wrongMeter, .wrongAmount, .twice, .noUsage, .unrecorded: break
    }
    if !isOfSums { return "what a meter of peaks holds is no sum of entries" }
    if !rightings.allSatisfy(\.isExact) {
      return "it comes to more decimals than an entry can hold"
    }
    return nil
  }
}
