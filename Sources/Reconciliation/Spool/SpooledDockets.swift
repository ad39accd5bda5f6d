extension Proposal: Spoolable {
  var weight: Int { found.weight + groups.reduce(dependsOn.count * 128) { $0 + $1.weight } }

  func encode(into encoder: inout SpoolEncoder) {
    found.encode(into: &encoder)
    encoder.put(corrections)
    encoder.put(isApproved)
    encoder.put(correctsRequest)
    encoder.put(groups)
    encoder.put(dependsOn)
    encoder.put(leavesOut)
  }

  /// Before it is settled: nothing is held yet.
  init(from decoder: inout SpoolDecoder) {
    self.init(
      found: Break(from: &decoder), corrections: decoder.number(), isApproved: decoder.flag(),
      correctsRequest: decoder.flag(), groups: decoder.list(), dependsOn: decoder.list(),
      leavesOut: decoder.flag())
  }
}

extension Docket: Spoolable {
  var weight: Int { proposals.reduce(64) { $0 + $1.weight } }
  func encode(into encoder: inout SpoolEncoder) { encoder.put(proposals) }
  init(from decoder: inout SpoolDecoder) { self.init(proposals: decoder.list()) }
}
