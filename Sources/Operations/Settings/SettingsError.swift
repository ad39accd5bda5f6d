/// A setting that cannot be followed: the file and line it stands in, and the nearest valid one.
package struct SettingsError: UserFacingError, Hashable {
  /// The job file; `nil` where the setting came from elsewhere.
  package var file: String?
  package var line: Int?
  package var problem: String
  package var hint: String?
  package var exitStatus: ExitStatus { .configuration }

  package init(_ problem: String, file: String? = nil, line: Int? = nil, hint: String? = nil) {
    self.problem = problem
    self.file = file
    self.line = line
    self.hint = hint
  }

  package var message: String {
    let place = [file, line.map(String.init)].compactMap(\.self).joined(separator: ":")
    return place.isEmpty ? problem : "\(place): \(problem)"
  }
}
