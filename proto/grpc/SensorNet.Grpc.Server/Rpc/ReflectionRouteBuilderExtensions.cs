using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace SensorNet.Rpc.Server;

public static class ReflectionRouteBuilderExtensions
{
    private const string MethodName = nameof(ServerReflection.ServerReflectionBase.ServerReflectionInfo);

    /// <summary>Serves reflection, v1 and v1alpha, over these files with all that they import, health and reflection itself.</summary>
    public static void MapReflection(this IEndpointRouteBuilder routes, params FileDescriptor[] files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var service = new ReflectionService([.. files, HealthReflection.Descriptor, ReflectionReflection.Descriptor]);
        routes.MapGrpcService(ServerReflection.BindService(service));
        routes.MapGrpcService(ServerServiceDefinition.CreateBuilder()
            .AddMethod(
                new Method<ServerReflectionRequest, ServerReflectionResponse>(
                    MethodType.DuplexStreaming,
                    "grpc.reflection.v1alpha.ServerReflection",
                    MethodName,
                    Marshaller(ServerReflectionRequest.Parser),
                    Marshaller(ServerReflectionResponse.Parser)),
                service.ServerReflectionInfo)
            .Build());
    }

    private static Marshaller<T> Marshaller<T>(MessageParser<T> parser)
        where T : class, IMessage<T> =>
        Marshallers.Create<T>(
            static (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
