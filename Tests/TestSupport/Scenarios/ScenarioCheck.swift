import Accounting
import Reconciliation

extension Scenario {
  /// What a judgement of these books has wrong; empty where all is as the paper says.
  package func problems(of judgement: Judgement) throws -> [String] {
    var problems: [String] = []
    var left = Array(judgement.breaks)
    for expectation in expectations {
      let found = left.firstIndex {
        $0.code == expectation.code && isSubject(expectation.subject, of: $0)
          && (expectation.measure == nil || expectation.measure == $0.measure)
      }
      guard let found else {
        problems.append("line \(expectation.line): no \(expectation.code.rawValue) was found")
        continue
      }
      problems += mismatches(expectation, left.remove(at: found), judgement)
    }
    problems += left.map { "found, but not expected: \(BreakFinding($0))" }
    for group in groups { problems += mismatches(group, judgement) }
    problems += self.problems(leading: judgement.clusters)
    return problems
  }

  /// What is not right after all that is proposed has been posted.
  package func problemsAfterPosting(_ first: Judgement) throws -> [String] {
    guard tiesOut else { return [] }
    var books = inMemory
    books.contents.post(first.corrections.filter { $0.status == .proposed }, at: terms.asOf)
    let second = try Judgement(of: books, under: terms)
    let further = second.corrections.map { "still proposed: \(CorrectionFinding($0))" }
    let open = second.groups.filter { !$0.variance.isZero && $0.isWholePeriod }
    return further + open.map { "\($0.key) does not tie out: \($0.variance)" }
  }

  private func isSubject(_ subject: String, of found: Break) -> Bool {
    if subject == "-" { return found.requestID == nil && found.group.currency == .none }
    if let request = found.requestID { return request == subject }
    if (found.eventIDs + found.entryIDs).contains(subject) { return true }
    var words = ScenarioWords(subject[...], file: place, line: 0)
    return (try? words?.placeName())?.matches(found.group) ?? false
  }

  private func mismatches(
    _ expectation: Expectation, _ found: Break, _ judgement: Judgement
  ) -> [String] {
    var problems: [String] = []
    if let amount = expectation.amount, amount != found.amount {
      problems.append("variance is \(found.amount), not \(amount)")
    }
    if let measure = expectation.measure, measure != found.measure {
      problems.append("measure is \(found.measure?.text ?? "none"), not \(measure.text)")
    }
    for (place, amount) in expectation.shares {
      let share = found.shares.first { place.matches($0.group) }?.amount ?? .zero
      if share != amount { problems.append("variance of \(place) is \(share), not \(amount)") }
    }
    if let severity = expectation.severity, severity != found.severity {
      problems.append("severity is \(found.severity.rawValue), not \(severity.rawValue)")
    }
    var proposed = judgement.corrections.filter { $0.breakID == found.id }
    for correction in proposed where (correction.status == .held) != expectation.isHeld {
      problems.append("\(correction.kind.text) is \(correction.status.rawValue)")
    }
    for expected in expectation.corrections {
      let match = proposed.firstIndex { correction in
        correction.kind == expected.kind && correction.amount == expected.amount
          && (expected.place?.matches(GroupKey(of: correction)) ?? true)
      }
      if let match {
        proposed.remove(at: match)
      } else {
        let place = expected.place.map { " \($0)" } ?? ""
        problems.append("no \(expected.kind.text)\(place) of \(expected.amount) is proposed")
      }
    }
    problems += proposed.map { "not expected: \(CorrectionFinding($0))" }
    return problems.map { "line \(expectation.line): \($0)" }
  }

  private func mismatches(_ expected: ExpectedGroup, _ judgement: Judgement) -> [String] {
    guard let group = judgement.groups.first(where: { expected.place.matches($0.key) }) else {
      return ["line \(expected.line): there is no group \(expected.place)"]
    }
    var problems: [String] = []
    for (name, amount) in expected.figures {
      let figures = [
        "recorded": group.recorded, "due": group.due, "posted": group.posted,
        "variance": group.variance,
      ]
      if let figure = figures[name], figure != amount {
        problems.append("\(name) is \(figure), not \(amount)")
      }
    }
    let lines = Dictionary(uniqueKeysWithValues: group.bridge.map { ($0.line, $0.amount) })
    if !expected.lines.isEmpty, expected.lines != lines {
      let bridge = group.bridge.map { "\($0.line.rawValue) \($0.amount)" }
      problems.append("the bridge is \(bridge.joined(separator: ", "))")
    }
    return problems.map { "line \(expected.line): \($0)" }
  }
}

extension GroupKey {
  /// The place and the month that a correction is booked to.
  fileprivate init(of correction: Correction) {
    self.init(
      tenant: correction.tenant, deployment: correction.deployment, currency: correction.currency,
      period: correction.period)
  }
}
