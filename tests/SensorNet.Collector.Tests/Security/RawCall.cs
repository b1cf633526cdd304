using Google.Protobuf.Reflection;
using Grpc.Core;

namespace SensorNet.Collector.Tests.Security;

/// <summary>Calls any method with one empty message and returns how it ended.</summary>
internal static class RawCall
{
    private static readonly Marshaller<byte[]> s_octets = new(octets => octets, octets => octets);

    public static Task<Status> RunAsync(ChannelBase channel, MethodDescriptor method) =>
        RunAsync(channel, method.Service.FullName, method.Name);

    public static async Task<Status> RunAsync(ChannelBase channel, string service, string name)
    {
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, service, name, s_octets, s_octets);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(deadline: DateTime.UtcNow.AddSeconds(30)));
        try
        {
            await call.RequestStream.WriteAsync([]);
            await call.RequestStream.CompleteAsync();
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
            }

            return call.GetStatus();
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }
}
