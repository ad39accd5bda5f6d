/// The tenants that pay a plan.
extension DemoCast {
  var plans: [DemoTenant] {
    [
      DemoTenant(
        "ampersand-crm", usd,
        plan(fee: "1200", .token, "0.000006", source: .given), "support,agent"),
      DemoTenant(
        "castellan-erp", eur,
        plan(fee: "950", .token, "0.0000055", source: .tiered), "support,docs"),
      DemoTenant(
        "pelican-payroll", usd,
        plan(
          fee: "300", feeInUsage: true, .token, "0.000005",
          ills: [.none, .missingTrueUp, .laterUsage]),
        "support,agent,docs"),
      DemoTenant(
        "rowan-recruiting", eur,
        plan(fee: "180", .request, "0.015", ills: [.none, .missingTrueUp, .laterUsage]),
        "support,search,triage"),
      DemoTenant(
        "bellwether-news", usd,
        plan(fee: "400", feeInUsage: true, .charge, "1", source: .given, pooled: true),
        "research,support,search"),
      DemoTenant(
        "matsuda-clinics", jpy,
        plan(fee: "90000", feeEntry: true, .token, "0.0006", pooled: true), "support,agent"),
      DemoTenant(
        "verdant-grocers", usd,
        plan(fee: "250", feeInUsage: true, feeEntry: true, .token, "0.000004"), "support,search"),
      DemoTenant(
        "drydock-marine", usd,
        plan(
          fee: "150", feeInUsage: true, .token, "0.000005", pooled: true,
          ills: [.missingTrueUp]),
        "support,docs"),
      DemoTenant(
        "eventide-care", usd,
        plan(
          fee: "220", feeInUsage: true, .token, "0.000005", source: .given,
          ills: [.laterRevision, .none]),
        "support,agent"),
      DemoTenant(
        "tessellate-tiles", usd,
        plan(fee: "80", feeInUsage: true, .request, "0.02", source: .given, ills: [.disagreement]),
        "support,search,docs"),
      DemoTenant(
        "open-range-feeds", usd,
        plan(fee: "500", feeInUsage: true, .token, "0.000003", includedPercent: nil),
        "support,agent"),
      DemoTenant(
        "slumber-mattress", usd,
        plan(fee: "99", feeInUsage: true, feeEntry: true, .token, "0.000005"), "support",
        .dormant),
      DemoTenant(
        "winterhalt-resorts", eur,
        plan(
          fee: "120", feeInUsage: true, .token, "0.000005", pooled: true, ills: [.missingTrueUp]),
        "concierge", .dormant),
    ]
  }

  private func plan(
    fee: String, feeInUsage: Bool = false, feeEntry: Bool = false, _ unit: DemoPlanTerms.Unit,
    _ overage: String, includedPercent: Int? = 80, source: DemoPlanTerms.Source = .derived,
    pooled: Bool = false, ills: [DemoPlanTerms.Ill] = []
  ) -> DemoTerms {
    .plan(
      DemoPlanTerms(
        fee: fee, feeInUsage: feeInUsage, feeEntry: feeEntry, unit: unit, overage: overage,
        includedPercent: includedPercent, source: source, pooled: pooled, ills: ills))
  }
}
