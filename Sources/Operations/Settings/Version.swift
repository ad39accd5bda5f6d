/// The program's version, as reports and `--version` tell it.
package enum Version {
  package static let current = "0.1.0"
}
