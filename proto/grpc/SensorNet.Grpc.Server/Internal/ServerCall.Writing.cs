using Grpc.Core;
using SensorNet.Rpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed partial class ServerCall<TRequest, TResponse>
{
    private MessageEncoding? _responseEncoding;
    private MessageBuffer? _compressing;
    private ResponseMessage? _message;
    private bool _wrote;
    private int _writing;

    WriteOptions? IAsyncStreamWriter<TResponse>.WriteOptions
    {
        get => WriteOptionsCore;
        set => WriteOptionsCore = value;
    }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    /// <exception cref="InvalidOperationException">Another write runs, or the call has ended.</exception>
    /// <exception cref="OperationCanceledException">The caller is gone or the deadline passed.</exception>
    public async Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            throw new InvalidOperationException(_ended ? "The call has ended." : "The previous write has not ended.");
        }

        try
        {
            if (_ended)
            {
                throw new InvalidOperationException("The call has ended.");
            }

            cancellationToken.ThrowIfCancellationRequested();
            _cancelled.Token.ThrowIfCancellationRequested();
            await PutAsync(message).ConfigureAwait(false);
            if (((WriteOptionsCore?.Flags ?? default) & WriteFlags.BufferHint) == 0)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    /// <summary>The one response of a unary or client-streaming call; it leaves together with the trailers.</summary>
    public async Task WriteSingleAsync(TResponse response)
    {
        if (response is null)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The handler returned no response."));
        }

        if (StatusCore.StatusCode == StatusCode.OK && !IsDeadlinePassed)
        {
            await PutAsync(response).ConfigureAwait(false);
        }
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        // A flush waits while the caller does not read: a deadline or the writer's own token ends that.
        if (!cancellationToken.CanBeCanceled || cancellationToken == _cancelled.Token)
        {
            await _http.Response.BodyWriter.FlushAsync(_cancelled.Token).ConfigureAwait(false);
            return;
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cancelled.Token);
        await _http.Response.BodyWriter.FlushAsync(both.Token).ConfigureAwait(false);
    }

    private async ValueTask PutAsync(TResponse message)
    {
        if (!_wrote)
        {
            await StartResponseAsync().ConfigureAwait(false);
        }

        var output = _http.Response.BodyWriter;
        if (_responseEncoding is null || ((WriteOptionsCore?.Flags ?? default) & WriteFlags.NoCompress) != 0)
        {
            (_message ??= new ResponseMessage(output, _settings.MaxSend)).Write(message, _method.ResponseMarshaller);
            return;
        }

        var frame = (_compressing ??= new MessageBuffer(_settings.MaxSend)).Write(message, _method.ResponseMarshaller, _responseEncoding);
        frame.Span.CopyTo(output.GetSpan(frame.Length));
        output.Advance(frame.Length);
        _compressing.Release();
    }

    /// <summary>Fixes the headers; the transport wants that before the first octet of the body.</summary>
    private Task StartResponseAsync()
    {
        _wrote = true;
        var headers = _http.Response.Headers;
        if (_responseEncoding is not null)
        {
            headers[HeaderNames.Encoding] = _responseEncoding.Name;
        }

        return _http.Response.HasStarted ? Task.CompletedTask : _http.Response.StartAsync(_http.RequestAborted);
    }
}
