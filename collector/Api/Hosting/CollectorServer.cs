using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using SensorNet.Collector.Security;
using SensorNet.Rpc.Server;

namespace SensorNet.Collector.Api.Hosting;

/// <summary>Puts the parts together that stand between the network and the services.</summary>
internal static class CollectorServer
{
    private static readonly FileDescriptor[] s_files =
    [
        V1.EventReflection.Descriptor,
        V1.IngestReflection.Descriptor,
        V1.QueryReflection.Descriptor,
        V1.AlertsReflection.Descriptor,
        V1.RulesReflection.Descriptor,
        V1.ListsReflection.Descriptor,
        V1.AdminReflection.Descriptor,
    ];

    /// <summary>
    /// Registers what serving needs. Expected in the container already: <see cref="CertificateAuthority"/>,
    /// <see cref="LocalRoles"/>, <see cref="IRowWriter"/>, <see cref="AuditLog"/>, the store's reader.
    /// </summary>
    public static IServiceCollection AddCollectorServer(this IServiceCollection services, EndpointSettings endpoints, IReadOnlyList<string> names, AccessLimits? limits = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(limits ?? new AccessLimits());
        services.AddSingleton(provider => new ServerCertificate(
            provider.GetRequiredService<CertificateAuthority>(),
            endpoints.Tls is { } tls && !tls.Address.Equals(System.Net.IPAddress.Any) && !tls.Address.Equals(System.Net.IPAddress.IPv6Any) ? [.. names, tls.Address.ToString()] : names,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => provider.GetRequiredService<CertificateAuthority>().Identity);
        services.AddSingleton<SecurityStore>();
        services.AddSingleton<LoginThrottle>();
        services.AddSingleton<LiveCredentials>();
        services.AddSingleton<CallerResolver>();
        services.AddSingleton<SecurityAdministration>();
        services.AddSingleton<HostScopes>();
        services.AddSingleton<EnrolmentApi>();
        services.AddSingleton<ConnectionGate>();
        services.AddSingleton<KestrelSetup>();
        services.AddSingleton<HealthStatus>();
        services.AddSingleton<Drain>();
        services.AddGrpc();
        services.AddSingleton<MessageRate>();
        services.AddOptions<GrpcServiceOptions>().Configure<AccessLimits>((options, limits) =>
        {
            options.MaxReceiveMessageSize = limits.MessageSize;
            options.Interceptors.Add<MessageRate>();
        });
        services.AddOptions<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>().Configure<KestrelSetup>((server, setup) => setup.Configure(server, endpoints));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        return services;
    }

    /// <summary>Adds the gates in front of the endpoints, and the services that every collector has beside its own.</summary>
    public static void UseCollectorServer(this WebApplication application)
    {
        application.UseRouting();
        application.UseMiddleware<DrainGate>();
        application.UseMiddleware<RoleGate>();
        application.MapGrpcService<EnrolmentApi>();
        application.MapGrpcService<HealthService>();
        application.MapReflection(s_files);
        var health = application.Services.GetRequiredService<HealthStatus>();
        foreach (var service in s_files.SelectMany(file => file.Services))
        {
            health.Set(service.FullName, serving: true);
        }
    }
}
