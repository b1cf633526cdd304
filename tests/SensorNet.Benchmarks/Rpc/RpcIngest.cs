using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using SensorNet.Benchmarks.Store;
using SensorNet.V1;

namespace SensorNet.Benchmarks.Rpc;

/// <summary>Runs each pair of server and client as two processes and compares CPU per event.</summary>
internal static class RpcIngest
{
    private const int EventsPerBatch = 100;

    /// <param name="count">Batches per run.</param>
    /// <param name="cpp">The C++ peer; null: .NET only.</param>
    public static async Task<int> RunAsync(int count, string? cpp)
    {
        var file = Path.GetTempFileName();
        try
        {
            var batch = new SensorMessage { Batch = new SampleEvents().Batch(1, EventsPerBatch) }.ToByteArray();
            ParseOnly(batch, count);
            await File.WriteAllBytesAsync(file, batch);
            Console.WriteLine($"{count} batches of {EventsPerBatch} events, {batch.Length} octets each");
            string[] own = [Environment.ProcessPath!, "rpc"];
            (string Name, string[] Command)[] peers = cpp is null ? [(".NET", own)] : [(".NET", own), ("C++", [cpp])];
            foreach (var server in peers)
            {
                foreach (var client in peers)
                {
                    Console.WriteLine($"{server.Name} server <- {client.Name} client: {await PairAsync(server.Command, client.Command, file, count)}");
                }
            }

            return 0;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>What of it is protobuf alone.</summary>
    private static void ParseOnly(byte[] batch, int count)
    {
        foreach (var round in new[] { count / 4, count })
        {
            var cpu = Environment.CpuUsage.TotalTime;
            var allocated = GC.GetTotalAllocatedBytes();
            for (var i = 0; i < round; i++)
            {
                SensorMessage.Parser.ParseFrom(batch);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $".NET parsing alone: {(Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / round / EventsPerBatch:F3} us/event ({(GC.GetTotalAllocatedBytes() - allocated) / round / EventsPerBatch} octets)"));
        }
    }

    private static async Task<string> PairAsync(string[] server, string[] client, string file, int count)
    {
        using var serving = Start([.. server, "server"]);
        var port = (await serving.StandardOutput.ReadLineAsync())!.Split(' ')[1];
        using var sending = Start([.. client, "client", $"127.0.0.1:{port}", file, count.ToString(CultureInfo.InvariantCulture)]);
        var sent = (await sending.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        await sending.WaitForExitAsync();
        serving.StandardInput.Close();
        var received = (await serving.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        await serving.WaitForExitAsync();
        return $"server {Describe(received)}; client {Describe(sent)}; {Value(received, "events") / Value(received, "wall"):F0} events/s";
    }

    private static string Describe(string line) => string.Create(CultureInfo.InvariantCulture,
        $"{Value(line, "cpu") * 1e6 / Value(line, "events"):F3} us/event") + (line.Contains("allocated", StringComparison.Ordinal) ? $" ({Value(line, "allocated") / Value(line, "events"):F0} octets)" : "");

    private static double Value(string line, string name)
    {
        var words = line.Split(' ');
        return double.Parse(words[Array.IndexOf(words, name) + 1], CultureInfo.InvariantCulture);
    }

    private static Process Start(string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
