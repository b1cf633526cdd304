using System.Diagnostics;
using SensorNet.Tests.Shared;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>A program in another language, when this machine has what it needs; else the calling test is skipped.</summary>
internal sealed record Peer(string Program, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> Start, IReadOnlyList<string> End)
{
    private static readonly Lazy<string> s_pythonMessages = new(GeneratePythonMessages);

    private static string Folder => Path.Combine(Repository.Root, "tests", "SensorNet.Proto.Tests");

    public static Peer Find(string name)
    {
        switch (name)
        {
            case "python":
                Assert.SkipUnless(Run("/usr/bin/python3", "-c", "import grpc, google.protobuf").Code == 0, "python3-grpcio and python3-protobuf are not installed");
                Assert.SkipUnless(File.Exists("/usr/bin/protoc"), "protobuf-compiler is not installed");
                return new("/usr/bin/python3", new Dictionary<string, string> { ["PYTHONPATH"] = s_pythonMessages.Value }, [Path.Combine(Folder, "Peers", "python_peer.py")], []);
            case "node":
                Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "Peers", "node_modules", "@grpc", "grpc-js")), "@grpc/grpc-js is not installed: npm install --prefix tests/SensorNet.Proto.Tests/Peers");
                return new("node", new Dictionary<string, string>(), [Path.Combine(Folder, "Peers", "node_peer.js")], [Path.Combine(Folder, "Protos", "interop.proto")]);
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "No such peer.");
        }
    }

    /// <summary>Runs it as a client and returns what it printed.</summary>
    public async Task<string[]> RunClientAsync(string address)
    {
        using var process = Launch("client", address);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(limit.Token);
        var lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 0, await errors);
        return lines;
    }

    /// <summary>Starts it as a server; disposing ends it.</summary>
    public async Task<PeerServer> StartServerAsync()
    {
        var process = Launch("server");
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        if (line is null || !line.StartsWith("port ", StringComparison.Ordinal))
        {
            var errors = await process.StandardError.ReadToEndAsync();
            process.Dispose();
            Assert.Fail($"The peer printed \"{line}\" instead of its port. {errors}");
        }

        return new PeerServer(process, $"http://127.0.0.1:{line["port ".Length..]}");
    }

    private static string GeneratePythonMessages()
    {
        var directory = Path.Combine(AppContext.BaseDirectory, "python");
        Directory.CreateDirectory(directory);
        var (code, errors) = Run("/usr/bin/protoc", $"--python_out={directory}", $"--proto_path={Path.Combine(Folder, "Protos")}", "interop.proto");
        Assert.True(code == 0, errors);
        return directory;
    }

    private static (int Code, string Errors) Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, errors);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }

    private Process Launch(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, [.. Start, .. arguments, .. End])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
