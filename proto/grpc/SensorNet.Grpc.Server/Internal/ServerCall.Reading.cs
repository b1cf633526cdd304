using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using SensorNet.Rpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed partial class ServerCall<TRequest, TResponse>
{
    private readonly MessageReader _reader = new();
    private MessageEncoding? _requestEncoding;
    private TRequest? _current;
    private int _reading;
    private volatile bool _callerGone;

    public TRequest Current => _current ?? throw new InvalidOperationException("MoveNext has found no message.");

    /// <summary>The one request of a unary or server-streaming call.</summary>
    public async Task<TRequest> ReadSingleAsync()
    {
        // More or fewer than one message: grpc/doc/statuscodes.md says UNIMPLEMENTED.
        var request = await ReadAsync().ConfigureAwait(false)
            ?? throw new RpcException(new Status(StatusCode.Unimplemented, "The caller sent no request message."));
        if (await ReadAsync().ConfigureAwait(false) is not null)
        {
            throw new RpcException(new Status(StatusCode.Unimplemented, "The caller sent more than one request message."));
        }

        return request;
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
        {
            throw new InvalidOperationException("The previous read has not ended.");
        }

        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!cancellationToken.CanBeCanceled || cancellationToken == _cancelled.Token)
            {
                _current = await ReadAsync(CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                using var registration = cancellationToken.UnsafeRegister(static state => ((ServerCall<TRequest, TResponse>)state!).WakeReader(), this);
                _current = await ReadAsync(cancellationToken).ConfigureAwait(false);
            }

            return _current is not null;
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <summary>The next message, or null when the caller has finished.</summary>
    private async ValueTask<TRequest?> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_ended)
        {
            throw new InvalidOperationException("The call has ended.");
        }

        while (true)
        {
            ReadResult result;
            try
            {
                result = await _body.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                // The transport tells the reader before it cancels the request's token.
                _callerGone = true;
                throw new OperationCanceledException("The caller has gone.", e, _cancelled.Token);
            }

            if (result.IsCanceled)
            {
                _body.AdvanceTo(result.Buffer.Start);
                cancellationToken.ThrowIfCancellationRequested();
                if (_cancelled.IsCancellationRequested)
                {
                    throw new OperationCanceledException("The call was cancelled.", _cancelled.Token);
                }

                // An earlier read's token, cancelled just after that read had ended.
                continue;
            }

            if (TryTake(result.Buffer, out var message))
            {
                return message;
            }

            if (result.IsCompleted)
            {
                if (result.Buffer.IsEmpty)
                {
                    return null;
                }

                throw new RpcException(FrameRules.Truncated);
            }

            _body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Ends a read that waits. From cancellation callbacks, where nothing may be thrown.</summary>
    private void WakeReader()
    {
        try
        {
            _body.CancelPendingRead();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The caller has gone, and the reader is told of that instead.
        }
    }

    /// <summary>Parses a whole message straight from the connection's buffers and releases them.</summary>
    private bool TryTake(in ReadOnlySequence<byte> buffer, out TRequest? message)
    {
        message = null;
        if (!FrameHeader.TryRead(buffer, out var header))
        {
            return false;
        }

        if (FrameRules.Check(header, _requestEncoding?.Name, _maxReceive) is { } broken)
        {
            throw new RpcException(broken);
        }

        if (buffer.Length < FrameHeader.Size + (long)header.Length)
        {
            return false;
        }

        var payload = buffer.Slice(FrameHeader.Size, header.Length);
        try
        {
            message = header.Flag == 0 ? _reader.Read(payload, _method.RequestMarshaller) : Inflated(payload);
        }
        finally
        {
            _body.AdvanceTo(payload.End);
        }

        return true;
    }

    private TRequest Inflated(in ReadOnlySequence<byte> payload)
    {
        var (array, length) = _requestEncoding!.Inflate(payload, _maxReceive);
        try
        {
            return _reader.Read(new ReadOnlySequence<byte>(array, 0, length), _method.RequestMarshaller);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
