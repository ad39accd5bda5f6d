import FoundationEssentials
import Reconciliation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension RunReport {
  /// Reads of a stored `report.json` what it says of some breaks: the run, the controls, those
  /// breaks, their groups and their corrections. A file as `Reports` wrote it is gone through line by
  /// line, however large it is; one that was formatted anew is read whole.
  ///
  /// - Parameters:
  ///   - id: the beginning of the ids.
  ///   - limit: breaks that are read at most.
  /// - Throws: `ReportingError` of kind `unreadable`.
  package init(excerptOf path: String, breakID id: String, limit: Int) throws {
    let layout = try StoredLines.of(path) { $0.hasWrittenLayout() }
    guard layout else {
      var report = try RunReport(json: [UInt8](Data(contentsOf: URL(filePath: path))))
      report.judgement = report.judgement.excerpt(limit) { $0.id.utf8.starts(with: id.utf8) }
      self = report
      return
    }
    self = try RunReport.reading {
      var excerpt = Excerpt(breakID: id, limit: limit)
      try StoredLines.of(path) { while let line = $0.next() { try excerpt.takeBreak(line) } }
      excerpt.section = nil
      try StoredLines.of(path) { while let line = $0.next() { try excerpt.takeRest(line) } }
      return try excerpt.report
    }
  }
}

extension Judgement {
  fileprivate func excerpt(_ limit: Int, where isWanted: (Break) -> Bool) -> Judgement {
    let found = breaks.first(limit, where: isWanted)
    let ids = Set(found.map(\.id))
    return Judgement(
      controls: controls,
      groups: groups.filter { group in found.contains { $0.group == group.key } },
      breaks: found, corrections: corrections.filter { ids.contains($0.breakID) })
  }
}

/// What is wanted of the lines of a report.
private struct Excerpt {
  /// The list that is being read: `groups`, `breaks` or `corrections`.
  var section: String?
  private let breakStart: [UInt8]
  private let limit: Int
  private var run: RunHeader?
  private var controls: Controls?
  private var groups: [GroupResult] = []
  private var breaks: [Break] = []
  private var corrections: [Correction] = []
  private var isComplete = false
  /// How the records begin that belong to the breaks.
  private var groupStarts: [[UInt8]] = []
  private var breakNames: [[UInt8]] = []

  init(breakID: String, limit: Int) {
    self.limit = limit
    breakStart = Excerpt.text { $0.object([NamedValue("id", .text(breakID))]) }.dropLast(2)
  }

  var report: RunReport {
    get throws {
      guard let run, let controls, isComplete else { throw Unreadable("it is cut off") }
      return RunReport(
        run: run,
        judgement: Judgement(
          controls: controls, groups: groups, breaks: breaks, corrections: corrections))
    }
  }

  /// The first time through: which breaks are meant.
  mutating func takeBreak(_ line: UnsafeRawBufferPointer) throws {
    guard let record = record(line), section == "breaks", record.starts(with: breakStart),
      breaks.count < limit
    else { return }
    let found = try decode(StoredBreak.self, record).found
    breaks.append(found)
    groupStarts.append(Excerpt.text { $0.object(Value.group(found.group)) }.dropLast())
    breakNames.append(
      Excerpt.text { $0.object([NamedValue("break_id", .text(found.id))]) }.dropFirst().dropLast())
  }

  /// The second time: what belongs to them.
  mutating func takeRest(_ line: UnsafeRawBufferPointer) throws {
    if line.elementsEqual("}\n".utf8) { isComplete = true }
    guard let record = record(line) else { return }
    switch section {
    case "run": run = try decode(StoredRun.self, record).header
    case "controls": controls = try decode(StoredControls.self, record).controls
    case "groups" where groupStarts.contains { record.starts(with: $0) }:
      groups.append(try decode(StoredGroup.self, record).result)
    case "corrections" where breakNames.contains { record.holds($0) }:
      corrections.append(try decode(StoredCorrection.self, record).correction)
    default: break
    }
  }

  /// The record on a line, without what stands before and after it. A line that begins with a
  /// quote begins a section.
  private mutating func record(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    if line.first == UInt8(ascii: "\"") {
      section = String(
        decoding: line.dropFirst().prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }
    guard let start = line.firstIndex(of: UInt8(ascii: "{")),
      let end = line.lastIndex(of: UInt8(ascii: "}")), start < end
    else { return nil }
    return UnsafeRawBufferPointer(rebasing: line[start...end])
  }

  private func decode<Stored: Decodable>(
    _ type: Stored.Type, _ record: UnsafeRawBufferPointer
  ) throws -> Stored {
    try JSONDecoder().decode(type, from: Data(record))
  }

  private static func text(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    write(&json)
    return json.bytes
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func holds(_ bytes: [UInt8]) -> Bool {
    indices.dropLast(bytes.count - 1).contains { start in
      self[start] == bytes[0] && self[start...].starts(with: bytes)
    }
  }
}

/// A file, line by line.
private struct StoredLines: ~Copyable {
  private let file: UnsafeMutablePointer<FILE>
  private var line: UnsafeMutablePointer<CChar>?
  private var capacity = 0

  private init(_ path: String) throws(ReportingError) {
    guard let file = fopen(path, "re") else {
      throw ReportingError(
        .unreadable, "cannot open \(path): \(String(cString: strerror(errno)))",
        hint: "give the report.json of a run, as a user that may read it")
    }
    self.file = file
  }

  /// Opens a file for the length of a call.
  static func of<Result>(
    _ path: String, _ read: (inout StoredLines) throws -> Result
  ) throws -> Result {
    var lines = try StoredLines(path)
    return try read(&lines)
  }

  deinit {
    free(line)
    fclose(file)
  }

  /// With its line feed; lent until the next one.
  mutating func next() -> UnsafeRawBufferPointer? {
    let count = getline(&line, &capacity, file)
    return count < 0 ? nil : UnsafeRawBufferPointer(start: line, count: count)
  }

  /// Whether the file begins as `JSONReport` begins it.
  mutating func hasWrittenLayout() -> Bool {
    next()?.elementsEqual("{\n".utf8) == true
      && next()?.elementsEqual("\"schema\": \"\(ReportFields.schema)\",\n".utf8) == true
  }
}
