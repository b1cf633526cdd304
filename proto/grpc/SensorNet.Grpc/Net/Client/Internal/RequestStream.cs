using Grpc.Core;
using SensorNet.Rpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>Sends a call's request messages, each in one write from a buffer that is reused.</summary>
internal sealed class RequestStream<TRequest, TResponse>(
    ClientCall<TRequest, TResponse> call,
    Marshaller<TRequest> marshaller,
    StreamingContent content,
    MessageEncoding? encoding,
    int limit) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    // How long a failed write waits for the status that explains it, which may still be on its way.
    private static readonly TimeSpan s_statusWait = TimeSpan.FromMilliseconds(500);

    private readonly MessageBuffer _buffer = new(limit);
    private int _writing;
    private bool _completed;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    /// <exception cref="RpcException">The call has ended; it carries the call's status.</exception>
    /// <exception cref="InvalidOperationException">Another write runs, or the stream was completed.</exception>
    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        Enter();
        try
        {
            if (_completed)
            {
                throw new InvalidOperationException("The request stream was completed: nothing more can be written.");
            }

            using var cancelled = cancellationToken.UnsafeRegister(
                static state => ((ClientCall<TRequest, TResponse>)state!).Cancel(new Status(StatusCode.Cancelled, "The call was cancelled by its writer.")), call);
            await SendAsync(message).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public async Task CompleteAsync()
    {
        Enter();
        try
        {
            _completed = true;
            content.Finish();
            _buffer.Release();
            await Task.CompletedTask.ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            throw new InvalidOperationException("The previous write has not ended.");
        }
    }

    private async Task SendAsync(TRequest message)
    {
        var flags = WriteOptions?.Flags ?? default;
        try
        {
            if (call.Ended.IsCompleted)
            {
                throw new IOException("The call has ended.");
            }

            var frame = _buffer.Write(message, marshaller, (flags & WriteFlags.NoCompress) != 0 ? null : encoding);
            var stream = await content.TakeAsync(call.Aborted).ConfigureAwait(false);
            await stream.WriteAsync(frame, call.Aborted).ConfigureAwait(false);
            if ((flags & WriteFlags.BufferHint) == 0)
            {
                await stream.FlushAsync(call.Aborted).ConfigureAwait(false);
            }
        }
        catch (RpcException e)
        {
            throw call.Failure(call.Cancel(e.Status));
        }
        catch (Exception e)
        {
            // The server's own status explains the failure better than the transport's exception does.
            await Task.WhenAny(call.Ended, Task.Delay(s_statusWait)).ConfigureAwait(false);
            throw call.Failure(call.Fail(e));
        }
    }
}
