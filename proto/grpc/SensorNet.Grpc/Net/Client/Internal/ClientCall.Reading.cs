using System.Buffers;
using Grpc.Core;
using SensorNet.Rpc.Wire;

namespace Grpc.Net.Client.Internal;

internal sealed partial class ClientCall<TRequest, TResponse>
{
    private readonly MessageReader _reader = new();
    private MessageEncoding? _encoding;
    private Stream? _stream;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private TResponse? _current;
    private int _reading;

    public TResponse Current => _current ?? throw new InvalidOperationException("MoveNext has found no message.");

    /// <summary>The one response of a unary or client-streaming call.</summary>
    public async Task<TResponse> ReadSingleAsync()
    {
        // More or fewer than one message with an OK status: grpc/doc/statuscodes.md says UNIMPLEMENTED.
        TResponse? response = null;
        while (await ReadAsync().ConfigureAwait(false) is { } message)
        {
            if (response is not null)
            {
                throw Failure(Cancel(new Status(StatusCode.Unimplemented, "The server sent more than one response.")));
            }

            response = message;
        }

        return response ?? throw Failure(new Status(StatusCode.Unimplemented, "The server sent no response."));
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
        {
            throw new InvalidOperationException("The previous read has not ended.");
        }

        try
        {
            using var cancelled = cancellationToken.UnsafeRegister(
                static state => ((ClientCall<TRequest, TResponse>)state!).Cancel(new Status(StatusCode.Cancelled, "The call was cancelled by its reader.")), this);
            _current = await ReadAsync().ConfigureAwait(false);
            return _current is not null;
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <summary>The next message, or null after the last of a call that ended well.</summary>
    private async ValueTask<TResponse?> ReadAsync()
    {
        try
        {
            var response = await _response!.ConfigureAwait(false);
            if (_ended.Task.IsCompleted)
            {
                return Finished();
            }

            _stream ??= await response.Content.ReadAsStreamAsync(_abort.Token).ConfigureAwait(false);
            if (!await FillAsync(FrameHeader.Size).ConfigureAwait(false))
            {
                return _end > _start ? throw new RpcException(FrameRules.Truncated) : AtEnd(response);
            }

            var header = FrameHeader.Read(_buffer.AsSpan(_start));
            if (FrameRules.Check(header, _encoding?.Name, _channel.MaxReceive) is { } broken)
            {
                throw new RpcException(broken);
            }

            _start += FrameHeader.Size;
            if (!await FillAsync((int)header.Length).ConfigureAwait(false))
            {
                throw new RpcException(FrameRules.Truncated);
            }

            var payload = new ReadOnlySequence<byte>(_buffer, _start, (int)header.Length);
            _start += (int)header.Length;
            return Parse(header, payload);
        }
        catch (Exception e) when (e is RpcException && _ended.Task.IsCompleted)
        {
            throw;
        }
        catch (Exception e)
        {
            throw Failure(Fail(e));
        }
    }

    private TResponse Parse(FrameHeader header, ReadOnlySequence<byte> payload)
    {
        if (header.Flag == 0)
        {
            return _reader.Read(payload, _method.ResponseMarshaller);
        }

        var (array, length) = _encoding!.Inflate(payload, _channel.MaxReceive);
        try
        {
            return _reader.Read(new ReadOnlySequence<byte>(array, 0, length), _method.ResponseMarshaller);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private TResponse? AtEnd(HttpResponseMessage response)
    {
        End(ResponseRules.Status(response.TrailingHeaders), MetadataCodec.Read(response.TrailingHeaders));
        return Finished();
    }

    private TResponse? Finished()
    {
        ReturnBuffer();
        var status = _ended.Task.Result;
        return status.StatusCode == StatusCode.OK ? null : throw Failure(status);
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _start = _end = 0;
        }
    }

    /// <summary>
    /// Waits until so many octets are buffered; false at the end of the stream before that. The buffer doubles as data
    /// arrives: a length that was only announced reserves nothing.
    /// </summary>
    private async ValueTask<bool> FillAsync(int count)
    {
        while (_end - _start < count)
        {
            if (_buffer.Length - _start < count)
            {
                MakeRoom(count);
            }

            var read = await _stream!.ReadAsync(_buffer.AsMemory(_end), _abort.Token).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        var held = _end - _start;
        if (_buffer.Length >= count || held < _buffer.Length)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
        }

        if (held == _buffer.Length || _buffer.Length == 0)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(8192, Math.Min(count, _buffer.Length * 2)));
            _buffer.AsSpan(_start, held).CopyTo(larger);
            ReturnBuffer();
            _buffer = larger;
        }

        _start = 0;
        _end = held;
    }
}
