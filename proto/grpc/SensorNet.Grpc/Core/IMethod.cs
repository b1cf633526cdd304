namespace Grpc.Core;

/// <summary>A method's name and kind without its message types.</summary>
public interface IMethod
{
    MethodType Type { get; }

    /// <summary>Package and service, e.g. <c>grpc.health.v1.Health</c>.</summary>
    string ServiceName { get; }

    string Name { get; }

    /// <summary>The request path, <c>/service/method</c>.</summary>
    string FullName { get; }
}
