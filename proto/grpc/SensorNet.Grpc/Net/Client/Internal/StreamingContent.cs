using System.Net;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// The body of a call that streams its requests: lends the connection's stream to the writer and stays until the
/// writer is done. As long as nothing was written, the handler may send the request anew on another stream, when the
/// server certainly processed nothing of the first. Thread-safe.
/// </summary>
internal sealed class StreamingContent : HttpContent
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Attempt? _attempt;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _written;

    /// <summary>
    /// The stream to write to, waiting until the request is under way. From then on the request cannot be sent anew.
    /// </summary>
    /// <exception cref="IOException">No more can be written.</exception>
    public ValueTask<Stream> TakeAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_attempt?.Stream is { } stream)
            {
                _written = true;
                return new(stream);
            }
        }

        return WaitAsync(cancellationToken);
    }

    /// <summary>No more will be written.</summary>
    public void Finish() => _finished.TrySetResult();

    /// <summary>The request has its response, or failed for good: it is not sent again.</summary>
    public void Answered() => _answered.TrySetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var attempt = Begin();
        try
        {
            // Sends the headers now: the server may speak first.
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            Lend(attempt, stream);
            await _finished.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The handler takes whichever fails first, body or response, for the reason, and only the response's says
            // that the request was not processed and may be sent again. So the body does not fail before the response.
            Withdraw(attempt);
            await Task.WhenAny(_answered.Task, attempt.Superseded.Task).ConfigureAwait(false);
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private Attempt Begin()
    {
        lock (_gate)
        {
            _attempt?.Superseded.TrySetResult();
            if (_written)
            {
                throw new IOException("The connection was lost after messages had been written.");
            }

            return _attempt = new Attempt();
        }
    }

    private void Lend(Attempt attempt, Stream stream)
    {
        lock (_gate)
        {
            if (_attempt == attempt)
            {
                attempt.Stream = stream;
                _next.TrySetResult();
            }
        }
    }

    // A writer that comes now waits for the next attempt, or for the call's end.
    private void Withdraw(Attempt attempt)
    {
        lock (_gate)
        {
            if (_attempt == attempt && attempt.Stream is not null && !_written)
            {
                attempt.Stream = null;
                _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private async ValueTask<Stream> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (_attempt?.Stream is { } stream)
                {
                    _written = true;
                    return stream;
                }

                next = _next.Task;
            }

            if (await Task.WhenAny(next, _finished.Task).WaitAsync(cancellationToken).ConfigureAwait(false) != next)
            {
                throw new IOException("No more can be written.");
            }
        }
    }

    private sealed class Attempt
    {
        public TaskCompletionSource Superseded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Stream? Stream { get; set; }
    }
}
