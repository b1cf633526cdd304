using Google.Protobuf;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Events;
using SensorNet.Sensor.Sip;
using SensorNet.V1;

namespace SensorNet.Sensor.Dialogs;

/// <summary>Raw messages for the events of calls, when the options ask for them. This part allocates.</summary>
internal sealed partial class SipTracker
{
    private const int MostMessages = 64;
    private readonly Dictionary<int, List<KeptMessage>> _kept = [];
    private long _keptBytes;

    private void KeepMessage(int call, in SipMessage m, in Datagram d, bool fromSource)
    {
        if (_options.KeepMessages == KeepMessages.Never || _keptBytes + m.Data.Length > _options.MaxTextBytes)
        {
            return;
        }

        if (!_kept.TryGetValue(call, out var messages))
        {
            _kept[call] = messages = [];
        }

        var used = 0;
        foreach (var message in messages)
        {
            used += message.Data.Length;
        }

        if (messages.Count >= MostMessages || used + m.Data.Length > _options.MaxKeptBytes)
        {
            return;
        }

        _keptBytes += m.Data.Length;
        messages.Add(Kept(_now, fromSource, m.Data, d.Source, d.SourcePort, d.Destination, d.DestinationPort));
    }

    private void ForgetMessages(int call)
    {
        if (_kept.Count > 0 && _kept.Remove(call, out var messages))
        {
            foreach (var message in messages)
            {
                _keptBytes -= message.Data.Length;
            }
        }
    }

    private void AddKeptMessages(SipEvent e, int call, bool failed)
    {
        if ((_options.KeepMessages == KeepMessages.Always || (failed && _options.KeepMessages == KeepMessages.OnFailure))
            && _kept.TryGetValue(call, out var messages))
        {
            e.Messages.AddRange(messages);
        }
    }

    /// <summary>Request and final reply, for a transaction outside of calls.</summary>
    private void KeepPair(SipEvent e, in Transaction t, in SipMessage reply, bool failed)
    {
        if (_options.KeepMessages == KeepMessages.Never || (_options.KeepMessages == KeepMessages.OnFailure && !failed) || t.Block < 0)
        {
            return;
        }

        var ends = t.Ends;
        e.Messages.Add(Kept(t.Start, true, _requests.Block(t.Block, t.BlockLength), ends.Source, ends.SourcePort, ends.Destination, ends.DestinationPort));
        e.Messages.Add(Kept(_now, false, reply.Data, ends.Destination, ends.DestinationPort, ends.Source, ends.SourcePort));
    }

    private KeptMessage Kept(long time, bool fromSource, ReadOnlySpan<byte> data, IpAddress128 source, ushort sourcePort, IpAddress128 destination, ushort destinationPort) => new()
    {
        Time = time - _clockOffset,
        FromSource = fromSource,
        Data = ByteString.CopyFrom(data.Length > _options.MaxKeptBytes ? data[.._options.MaxKeptBytes] : data),
        SourceIp = UnsafeByteOperations.UnsafeWrap(source.ToBytes()),
        SourcePort = sourcePort,
        DestinationIp = UnsafeByteOperations.UnsafeWrap(destination.ToBytes()),
        DestinationPort = destinationPort,
    };
}
