import Accounting
import Testing

@testable import Reporting

@Suite struct BridgeFigureTests {
  private static func figure(_ due: String, _ steps: [String]) throws -> BridgeFigure {
    let amounts = steps.map { money($0) }
    let posted = try Money.sum([money(due)] + amounts)
    return try BridgeFigure(
      id: "b", title: "t", due: money(due),
      steps: amounts.map { .init(label: "line", amount: $0) }, posted: posted,
      currency: iso("USD"), size: .large)
  }

  @Test(arguments: [
    ("0", []), ("0", ["0"]), ("5", []), ("100", ["20", "-30"]), ("1000000", ["1", "-2"]),
    ("-1000000", ["1", "-2"]), ("-3", ["10"]), ("3", ["-10"]), ("0", ["-7"]),
    ("0.000000000000000001", ["-0.000000000000000001"]),
    ("80000000000000000000", ["80000000000000000000", "-160000000000000000000"]),
    ("-80000000000000000000", ["-1", "0.000000000000000001"]),
  ])
  func barsStayInThePlotAndMeet(due: String, steps: [String]) throws {
    let figure = try BridgeFigureTests.figure(due, steps)
    let plot = BridgeFigure.Size.large
    #expect(figure.rows.count == steps.count + 2)
    for row in figure.rows {
      #expect(row.barX >= plot.plotStart && row.barWidth >= 1)
      #expect(row.barX + row.barWidth <= plot.plotStart + plot.plotWidth + 1)
      #expect(row.barY >= 0 && row.barY + row.barHeight <= figure.height)
    }
    for (row, next) in zip(figure.rows, figure.rows.dropFirst()) {
      let x = try #require(row.links.first).x
      #expect([next.barX, next.barX + next.barWidth, next.barX + next.barWidth - 1].contains(x))
    }
    #expect(figure.isBroken != figure.rows[0].breaks.isEmpty)
  }

  @Test func aSmallStepOfALargeSumIsSeen() throws {
    let figure = try BridgeFigureTests.figure("1000000", ["1", "-2"])
    #expect(figure.isBroken && figure.zero.isEmpty)
    #expect(figure.rows[2].barWidth > 200)
    #expect(figure.rows[1].kind == "over" && figure.rows[2].kind == "under")
    #expect(
      figure.description
        == "due 1,000,000.00; line +1.00; line \u{2212}2.00; posted 999,999.00")
  }

  @Test func aScaleThatCanBeginAtZeroDoes() throws {
    let figure = try BridgeFigureTests.figure("100", ["20", "-30"])
    #expect(!figure.isBroken && figure.zero.count == 1)
    #expect(figure.rows[0].barWidth == 330 * 100 / 120)
    #expect(figure.rows[3].barWidth == 330 * 90 / 120)
  }
}
