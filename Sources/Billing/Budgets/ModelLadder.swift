/// Models from the dearest to the cheapest, to step down on when a budget runs short.
///
/// A model that is on no rung stays as it is.
public struct ModelLadder: Hashable, Sendable {
  /// One family of models, and the one to step down to.
  public struct Rung: Hashable, Sendable {
    /// A word of the names of its models, between hyphens: `opus` of `claude-opus-4-7`.
    public var family: String
    public var model: String

    public init(family: String, model: String) {
      self.family = family
      self.model = model
    }
  }

  public let rungs: [Rung]

  public init(_ rungs: [Rung]) { self.rungs = rungs }

  public static let claude = ModelLadder([
    Rung(family: "opus", model: "claude-opus-4-7"),
    Rung(family: "sonnet", model: "claude-sonnet-4-6"),
    Rung(family: "haiku", model: "claude-haiku-4-5-20251001"),
  ])

  /// 0 is the dearest; `nil` = on no rung.
  public func rung(of model: String) -> Int? {
    rungs.firstIndex { $0.model == model }
      ?? rungs.firstIndex { rung in
        model.split { "-/.:@_".contains($0) }.contains { $0 == rung.family }
      }
  }

  /// The model one rung down; the same on the lowest, and where it is on none.
  ///
  /// Example: opus → sonnet → haiku → haiku.
  public func stepDown(from model: String) -> String {
    guard let rung = rung(of: model), rung + 1 < rungs.count else { return model }
    return rungs[rung + 1].model
  }
}
