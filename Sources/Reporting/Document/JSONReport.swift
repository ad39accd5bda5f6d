import Reconciliation

/// `report.json`: one record to a line, so that a line tool finds its way in it too.
enum JSONReport {
  static func write(_ report: RunReport, to sink: ByteSink) throws {
    var json = JSONWriter()
    json.raw("{\n")
    json.name("schema")
    json.string(ReportFields.schema)
    json.raw(",\n")
    json.name("run")
    json.record(report.run, ReportFields.run)
    json.raw(",\n")
    json.name("controls")
    json.record(report.judgement.controls, ReportFields.controls)
    try json.list("clusters", report.judgement.clusters, ReportFields.cluster, to: sink)
    try json.list("groups", report.judgement.groups, ReportFields.group, to: sink)
    try json.list("breaks", report.judgement.breaks, ReportFields.break, to: sink)
    try json.list("corrections", report.judgement.corrections, ReportFields.correction, to: sink)
    if let rollForward = report.rollForward {
      try json.list("roll_forward", rollForward.rows, ReportFields.rollForward, to: sink)
    }
    for further in ReportFields.further(report) {
      json.raw(",\n")
      json.name(further.name)
      json.value(further.value)
    }
    json.raw("\n}\n")
    try sink(json.take())
  }
}

extension JSONWriter {
  fileprivate mutating func list<Record>(
    _ listName: String, _ records: some Sequence<Record>, _ fields: [Field<Record>],
    to sink: ByteSink
  ) throws {
    raw(",\n")
    name(listName)
    raw("[")
    var isFirst = true
    for record in records {
      isFirst ? raw("\n  ") : raw(",\n  ")
      isFirst = false
      self.record(record, fields)
      if bytes.count >= Reports.piece { try sink(take()) }
    }
    raw("]")
  }
}
