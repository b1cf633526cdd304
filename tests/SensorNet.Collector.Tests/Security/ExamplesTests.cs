using System.Diagnostics;
using SensorNet.Collector.Security;
using SensorNet.Tests.Shared;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Security;

/// <summary>The scripts of console/examples, where this machine can run them.</summary>
public sealed class ExamplesTests
{
    private static string Examples => Path.Combine(Repository.Root, "console", "examples");

    private static string NodeModules => Path.Combine(Repository.Root, "tests", "SensorNet.Proto.Tests", "Peers", "node_modules");

    [Fact]
    public async Task Python_watches_and_acknowledges_over_the_unix_socket()
    {
        await using var server = await SecuredServer.StartAsync();
        var generated = await GeneratePythonAsync(server.StateDirectory);

        var output = await RunAsync("/usr/bin/python3", ("PYTHONPATH", generated), Path.Combine(Examples, "alerts.py"), "--address", server.UnixAddress, "--ack");

        Check(output, LocalAccounts.UserName(LocalAccounts.OwnUserId));
    }

    [Fact]
    public async Task Python_watches_and_acknowledges_over_tls_with_a_token()
    {
        await using var server = await SecuredServer.StartAsync();
        var generated = await GeneratePythonAsync(server.StateDirectory);
        var token = await server.CreateTokenAsync(Role.Operator, bearer: true, name: "bot");

        var output = await RunAsync("/usr/bin/python3", ("PYTHONPATH", generated), Path.Combine(Examples, "alerts.py"), [.. Tls(server), "--token", token.Text, "--ack"]);

        Check(output, "bot");
    }

    [Fact]
    public async Task Node_watches_and_acknowledges_over_the_unix_socket()
    {
        SkipWithoutNode();
        await using var server = await SecuredServer.StartAsync();

        var output = await RunAsync("node", ("NODE_PATH", NodeModules), Path.Combine(Examples, "alerts.js"), "--address", server.UnixAddress, "--ack");

        Check(output, LocalAccounts.UserName(LocalAccounts.OwnUserId));
    }

    [Fact]
    public async Task Node_watches_and_acknowledges_over_tls_with_a_token()
    {
        SkipWithoutNode();
        await using var server = await SecuredServer.StartAsync();
        var token = await server.CreateTokenAsync(Role.Operator, bearer: true, name: "bot");

        var output = await RunAsync("node", ("NODE_PATH", NodeModules), Path.Combine(Examples, "alerts.js"), [.. Tls(server), "--token", token.Text, "--ack"]);

        Check(output, "bot");
    }

    [Fact]
    public async Task Without_a_token_python_is_told_what_is_missing()
    {
        await using var server = await SecuredServer.StartAsync();
        var generated = await GeneratePythonAsync(server.StateDirectory);

        var output = await RunAsync("/usr/bin/python3", ("PYTHONPATH", generated), Path.Combine(Examples, "alerts.py"), Tls(server));

        Assert.Contains("UNAUTHENTICATED", output);
        Assert.Contains("[4]", output);
    }

    private static void Check(string output, string by)
    {
        Assert.Contains("Brute force 203.0.113.7 x8 a1", output);
        Assert.Contains("Brute force 203.0.113.7 x9 a1", output);
        Assert.Contains($"acknowledged a1 as {by}", output);
        Assert.Contains("[0]", output);
    }

    private static string[] Tls(SecuredServer server) =>
        ["--address", new Uri(server.TlsAddress).Authority, "--ca", Path.Combine(server.StateDirectory, CertificateAuthority.CertificateFile)];

    private static void SkipWithoutNode() =>
        Assert.SkipUnless(Directory.Exists(Path.Combine(NodeModules, "@grpc", "grpc-js")), "@grpc/grpc-js is not installed: npm install --prefix tests/SensorNet.Proto.Tests/Peers");

    private static async Task<string> GeneratePythonAsync(string directory)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/protoc"), "protobuf-compiler is not installed");
        Assert.SkipUnless((await RunAsync("/usr/bin/python3", ("", ""), "-c", "import grpc, google.protobuf")).Contains("[0]", StringComparison.Ordinal), "python3-grpcio and python3-protobuf are not installed");
        var generated = Directory.CreateDirectory(Path.Combine(directory, "python")).FullName;
        var protos = Path.Combine(Repository.Root, "proto");
        var files = Directory.GetFiles(Path.Combine(protos, "sensornet", "v1"), "*.proto");
        var output = await RunAsync("/usr/bin/protoc", ("", ""), "-I", [protos, $"--python_out={generated}", .. files]);
        Assert.Contains("[0]", output);
        return generated;
    }

    private static async Task<string> RunAsync(string program, (string Name, string Value) environment, string first, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, [first, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (environment.Name.Length > 0)
        {
            start.Environment[environment.Name] = environment.Value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(limit.Token);
        return $"{await output}{await errors}[{process.ExitCode}]";
    }
}
