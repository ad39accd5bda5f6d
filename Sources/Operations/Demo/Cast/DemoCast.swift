import Accounting

/// The tenants, the largest first: each has about as much traffic as its rank tells, one over n.
struct DemoCast {
  let usd: Currency
  let eur: Currency
  let jpy: Currency
  let models: [DemoModel]

  init() throws {
    guard let usd = Currency("USD"), let eur = Currency("EUR"), let jpy = Currency("JPY") else {
      preconditionFailure("ISO 4217 lists USD, EUR and JPY")
    }
    (self.usd, self.eur, self.jpy) = (usd, eur, jpy)
    models = try DemoModel.priceList()
  }

  var tenants: [DemoTenant] { large + medium + small + plans + long + peculiar }

  private var large: [DemoTenant] {
    [
      DemoTenant(
        "halcyon-health", usd, .flatPercent(20), "support,agent,search,triage,embeddings,voice"),
      DemoTenant("northgate-bank", usd, .passThrough, "support,claims-agent,docs,moderation"),
      DemoTenant(
        "lindqvist-retail", eur, .perToken(input: "2.80", output: "13.50"),
        "support,search,agent,triage,voice"),
      DemoTenant("tsukimi-games", jpy, .perToken(input: "450", output: "2250"), "npc,agent,search"),
      DemoTenant("orrery-software", usd, .flatPercent(15), "coder,docs,support", .policyChange),
    ]
  }

  private var medium: [DemoTenant] {
    [
      DemoTenant("brightwater-insurance", usd, .flatPercent(25), "claims-agent,support,docs"),
      DemoTenant("kestrel-logistics", usd, .passThrough, "routing,support,agent"),
      DemoTenant(
        "van-der-meer-legal", eur, .perToken(input: "4.20", output: "21.00"), "research,docs"),
      DemoTenant("cobalt-analytics", usd, .flatPercent(20), "agent,search", .ownPolicy),
      DemoTenant(
        "hoshizora-travel", jpy, .perToken(input: "380", output: "1900"), "support,search"),
      DemoTenant("meridian-telecom", usd, .passThrough, "support,voice,triage", .noZeroEntries),
      DemoTenant("pinecrest-schools", usd, .flatPercent(10), "tutor,docs", .withoutSessions),
      DemoTenant(
        "alpenrose-hotels", eur, .perToken(input: "3.10", output: "15.50"), "concierge,support"),
    ]
  }

  private var small: [DemoTenant] {
    [
      DemoTenant("saltmarsh-media", usd, .flatPercent(30), "support,research"),
      DemoTenant("ironbark-mining", usd, .passThrough, "agent", .noZeroEntries),
      DemoTenant(
        "quillon-publishing", eur, .perToken(input: "2.60", output: "13.00"), "docs,coder"),
      DemoTenant(
        "tidewater-energy", usd, .flatPercent(20), "support,agent,autocomplete", .subcentLeak),
      DemoTenant("sakura-mobility", jpy, .perToken(input: "520", output: "2600"), "support,agent"),
      DemoTenant("foxglove-pharma", usd, .passThrough, "research,R&D <lab>", .invalidEvents),
      DemoTenant("marlowe-and-finch", usd, .flatPercent(25), "-"),
      DemoTenant("greywacke-homes", usd, .passThrough, "support,autocomplete", .subcentLeak),
      DemoTenant("tallinn-robotics", eur, .perToken(input: "3.40", output: "17.00"), "agent,coder"),
      DemoTenant("copperline-rail", usd, .flatPercent(20), "support,search", .policyGap),
    ]
  }

  private var long: [DemoTenant] {
    [
      DemoTenant("wren-and-daughters", usd, .passThrough, "support,docs", .policyOverlap),
      DemoTenant("oakmoor-council", usd, .flatPercent(12), "support,search", .anonymous),
      DemoTenant("yamabuki-foods", jpy, .perToken(input: "450", output: "2250"), "support,docs"),
      DemoTenant("lumen-lighting", eur, .perToken(input: "2.90", output: "14.50"), "support"),
      DemoTenant("blackthorn-security", usd, .flatPercent(20), "agent,triage", .policyGap),
      DemoTenant("riverbend-clinic", usd, .passThrough, "support,search"),
      DemoTenant("estuary-analytics", usd, .flatPercent(15), "agent,docs", .invalidEvents),
      DemoTenant("novak-machinery", eur, .perToken(input: "3.00", output: "15.00"), "support,docs"),
      DemoTenant("harrier-aviation", usd, .passThrough, "agent,support", .policyOverlap),
      DemoTenant("sunfield-solar", usd, .flatPercent(20), "support,search"),
      DemoTenant("kumo-weather", jpy, .perToken(input: "400", output: "2000"), "agent,triage"),
      DemoTenant("thistle-textiles", usd, .flatPercent(18), "support,search"),
      DemoTenant(
        "basalt-construction", eur, .perToken(input: "3.30", output: "16.50"), "docs,agent"),
      DemoTenant("larkspur-events", usd, .passThrough, "concierge,voice"),
    ]
  }

  private var peculiar: [DemoTenant] {
    [
      DemoTenant("gannet-fisheries", usd, .flatPercent(20), "support,autocomplete", .subcentLeak),
      DemoTenant("periwinkle-toys", usd, .passThrough, "npc,support", .policyGap),
      DemoTenant(
        "dovetail-furniture", eur, .perToken(input: "2.70", output: "13.50"), "support,agent"),
      DemoTenant("juniper-spirits", usd, .flatPercent(22), "support,docs", .policyOverlap),
      DemoTenant("osprey-capital", usd, .passThrough, "research,docs", .invalidEvents),
      DemoTenant("hinoki-design", jpy, .perToken(input: "600", output: "3000"), "agent,support"),
      DemoTenant("clementine-bakery", usd, .flatPercent(20), "support"),
      DemoTenant(
        "fjordline-ferries", eur, .perToken(input: "3.20", output: "16.00"), "voice,search"),
      DemoTenant("mulberry-press", usd, .passThrough, "research"),
      DemoTenant("zephyr-cycles", usd, .flatPercent(20), "support,docs"),
    ]
  }
}
