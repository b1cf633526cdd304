using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace SensorNet.Proto.Tests.Rpc.Http2;

/// <summary>HTTP/2 by hand over a plain socket: writes any frame, right or wrong, and reads what comes back.</summary>
internal sealed class Http2Wire(Socket socket) : IDisposable
{
    public const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    /// <summary>Connects without a word.</summary>
    public static async Task<Http2Wire> ConnectAsync(string address)
    {
        var uri = new Uri(address);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(uri.Host, uri.Port);
        return new(socket);
    }

    /// <summary>A header block of literal fields without indexing (RFC 7541 section 6.2.2).</summary>
    public static byte[] Fields(params (string Name, string Value)[] fields)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            block.WriteByte(0);
            block.WriteByte((byte)name.Length);
            block.Write(Encoding.ASCII.GetBytes(name));
            block.WriteByte((byte)value.Length);
            block.Write(Encoding.ASCII.GetBytes(value));
        }

        return block.ToArray();
    }

    public Task WriteAsync(byte[] octets) => _stream.WriteAsync(octets).AsTask().WaitAsync(s_patience);

    public Task WriteAsync(FrameType type, byte flags, int stream, params byte[] payload) =>
        WriteAsync(Frame(type, flags, stream, payload));

    public static byte[] Frame(FrameType type, byte flags, int stream, params byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = (byte)type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>The client's preface and empty settings, and the server's settings acknowledged.</summary>
    public async Task OpenAsync()
    {
        await WriteAsync([.. Encoding.ASCII.GetBytes(Preface), .. Frame(FrameType.Settings, 0, 0)]);
        await UntilAsync(frame => frame.Type == FrameType.Settings && frame.Flags == 0);
        await WriteAsync(FrameType.Settings, Http2Frame.Ack, 0);
    }

    /// <summary>The server's side of the same.</summary>
    public async Task AcceptAsync()
    {
        var preface = new byte[Preface.Length];
        await _stream.ReadExactlyAsync(preface).AsTask().WaitAsync(s_patience);
        Assert.Equal(Preface, Encoding.ASCII.GetString(preface));
        await WriteAsync([.. Frame(FrameType.Settings, 0, 0), .. Frame(FrameType.Settings, Http2Frame.Ack, 0)]);
    }

    /// <summary>The next frame, or null when the connection was closed.</summary>
    public async Task<Http2Frame?> ReadAsync()
    {
        try
        {
            var header = new byte[9];
            await _stream.ReadExactlyAsync(header).AsTask().WaitAsync(s_patience);
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header) >> 8];
            await _stream.ReadExactlyAsync(payload).AsTask().WaitAsync(s_patience);
            return new((FrameType)header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The first frame like this; fails when the connection is closed before.</summary>
    public async Task<Http2Frame> UntilAsync(Predicate<Http2Frame> wanted)
    {
        while (await ReadAsync() is { } frame)
        {
            if (wanted(frame))
            {
                return frame;
            }
        }

        throw new IOException("The connection was closed without the frame that was waited for.");
    }

    /// <summary>Everything until the peer closes, as text.</summary>
    public async Task<string> RestAsync()
    {
        using var rest = new MemoryStream();
        try
        {
            await _stream.CopyToAsync(rest).WaitAsync(s_patience);
        }
        catch (IOException)
        {
            // A reset instead of a close says the same.
        }

        return Encoding.Latin1.GetString(rest.ToArray());
    }

    public void Dispose() => _stream.Dispose();
}
