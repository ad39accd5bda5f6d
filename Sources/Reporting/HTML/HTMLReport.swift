import Mustache
import Reconciliation

/// `report.html`: one file that needs nothing else. `Reports/report.mustache`, its parts and
/// `report.css` hold the form, the models in this directory the words and numbers.
enum HTMLReport {
  static func bytes(of report: RunReport) throws -> [UInt8] {
    MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
    let library = MustacheLibrary(templates: try parts.mapValues(template))
    let page = try template(PackageResources.report_mustache)
    return Array(page.render(Fields(try Page(report)), library: library).utf8)
  }

  /// A template each, by the name that the page calls it by: Mustache's parser takes the square of a
  /// template's length. What is called and is not here, Mustache leaves out.
  static let parts = [
    "summary": PackageResources.summary_mustache,
    "clusters": PackageResources.clusters_mustache,
    "codes": PackageResources.codes_mustache,
    "bridge": PackageResources.bridge_mustache,
    "figure": PackageResources.figure_mustache,
    "groups": PackageResources.groups_mustache,
    "rounding": PackageResources.rounding_mustache,
    "evidence": PackageResources.evidence_mustache,
    "corrections": PackageResources.corrections_mustache,
    "plans": PackageResources.plans_mustache,
    "roll-forward": PackageResources.roll_forward_mustache,
    "to-date": PackageResources.to_date_mustache,
    "controls": PackageResources.controls_mustache,
  ]

  /// Every template says how its values are escaped, for Mustache does not hand that on to parts.
  private static func template(_ bytes: [UInt8]) throws -> MustacheTemplate {
    let text = String(decoding: bytes, as: UTF8.self)
    return try MustacheTemplate(string: "{{% CONTENT_TYPE: \(HTMLText.name)}}\n" + text)
  }
}

/// What a value holds by name, looked up once. Left to itself, Mustache reflects a value again for
/// each name, which takes it longer than all else that a small run does.
struct Fields: MustacheParent {
  private var values: [String: Any] = [:]

  init(_ value: Any) {
    for (name, field) in Mirror(reflecting: value).children {
      if let name { values[name] = Fields.plain(field) }
    }
  }

  func child(named name: String) -> Any? { values[name] }

  /// - Returns: `nil` for an optional that holds nothing.
  private static func plain(_ value: Any) -> Any? {
    if value is String || value is Bool || value is Int { return value }
    let mirror = Mirror(reflecting: value)
    return switch mirror.displayStyle {
    case .optional: mirror.children.first.flatMap { plain($0.value) }
    case .collection: mirror.children.compactMap { plain($0.value) }
    case .struct: Fields(value)
    default: value
    }
  }
}

/// What the template shows. Every name is unique in the page and never missing, for Mustache looks
/// a missing name up in what surrounds it.
struct Page {
  let css = String(decoding: PackageResources.report_css, as: UTF8.self)
  let head: PageHead
  let summary: SummarySection
  let clusters: ClusterSection
  let codes: CodeSection
  let bridges: [BridgeSection]
  let groups: GroupSection
  let roundings: RoundingSection
  let evidence: EvidenceSection
  let corrections: CorrectionSection
  let plans: PlanSection
  let life: RollForwardSection
  let toDate: ToDateSection
  let controls: ControlSection

  init(_ report: RunReport) throws {
    let judgement = report.judgement
    let breaks = try BreakTotals(judgement.breaks)
    let entries = try CorrectionTotals(judgement)
    let totals = try CurrencyTotal.all(of: judgement.groups, entries)
    head = PageHead(report.run)
    summary = SummarySection(report, totals, entries)
    clusters = ClusterSection(judgement.clusters)
    codes = CodeSection(breaks)
    bridges = try totals.enumerated().map { try BridgeSection($1, number: $0 + 1, of: judgement) }
    groups = GroupSection(judgement.groups)
    roundings = try RoundingSection(judgement.roundings)
    evidence = EvidenceSection(judgement.breaks, breaks)
    corrections = CorrectionSection(judgement.corrections, entries)
    plans = PlanSection(judgement.plans)
    life = try RollForwardSection(report)
    toDate = ToDateSection(report)
    controls = ControlSection(judgement.controls, breaks)
  }
}

/// What was run.
struct PageHead {
  let period: String
  let job: String
  let range: String
  let timezone: String
  let asOf: String
  let runID: String
  let version: String
  let configDigest: String

  init(_ run: RunHeader) {
    period = PageHead.period(of: run)
    job = clipped(run.job)
    range = "\(run.range.first) to \(run.range.last)"
    timezone = run.timezone
    asOf = run.asOf.description
    runID = clipped(run.id)
    version = clipped(run.version)
    configDigest = run.configDigest
  }

  /// `October 2026` for a whole month, the days for any other range.
  private static func period(of run: RunHeader) -> String {
    let period = run.range.first.period
    guard run.range.first == period.firstDay, run.range.last == period.lastDay else {
      return run.range.first == run.range.last
        ? "\(run.range.first)" : "\(run.range.first) to \(run.range.last)"
    }
    return "\(monthNames[period.month - 1]) \(period.year)"
  }

  private static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
}

/// Where something belongs, as people read it.
struct PlaceText {
  let tenant: String
  /// Empty where there is none.
  let deployment: String
  let hasDeployment: Bool
  let currency: String
  let month: String

  init(_ key: GroupKey) {
    tenant = clipped(key.tenant, to: 120)
    deployment = clipped(key.deployment ?? "", to: 120)
    hasDeployment = key.deployment != nil
    currency = key.currency.code
    month = key.period.description
  }
}
