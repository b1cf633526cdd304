using Grpc.Net.Client;

namespace SensorNet.Proto.Tests.Rpc;

public sealed class InteropTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_case_works_between_our_client_and_our_server()
    {
        await using var server = await TestServer.StartAsync();

        await RunOurClientAsync(server.Address);
    }

    [Theory]
    [InlineData("python")]
    [InlineData("node")]
    public async Task Every_case_works_from_foreign_clients(string name)
    {
        var peer = Peer.Find(name);
        await using var server = await TestServer.StartAsync();

        var lines = await peer.RunClientAsync(new Uri(server.Address).Authority);

        foreach (var line in lines)
        {
            output.WriteLine(line);
        }

        Assert.DoesNotContain(lines, line => !line.EndsWith(" ok", StringComparison.Ordinal));
        Assert.Equal(18, lines.Length);
    }

    [Theory]
    [InlineData("python")]
    [InlineData("node")]
    public async Task Every_case_works_against_foreign_servers(string name)
    {
        using var server = await Peer.Find(name).StartServerAsync();

        await RunOurClientAsync(server.Address);
    }

    private async Task RunOurClientAsync(string address)
    {
        using var channel = GrpcChannel.ForAddress(address);
        var failed = new List<string>();
        foreach (var (name, run) in new InteropCases(channel).All)
        {
            try
            {
                await run();
                output.WriteLine($"{name} ok");
            }
            catch (Exception e)
            {
                failed.Add($"{name} failed: {e.Message}");
            }
        }

        Assert.Empty(failed);
    }
}
