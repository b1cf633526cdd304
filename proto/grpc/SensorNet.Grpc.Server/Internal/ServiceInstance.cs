using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>A service object for one call: the container's, or one made for the call and disposed after it.</summary>
internal readonly struct ServiceInstance<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T> : IAsyncDisposable
    where T : class
{
    private static readonly Lazy<ObjectFactory<T>> s_factory = new(() => ActivatorUtilities.CreateFactory<T>([]));

    private readonly bool _owned;

    private ServiceInstance(T value, bool owned)
    {
        Value = value;
        _owned = owned;
    }

    public T Value { get; }

    public static ServiceInstance<T> Get(IServiceProvider services) =>
        services.GetService<T>() is { } registered ? new(registered, false) : new(s_factory.Value(services, []), true);

    public ValueTask DisposeAsync()
    {
        if (_owned)
        {
            switch (Value)
            {
                case IAsyncDisposable disposable:
                    return disposable.DisposeAsync();
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
                default:
                    break;
            }
        }

        return ValueTask.CompletedTask;
    }
}
