import Reconciliation

/// `report.xml`: element for element what `report.json` holds.
///
/// Null is an empty element with `xsi:nil`, so that an empty text stays another thing.
enum XMLReport {
  /// - Throws: `ReportingError` when the result does not pass its own schema: nothing is published
  ///   that a reader would refuse.
  static func bytes(of report: RunReport) throws(ReportingError) -> [UInt8] {
    let xml = try XMLWriter()
    try xml.startDocument()
    try xml.start("report")
    try xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
    try xml.element("schema", ReportFields.schema)
    try xml.record("run", report.run, ReportFields.run)
    try xml.record("controls", report.judgement.controls, ReportFields.controls)
    try xml.list("groups", each: "group", report.judgement.groups, ReportFields.group)
    try xml.list("breaks", each: "break", report.judgement.breaks, ReportFields.break)
    try xml.list(
      "corrections", each: "correction", report.judgement.corrections, ReportFields.correction)
    for further in ReportFields.further(report) { try xml.value(further.name, further.value) }
    try xml.end()
    let bytes = try xml.finish()
    try ReportSchema().validate(bytes)
    return bytes
  }
}

extension XMLWriter {
  fileprivate func list<Record>(
    _ name: String, each itemName: String, _ records: [Record], _ fields: [Field<Record>]
  ) throws(ReportingError) {
    try start(name)
    for item in records { try record(itemName, item, fields) }
    try end()
  }

  fileprivate func record<Record>(
    _ name: String, _ record: Record, _ fields: [Field<Record>]
  ) throws(ReportingError) {
    try start(name)
    for field in fields { try value(field.name, field.value(record)) }
    try end()
  }

  private func record(_ name: String, _ values: [NamedValue]) throws(ReportingError) {
    try start(name)
    for field in values { try value(field.name, field.value) }
    try end()
  }

  fileprivate func value(_ name: String, _ value: Value) throws(ReportingError) {
    switch value {
    case .text(let text?): try element(name, text)
    case .text(nil):
      try start(name)
      try attribute("xsi:nil", "true")
      try end()
    case .amount(let amount, let currency): try element(name, amount.text(in: currency))
    case .hashTotal(let total): try element(name, total.description)
    case .count(let count): try element(name, String(count))
    case .flag(let flag): try element(name, flag ? "true" : "false")
    case .record(let record): try self.record(name, record)
    case .texts(let texts, let itemName):
      try start(name)
      for text in texts { try element(itemName, text) }
      try end()
    case .records(let records, let itemName):
      try start(name)
      for record in records { try self.record(itemName, record) }
      try end()
    case .bridge(let steps, let currency):
      try start(name)
      for step in steps { try record("step", step.named(in: currency)) }
      try end()
    }
  }
}
