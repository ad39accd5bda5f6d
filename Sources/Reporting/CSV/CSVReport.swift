import Accounting
import Reconciliation

/// `clusters.csv`, `groups.csv`, `breaks.csv` and `corrections.csv`: the fields of the JSON as
/// columns. Beside them `roll_forward.csv`, where a history of breaks is kept, `plans.csv`, where
/// there are plans, and `roundings.csv`, a row for each tenant, where there is a rounding
/// what-if.
///
/// - A list of ids is joined by blanks; ids that hold a blank are exact in the JSON alone.
/// - A bridge has a column for each line, zero where the bridge has no such line.
/// - A group within a record has its four parts as columns; a list of records is JSON in a field.
enum CSVReport {
  static func files(of report: RunReport) -> [ReportFile] {
    let judgement = report.judgement
    let roundings = judgement.roundings.flatMap(TenantRounding.all)
    var files = [
      ReportFile(name: "clusters.csv") {
        try write(judgement.clusters, ReportFields.cluster, to: $0)
      },
      ReportFile(name: "groups.csv") { try write(judgement.groups, ReportFields.group, to: $0) },
      ReportFile(name: "breaks.csv") { try write(judgement.breaks, ReportFields.break, to: $0) },
      ReportFile(name: "corrections.csv") {
        try write(judgement.corrections, ReportFields.correction, to: $0)
      },
    ]
    if let rollForward = report.rollForward {
      files.append(
        ReportFile(name: "roll_forward.csv") {
          try write(rollForward.rows, ReportFields.rollForward, to: $0)
        })
    }
    if !judgement.plans.isEmpty {
      files.append(
        ReportFile(name: "plans.csv") { try write(judgement.plans, ReportFields.plan, to: $0) })
    }
    if !roundings.isEmpty {
      files.append(
        ReportFile(name: "roundings.csv") { try write(roundings, ReportFields.rounding, to: $0) })
    }
    return files
  }

  private static func write<Record>(
    _ records: some Sequence<Record>, _ fields: [Field<Record>], to sink: ByteSink
  ) throws {
    var csv = CSVWriter()
    for column in fields.flatMap(\.columns) { csv.plain(column) }
    csv.endRow()
    for record in records {
      for field in fields { csv.value(field.value(record)) }
      csv.endRow()
      if csv.bytes.count >= Reports.piece { try sink(csv.take()) }
    }
    try sink(csv.take())
  }
}

extension CSVWriter {
  fileprivate mutating func value(_ value: Value) {
    switch value {
    case .text(let words): text(words)
    case .amount(let amount, let currency): plain(amount.text(in: currency))
    case .number(let number): plain(number.description)
    case .count(let count): plain(String(count))
    case .flag(let flag): plain(flag ? "true" : "false")
    case .texts(let texts, _): text(texts.isEmpty ? nil : texts.joined(separator: " "))
    case .record(let record): for field in record { self.value(field.value) }
    case .records:
      var json = JSONWriter()
      json.value(value)
      text(String(decoding: json.bytes, as: UTF8.self))
    case .bridge(let steps, let currency):
      for line in BridgeLine.allCases {
        let amount = steps.first { $0.line == line }?.amount ?? .zero
        plain(amount.text(in: currency))
      }
    }
  }
}
