import FoundationEssentials
import Reconciliation

extension RunReport {
  /// Reads `report.json` back. A report that `Reports` wrote comes back equal.
  ///
  /// - Throws: `ReportingError` of kind `unreadable` that names the field at fault.
  package init(json: [UInt8]) throws {
    self = try RunReport.reading {
      let stored = try JSONDecoder().decode(StoredReport.self, from: Data(json))
      guard stored.schema == ReportFields.schema else {
        throw Unreadable("schema is '\(stored.schema)', not '\(ReportFields.schema)'")
      }
      return try stored.report
    }
  }

  /// Says of whatever cannot be read which field is at fault.
  static func reading<Result>(_ read: () throws -> Result) throws -> Result {
    do {
      return try read()
    } catch let problem as Unreadable {
      throw RunReport.unreadable(problem.what)
    } catch let error as DecodingError {
      throw RunReport.unreadable(error.place)
    }
  }

  private static func unreadable(_ what: String) -> ReportingError {
    ReportingError(
      .unreadable, "report.json cannot be read: \(what)",
      hint: "give the report.json of a run of this version of tieout, or run the job again")
  }
}

/// What is wrong with a field's text.
struct Unreadable: Error {
  let what: String
  init(_ what: String) { self.what = what }
}

extension DecodingError {
  fileprivate var place: String {
    let (context, problem): (Context, String) =
      switch self {
      case .keyNotFound(let key, let context): (context, "'\(key.stringValue)' is missing")
      case .typeMismatch(_, let context): (context, "the value is of another type")
      case .valueNotFound(_, let context): (context, "the value is null")
      case .dataCorrupted(let context): (context, "this is not JSON")
      @unknown default: (Context(codingPath: [], debugDescription: ""), "it is damaged")
      }
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    return path.isEmpty ? problem : "\(path): \(problem)"
  }
}
