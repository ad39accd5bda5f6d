import Reconciliation

#if canImport(Glibc)
  import Glibc
#endif

/// Puts a report's files where people find them: all of them, or none.
package enum ReportPublisher {
  /// Writes the files into a hidden directory beside the target and makes them durable, so that
  /// nothing can go wrong any more but the renaming.
  ///
  /// - Parameters:
  ///   - directory: made if it is missing.
  ///   - runID: the name of the report's own directory in it.
  /// - Throws: `ReportingError` of kind `unwritable`, and what making a file's bytes throws; nothing
  ///   is left behind then.
  package static func stage(
    _ files: [ReportFile], in directory: String, runID: String
  ) throws -> StagedReport {
    for name in [runID] + files.map(\.name) where !isFileName(name) {
      throw ReportingError(
        .unwritable, "'\(name)' cannot be the name of a file",
        hint: "use letters, digits, '-' and '_'")
    }
    try Directory.make(directory)
    let parent = try Directory(directory)
    parent.removeAbandoned(prefix: StagedReport.hiddenPrefix(runID))
    let (name, staged) = try parent.makeLocked(prefix: StagedReport.hiddenPrefix(runID))
    do {
      try sideBySide(files.map { file in { try staged.write(file) } })
      try staged.synchronize()
    } catch {
      parent.removeTree(name)
      throw error
    }
    return StagedReport(runID: runID, parent: parent, stagedName: name, lock: staged)
  }

  private static func isFileName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 200 && !name.utf8.starts(with: ".".utf8)
      && name.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x7F }
  }
}

/// A report that is complete on disk and not yet seen: publish it, or discard it.
package struct StagedReport: Sendable {
  /// Where the report stands once it is published.
  package var directory: String { "\(parent.path)/\(runID)" }

  private let runID: String
  private let parent: Directory
  private let stagedName: String
  /// Held as long as the staged files are wanted: whoever finds them unlocked may remove them.
  private let lock: Directory

  fileprivate init(runID: String, parent: Directory, stagedName: String, lock: Directory) {
    self.runID = runID
    self.parent = parent
    self.stagedName = stagedName
    self.lock = lock
  }

  fileprivate static func hiddenPrefix(_ runID: String) -> String { ".\(runID).staged-" }

  /// Renames the report into place. An earlier report of the same run is exchanged for it in one
  /// step where the file system can do that; elsewhere there is a moment without either. What stood
  /// there besides (formats that were not asked for this time, somebody's notes) is kept.
  ///
  /// - Throws: `ReportingError` of kind `unwritable`; the staged files then stay, and the error
  ///   says where.
  package func publish() throws(ReportingError) {
    do {
      try parent.replace(runID, by: stagedName)
    } catch {
      throw ReportingError(
        .unwritable, "\(error.what); the complete report is in \(parent.path)/\(stagedName)",
        hint: error.hint)
    }
    try parent.moveRest(of: stagedName, to: runID)
    parent.removeTree(stagedName)
    try parent.synchronize()
  }

  /// Removes the staged files.
  package func discard() { parent.removeTree(stagedName) }
}
