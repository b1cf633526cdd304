using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SensorNet.Collector.Api;
using SensorNet.Collector.Api.Hosting;
using SensorNet.Collector.Configuration;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.Collector.Sensors;
using SensorNet.Proto;

namespace SensorNet.Collector;

/// <summary>A running collector: the store and its stages below, the gRPC services above.</summary>
internal static class CollectorHost
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(10);

    // Longer than any write that goes on; then the service manager is no longer told that all is well.
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(60);

    /// <summary>Runs until SIGTERM, SIGINT or cancellation, then drains, stops and closes.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop while it was starting.</exception>
    /// <exception cref="Storage.StoreLockedException">Another collector holds the state directory.</exception>
    /// <exception cref="IOException">The address or the socket is taken, or the state directory cannot be used.</exception>
    public static async Task RunAsync(CollectorOptions options, CancellationToken cancellation)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stopping));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stopping));

        Directory.CreateDirectory(options.StateDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var listening = Path.Combine(options.StateDirectory, "listening");
        var socket = Path.Combine(options.StateDirectory, options.Listen.UnixSocket);

        using var logs = LoggerFactory.Create(Logging);
        EventPipeline? opened = null;
        using var manager = new ServiceManager(() => opened!.Commits.SinceTurn < StuckAfter, TimeProvider.System);
        await using var pipeline = opened = EventPipeline.Open(options, TimeProvider.System, logs, status =>
        {
            stopping.Token.ThrowIfCancellationRequested();
            manager.Starting(status);
        });
        File.Delete(listening);

        var endpoints = new EndpointSettings { Tls = options.Listen.Tls, UnixSocket = socket };
        await using var application = Build(options, endpoints, pipeline);
        KestrelSetup.PrepareSocket(socket);
        pipeline.Start();
        application.Services.GetRequiredService<SensorDirectory>().Load();
        application.Services.GetRequiredService<HostScopes>().Feed(pipeline.Detection.Groups);
        await application.StartAsync(stopping.Token);
        KestrelSetup.OpenSocket(socket);

        var logger = logs.CreateLogger("SensorNet.Collector");
        var address = TlsAddress(application);
        logger.LogInformation("Listening on {Socket} and {Address}; {Events} events stored", socket, address, pipeline.Store.EventCount);
        await WriteListeningAsync(listening, address);
        manager.Ready();

        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            _ = ReloadAsync(application.Services.GetRequiredService<RuleAdministration>(), logger, stopping.Token);
        });
        var silence = application.Services.GetRequiredService<SensorDirectory>().WatchSilenceAsync(stopping.Token);
        await Task.WhenAny(Task.Delay(Timeout.Infinite, stopping.Token));
        await silence.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        manager.Stopping();
        logger.LogInformation("Stopping");
        File.Delete(listening);
        if (!await application.Services.GetRequiredService<Drain>().RunAsync(DrainLimit))
        {
            logger.LogWarning("Some calls did not end within {Limit} s and are cut off", DrainLimit.TotalSeconds);
        }

        await application.StopAsync(CancellationToken.None);
        File.Delete(socket);
    }

    private static async Task ReloadAsync(RuleAdministration rules, ILogger logger, CancellationToken cancellation)
    {
        try
        {
            var result = await rules.ReloadAsync(dryRun: false, "SIGHUP", "", cancellation);
            foreach (var problem in result.Problems.Where(p => !p.Warning))
            {
                logger.LogError("Rule left out: {File}:{Line}: {Problem}", problem.File, problem.Line, problem.Message);
            }

            logger.LogInformation("SIGHUP: rules reloaded: {Unchanged} unchanged, added {Added}, changed {Changed}, removed {Removed}", result.Unchanged, result.Added, result.Changed, result.Removed);
        }
#pragma warning disable CA1031 // A reload that fails leaves the running rules and the process alone.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogError("SIGHUP: rules not reloaded: {Reason}", e.Message);
        }
    }

    private static WebApplication Build(CollectorOptions options, EndpointSettings endpoints, EventPipeline pipeline)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "sensornet-collector" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddRoutingCore();
        Logging(builder.Logging);

        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        pipeline.AddTo(services);
        services.AddSingleton<IRowWriter>(new CommitRowWriter(pipeline.Commits));
        services.AddSingleton(CertificateAuthority.LoadOrCreate(options.StateDirectory, TimeProvider.System));
        services.AddSingleton(provider => new LocalRoles(options.Access.Users, options.Access.Groups, provider.GetRequiredService<ILogger<LocalRoles>>()));
        services.AddSingleton<SensorDirectory>();
        services.AddSingleton<CollectorStatus>();
        services.AddCollectorServer(endpoints, options.Listen.Names);
        services.AddGrpc(grpc => grpc.Interceptors.Add<ErrorInterceptor>());

        var application = builder.Build();
        application.UseCollectorServer();
        application.MapGrpcService<IngestApi>();
        application.MapGrpcService<EventApi>();
        application.MapGrpcService<CallApi>();
        application.MapGrpcService<RegistrationApi>();
        application.MapGrpcService<EntityApi>();
        application.MapGrpcService<AlertApi>();
        application.MapGrpcService<RuleApi>();
        application.MapGrpcService<ListApi>();
        application.MapGrpcService<SilenceApi>();
        application.MapGrpcService<SensorApi>();
        application.MapGrpcService<AdminApi>();
        return application;
    }

    private static void Logging(ILoggingBuilder logging) =>
        logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                console.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
            })
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning);

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stopping)
    {
        signal.Cancel = true;
        stopping.Cancel();
    }

    private static string TlsAddress(WebApplication application)
    {
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var tls = addresses.FirstOrDefault(a => a.StartsWith("https://", StringComparison.Ordinal));
        return tls is null ? "none" : tls["https://".Length..];
    }

    // Whole or not at all: scripts wait for this file and read it at once.
    private static async Task WriteListeningAsync(string path, string address)
    {
        await File.WriteAllTextAsync(path + ".new", address + "\n");
        File.Move(path + ".new", path, overwrite: true);
    }
}
