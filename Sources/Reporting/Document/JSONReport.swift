import Reconciliation

/// `report.json`: one record to a line, so that a line tool finds its way in it too.
enum JSONReport {
  static func bytes(of report: RunReport) -> [UInt8] {
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
    json.list("groups", report.judgement.groups, ReportFields.group)
    json.list("breaks", report.judgement.breaks, ReportFields.break)
    json.list("corrections", report.judgement.corrections, ReportFields.correction)
    for further in ReportFields.further(report) {
      json.raw(",\n")
      json.name(further.name)
      json.value(further.value)
    }
    json.raw("\n}\n")
    return json.bytes
  }
}

extension JSONWriter {
  fileprivate mutating func list<Record>(
    _ listName: String, _ records: [Record], _ fields: [Field<Record>]
  ) {
    raw(",\n")
    name(listName)
    raw("[")
    for (index, record) in records.enumerated() {
      index > 0 ? raw(",\n  ") : raw("\n  ")
      self.record(record, fields)
    }
    raw("]")
  }
}
