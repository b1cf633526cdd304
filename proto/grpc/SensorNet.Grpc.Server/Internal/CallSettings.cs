using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SensorNet.Rpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The options in the form that calls use them.</summary>
internal sealed class CallSettings
{
    public CallSettings(IOptions<GrpcServiceOptions> options, IServiceProvider services, ILoggerFactory loggers)
    {
        var value = options.Value;
        MaxReceive = value.MaxReceiveMessageSize ?? int.MaxValue;
        MaxSend = value.MaxSendMessageSize ?? int.MaxValue;
        DetailedErrors = value.EnableDetailedErrors ?? false;
        Interceptors = [.. value.Interceptors.Select(registration => registration.Create(services))];
        Logger = loggers.CreateLogger("Grpc.AspNetCore.Server");
        if (!MessageEncoding.TryGet(value.ResponseCompressionAlgorithm, out var encoding))
        {
            throw new InvalidOperationException($"No message encoding \"{value.ResponseCompressionAlgorithm}\": gzip, deflate and identity are known.");
        }

        ResponseEncoding = encoding;
    }

    public int MaxReceive { get; }

    public int MaxSend { get; }

    public bool DetailedErrors { get; }

    public MessageEncoding? ResponseEncoding { get; }

    public Interceptor[] Interceptors { get; }

    public ILogger Logger { get; }

    /// <summary>Set while services are being mapped, which one thread does.</summary>
    public bool UnknownServicesMapped { get; set; }
}
