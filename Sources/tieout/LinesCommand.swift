import Accounting
import ArgumentParser
import Operations
import Reconciliation

/// `tieout lines`: the invoice lines of a range of days.
struct LinesCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "lines",
    abstract: "Print the invoice lines of a range of days: one a deployment, rounded once.",
    discussion: """
      Reads the gateway's book: from the first day's midnight in the job's time zone up to that of \
      the day after the last. Each line is the exact charges of a deployment summed and rounded half \
      up once, so the lines of a tenant may differ from its charges rounded once by up to half a \
      minor unit each. Lines that come to 0 are left out. The lines are CSV on standard output.

      Examples:
        tieout lines --job Jobs/month-end.yaml --period 2026-10 > lines.csv
        tieout lines --from 2026-10-01 --to 2026-10-15 --tenant acme --json
      """)

  @OptionGroup(title: "Job") var jobOptions: JobOptions

  @Option(help: ArgumentHelp("First day, such as 2026-10-01.", valueName: "day"))
  var from: String?

  @Option(help: ArgumentHelp("Last day, inclusive.", valueName: "day"))
  var to: String?

  @Option(help: ArgumentHelp("A whole billing month, such as 2026-10.", valueName: "month"))
  var period: String?

  @Option(help: ArgumentHelp("Only this tenant; may be repeated.", valueName: "id"))
  var tenant: [String] = []

  @Flag(help: "Print the lines as JSON.")
  var json = false

  func perform(in surroundings: Surroundings) throws -> ExitStatus {
    let job = try jobOptions.read(surroundings)
    let flags = RangeFlags(from: from, to: to, period: period)
    let range = try flags.days() ?? job.resolveRange(asOf: surroundings.now())
    let list = try PeriodLineList(job, range, PlaceFilter(tenants: Set(tenant).sorted()))
    if json {
      surroundings.console.output(list.json)
    } else {
      surroundings.console.output(list.csv)
    }
    return .done
  }
}
