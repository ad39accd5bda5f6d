import FoundationEssentials
import Reconciliation

/// Reads a `report.json` as `Reports` wrote it, piece by piece as it comes, however large it is.
/// What it gives is equal to what was written.
package struct ReportReading {
  /// The list that is being read: `clusters`, `groups`, `breaks`, `corrections` or `roll_forward`.
  private var section = ""
  private var line: [UInt8] = []
  private var run: RunHeader?
  private var controls: Controls?
  private var clusters: [Cluster] = []
  private var groups: [GroupResult] = []
  private var breaks: SpoolWriter<Break>
  private var corrections: SpoolWriter<Correction>
  private var rows: [RollForward.Row] = []
  private var hasRollForward = false
  /// What only some reports have: the rest of the document.
  private var further: [UInt8] = []
  private var isComplete = false

  package init(in scratch: Scratch) {
    breaks = SpoolWriter(in: scratch)
    corrections = SpoolWriter(in: scratch)
  }

  /// - Throws: `ReportingError` of kind `unreadable`, `ScratchError`.
  package mutating func take(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      line.append(contentsOf: rest[..<end])
      try RunReport.reading { try takeLine() }
      line.removeAll(keepingCapacity: true)
      rest = rest[(end + 1)...]
    }
    line.append(contentsOf: rest)
  }

  package consuming func finish() throws -> RunReport {
    guard let run, let controls, isComplete else {
      return try RunReport.reading { throw Unreadable("it is cut off") }
    }
    var report = RunReport(
      run: run,
      judgement: Judgement(
        controls: controls, groups: groups, breaks: try breaks.finish(),
        corrections: try corrections.finish(), clusters: clusters))
    if hasRollForward { report.rollForward = RollForward(rows: rows) }
    let tail = further
    try RunReport.reading { try StoredFurther(ofLines: tail).complete(&report) }
    return report
  }

  private mutating func takeLine() throws {
    if line.elementsEqual("}".utf8) { isComplete = true }
    if line.first == UInt8(ascii: "\"") {
      section = String(
        decoding: line.dropFirst().prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
      if section == "roll_forward" { hasRollForward = true }
    }
    guard let start = line.firstIndex(of: UInt8(ascii: "{")),
      let end = line.lastIndex(of: UInt8(ascii: "}")), start < end
    else { return }
    let record = Data(line[start...end])
    switch section {
    case "run": run = try decode(StoredRun.self, record).header
    case "controls": controls = try decode(StoredControls.self, record).controls
    case "clusters": clusters.append(try decode(StoredCluster.self, record).cluster)
    case "groups": groups.append(try decode(StoredGroup.self, record).result)
    case "breaks": try breaks.append(decode(StoredBreak.self, record).found)
    case "corrections": try corrections.append(decode(StoredCorrection.self, record).correction)
    case "roll_forward": rows.append(try decode(StoredRollForwardRow.self, record).row)
    default: further += line
    }
  }

  private func decode<Stored: Decodable>(_ type: Stored.Type, _ record: Data) throws -> Stored {
    try JSONDecoder().decode(type, from: record)
  }
}
