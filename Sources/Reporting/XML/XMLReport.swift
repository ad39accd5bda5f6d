import Reconciliation

/// `report.xml`: element for element what `report.json` holds.
///
/// Null is an empty element with `xsi:nil`, so that an empty text stays another thing.
enum XMLReport {
  /// Holds the document against its own schema as it is written: nothing is published that a
  /// reader would refuse.
  ///
  /// - Throws: `ReportingError` of kind `fault` when it does not pass, and what the sink throws.
  static func write(_ report: RunReport, to sink: ByteSink) throws {
    let validator = try ReportValidator()
    let xml = try XMLWriter()
    func handOn() throws {
      let bytes = try xml.take()
      try validator.examine(bytes)
      try sink(bytes)
    }
    try xml.startDocument()
    try xml.start("report")
    try xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
    try xml.element("schema", ReportFields.schema)
    try xml.record("run", report.run, ReportFields.run)
    try xml.record("controls", report.judgement.controls, ReportFields.controls)
    let judgement = report.judgement
    try xml.list("clusters", each: "cluster", judgement.clusters, ReportFields.cluster, handOn)
    try xml.list("groups", each: "group", judgement.groups, ReportFields.group, handOn)
    try xml.list("breaks", each: "break", judgement.breaks, ReportFields.break, handOn)
    try xml.list(
      "corrections", each: "correction", judgement.corrections, ReportFields.correction, handOn)
    if let rollForward = report.rollForward {
      try xml.list("roll_forward", each: "row", rollForward.rows, ReportFields.rollForward, handOn)
    }
    for further in ReportFields.further(report) { try xml.value(further.name, further.value) }
    try xml.end()
    try xml.endDocument()
    try handOn()
    try validator.finish()
  }
}

extension XMLWriter {
  fileprivate func list<Record>(
    _ name: String, each itemName: String, _ records: some Sequence<Record>,
    _ fields: [Field<Record>], _ handOn: () throws -> Void
  ) throws {
    try start(name)
    for item in records {
      try record(itemName, item, fields)
      if waiting >= Reports.piece { try handOn() }
    }
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
    case .number(let number): try element(name, number.description)
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
