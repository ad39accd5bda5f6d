import Accounting
import Reconciliation

extension ScenarioParser {
  /// `lead CODE BREAKS AMOUNT [place PLACE] [currency C] [model M] [price V] [from TIME] [to TIME]`:
  /// the report's first clusters, in its order, each with all that its breaks share.
  mutating func readLead(_ words: inout ScenarioWords) throws {
    let code = try words.take("a break code", as: BreakCode.init)
    let breaks = Int(try words.number())
    var lead = Scenario.ExpectedCluster(
      cluster: Cluster(
        code: code, severity: .error, currency: ScenarioParser.usd, breaks: breaks,
        amount: try words.money(), largestBreakID: ""),
      line: words.line)
    try words.options { name, words in
      switch name {
      case "place":
        let place = try words.placeName()
        (lead.cluster.tenant, lead.cluster.deployment) = (place.tenant, place.deployment)
      case "currency": lead.cluster.currency = try words.currency()
      case "model": lead.cluster.model = try words.word("a model")
      case "price": lead.cluster.priceVersion = try words.word("a price version")
      case "from": lead.cluster.from = try words.instant()
      case "to": lead.cluster.to = try words.instant()
      default: return false
      }
      return true
    }
    current?.leads.append(lead)
  }
}

extension Scenario {
  /// What is wrong with the clusters that lead the report; whatever the paper names none of is not
  /// looked at.
  func problems(leading clusters: [Cluster]) -> [String] {
    leads.enumerated().flatMap { index, lead -> [String] in
      guard index < clusters.count else { return ["line \(lead.line): there is no such cluster"] }
      // Severity and the largest break are the breaks' own.
      var found = clusters[index]
      found.severity = lead.cluster.severity
      found.largestBreakID = lead.cluster.largestBreakID
      guard found != lead.cluster else { return [] }
      return [
        "line \(lead.line): cluster \(index + 1) is \(found.code.rawValue) of \(found.breaks), "
          + "\(found.amount) \(found.currency), \(found.sharedInWords.joined(separator: ", "))"
      ]
    }
  }
}
