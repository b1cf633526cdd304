using Grpc.Core;

namespace Grpc.AspNetCore.Server;

/// <summary>On every mapped endpoint: which method it serves. Middleware after routing reads it to decide before the body is touched.</summary>
public sealed class GrpcMethodMetadata(Type serviceType, IMethod method)
{
    public Type ServiceType { get; } = serviceType;

    public IMethod Method { get; } = method;
}
