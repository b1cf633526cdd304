using System.Diagnostics;
using System.Globalization;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Decode;
using SensorNet.Sensor.Sip;

namespace SensorNet.Benchmarks.Traffic;

/// <summary>The SIP reader alone over the first messages of a capture, again and again: they stay in the cache.</summary>
internal sealed class ParseRun : IDatagramSink
{
    private const int Messages = 2000;
    private const int Rounds = 500;
    private readonly List<byte[]> _payloads = [];

    public void OnDatagram(in Datagram datagram)
    {
        if (_payloads.Count < Messages)
        {
            _payloads.Add(datagram.Payload.ToArray());
        }
    }

    public void OnTime(long time)
    {
    }

    /// <summary>Writes the time per message in the quickest round: what others do on the machine only adds to it.</summary>
    public void Run(string[] paths, TextWriter output)
    {
        new CapturePipeline(new CaptureOptions(), this).RunFiles(paths, new ReplayOptions(), CancellationToken.None);
        var reader = new SipReader();
        var best = TimeSpan.MaxValue;
        long good = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var payload in _payloads)
            {
                good += reader.Read(payload).Status == SipStatus.Ok ? 1 : 0;
            }

            var took = Stopwatch.GetElapsedTime(started);
            best = took < best ? took : best;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_payloads.Count} messages, {good / Rounds} of them good, {best.TotalNanoseconds / Math.Max(1, _payloads.Count):F0} ns per message"));
    }
}
