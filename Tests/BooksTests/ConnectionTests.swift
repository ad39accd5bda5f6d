import Books
import Testing
import TestSupport

@Suite struct ConnectionTests {
  @Test func aNewDatabaseHasTheContractsRelations() async throws {
    let session = try Connection("test", conninfo: try await TestCluster.database())
    let result = try session.query("select count(*) from gateway.usage_event")
    #expect(result.scalar == "0")
  }
}
