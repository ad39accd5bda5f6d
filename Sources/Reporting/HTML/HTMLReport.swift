import Reconciliation

enum HTMLReport {
  static func bytes(of report: RunReport) throws -> [UInt8] { [] }
}
