using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SensorNet.Sensor.Decode;

namespace SensorNet.Sensor.Capture;

/// <summary>
/// Receives HEP over UDP and TCP on one port. Everything goes through one decoder, one packet at a time. A TCP connection
/// whose octets are not HEP is closed. Bounded by connections and by one packet's worth of buffer for each.
/// </summary>
internal sealed class HepListener : IDisposable
{
    private const int MaxPacket = 65535;
    private const int ReceiveBuffer = 8 * 1024 * 1024;
    private static readonly TimeSpan IdleInterval = TimeSpan.FromMilliseconds(100);

    private readonly HepListenOptions _options;
    private readonly PacketDecoder _decoder;
    private readonly CaptureCounters _counters;
    private readonly TimeProvider _clock;
    private readonly Socket _datagrams;
    private readonly Socket _streams;
    private readonly Lock _gate = new();
    private int _connections;

    private HepListener(
        HepListenOptions options, PacketDecoder decoder, CaptureCounters counters, TimeProvider clock, Socket datagrams, Socket streams)
    {
        _options = options;
        _decoder = decoder;
        _counters = counters;
        _clock = clock;
        _datagrams = datagrams;
        _streams = streams;
        Port = ((IPEndPoint)datagrams.LocalEndPoint!).Port;
    }

    /// <summary>The port really used, for UDP and TCP alike.</summary>
    public int Port { get; }

    /// <exception cref="LiveCaptureException">The address is taken or not ours.</exception>
    public static HepListener Open(HepListenOptions options, PacketDecoder decoder, CaptureCounters counters, TimeProvider clock)
    {
        var streams = new Socket(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var datagrams = new Socket(options.Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (options.Address.Equals(IPAddress.IPv6Any))
            {
                // '::' means everything, IPv4 too.
                streams.DualMode = datagrams.DualMode = true;
            }

            streams.Bind(new IPEndPoint(options.Address, options.Port));
            streams.Listen(64);
            datagrams.ReceiveBufferSize = ReceiveBuffer;
            datagrams.Bind(new IPEndPoint(options.Address, ((IPEndPoint)streams.LocalEndPoint!).Port));
            return new HepListener(options, decoder, counters, clock, datagrams, streams);
        }
        catch (SocketException e)
        {
            streams.Dispose();
            datagrams.Dispose();
            throw new LiveCaptureException(
                e.SocketErrorCode == SocketError.AddressAlreadyInUse ? LiveCaptureError.AddressInUse : LiveCaptureError.Other,
                $"HEP cannot be received on {options.Address}:{options.Port}: {e.Message}.");
        }
    }

    /// <summary>Receives until cancelled; what has arrived by then is still handed over.</summary>
    public void Run(CancellationToken cancellation)
    {
        var accepting = AcceptAsync(cancellation);
        var buffer = new byte[MaxPacket];
        var sender = new SocketAddress(_options.Address.AddressFamily);
        _datagrams.ReceiveTimeout = (int)IdleInterval.TotalMilliseconds;
        while (!cancellation.IsCancellationRequested || _datagrams.Available > 0)
        {
            int length;
            try
            {
                length = _datagrams.ReceiveFrom(buffer, SocketFlags.None, sender);
            }
            catch (SocketException)
            {
                // Silence, or an ICMP error that some earlier datagram of ours provoked.
                lock (_gate)
                {
                    _decoder.Idle(Now());
                }

                continue;
            }

            if (IsAllowed(sender))
            {
                Take(buffer.AsSpan(0, length));
            }
        }

        accepting.Wait(CancellationToken.None);
        lock (_gate)
        {
            _decoder.Finish();
        }
    }

    public void Dispose()
    {
        _datagrams.Dispose();
        _streams.Dispose();
    }

    private void Take(ReadOnlySpan<byte> packet)
    {
        lock (_gate)
        {
            _decoder.DecodeHepInput(packet, Now());
        }
    }

    private async Task AcceptAsync(CancellationToken cancellation)
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var connection = await _streams.AcceptAsync(cancellation);
                open.RemoveAll(task => task.IsCompleted);
                if (Volatile.Read(ref _connections) >= _options.MaxConnections
                    || !IsAllowed(((IPEndPoint)connection.RemoteEndPoint!).Address))
                {
                    _counters.CountHepRefused();
                    connection.Dispose();
                    continue;
                }

                _counters.CountHepConnection();
                Interlocked.Increment(ref _connections);
                open.Add(ServeAsync(connection, cancellation));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(Socket connection, CancellationToken cancellation)
    {
        using var owned = connection;
        var buffer = new byte[MaxPacket];
        var held = 0;
        try
        {
            while (true)
            {
                var read = await connection.ReceiveAsync(buffer.AsMemory(held), cancellation);
                if (read == 0)
                {
                    return;
                }

                held += read;
                var used = TakeWhole(buffer.AsSpan(0, held));
                if (used < 0)
                {
                    return;
                }

                buffer.AsSpan(used, held - used).CopyTo(buffer);
                held -= used;
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The agent went away, or we do.
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    // How many octets are done with; -1 when they are not HEP and the connection is of no use.
    private int TakeWhole(ReadOnlySpan<byte> data)
    {
        var position = 0;
        while (data.Length - position >= HepPacket.MinLength)
        {
            var rest = data[position..];
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[4..]);
            if (!rest.StartsWith("HEP3"u8) || length < HepPacket.MinLength)
            {
                _counters.CountHepRefused();
                return -1;
            }

            if (rest.Length < length)
            {
                break;
            }

            Take(rest[..length]);
            position += length;
        }

        return position;
    }

    private bool IsAllowed(SocketAddress sender)
    {
        if (_options.AllowedSenders.Count == 0)
        {
            return true;
        }

        var endPoint = (IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(sender);
        if (IsAllowed(endPoint.Address))
        {
            return true;
        }

        _counters.CountHepRefused();
        return false;
    }

    private bool IsAllowed(IPAddress sender)
    {
        if (_options.AllowedSenders.Count == 0)
        {
            return true;
        }

        var address = sender.IsIPv4MappedToIPv6 ? sender.MapToIPv4() : sender;
        return _options.AllowedSenders.Any(network => network.Contains(address));
    }

    private long Now() => (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
