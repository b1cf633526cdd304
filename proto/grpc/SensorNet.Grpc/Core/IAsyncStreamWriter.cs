namespace Grpc.Core;

/// <summary>A stream of messages being sent; one write at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>For the writes that follow; null: the defaults.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Ends when the message was handed to the transport, which is when flow control lets it.</summary>
    Task WriteAsync(T message);

    Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            throw new NotSupportedException("This stream does not take a cancellation token.");
        }

        return WriteAsync(message);
    }
}
