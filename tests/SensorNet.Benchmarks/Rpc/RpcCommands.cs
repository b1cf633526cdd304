namespace SensorNet.Benchmarks.Rpc;

/// <summary>
/// What the gRPC layer costs: <c>rpc ingest</c> streams batches of 100 events between every pair of .NET and C++
/// processes, <c>rpc unary</c> measures small calls.
/// </summary>
internal static class RpcCommands
{
    public const string Usage = """
        rpc ingest [--count N] [--cpp FILE]   duplex ingest, N batches (10000); FILE: the C++ peer, built by Rpc/cpp/build.sh
        rpc unary [--count N]                 N calls (200000), 64 in flight
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["server"]:
                return await RpcPeer.ServeAsync();
            case ["client", var address, var batch, var count]:
                return await RpcPeer.SendAsync(address, batch, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture));
            case ["ingest", .. var rest]:
                return await RpcIngest.RunAsync(Option(rest, "--count") ?? 10_000, Text(rest, "--cpp"));
            case ["unary", .. var rest]:
                return await RpcPeer.UnaryAsync(Option(rest, "--count") ?? 200_000);
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    private static string? Text(string[] arguments, string name)
    {
        var index = Array.IndexOf(arguments, name);
        return index >= 0 && index + 1 < arguments.Length ? arguments[index + 1] : null;
    }

    private static int? Option(string[] arguments, string name) =>
        Text(arguments, name) is { } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;
}
