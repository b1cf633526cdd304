namespace Grpc.Core;

public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Nothing more will be sent.</summary>
    Task CompleteAsync();
}
