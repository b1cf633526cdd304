using FsCheck;
using FsCheck.Fluent;
using SensorNet.Sensor.Dialogs;
using SensorNet.V1;
using static SensorNet.Sensor.Tests.Dialogs.TrackerBench;

namespace SensorNet.Sensor.Tests.Dialogs;

/// <summary>What holds whatever is sent.</summary>
public sealed class AnyTrafficTests
{
    private static readonly string[] Methods = ["INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "INFO", "UPDATE"];
    private static readonly string[] Hosts = [Caller, Proxy, Callee, Attacker];
    private static readonly int[] Statuses = [100, 180, 200, 302, 401, 403, 404, 407, 481, 486, 487, 503, 603];

    [Fact]
    public void Nothing_is_left_behind_no_call_ends_twice_and_nothing_fails()
    {
        var step = Gen.ArrayOf(Gen.Choose(0, 1 << 20), 6);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(step.ListOf().Resize(120).ToArbitrary(), script =>
        {
            var bench = new TrackerBench(new TrackerOptions { MaxTransactions = 24, MaxCalls = 16, MaxBindings = 16, MaxSources = 16, Rates = [] });
            foreach (var s in script)
            {
                var (message, reply) = Build(s);
                bench.Send(Hosts[s[4] % 4], Hosts[(s[4] / 4) % 4], reply ? message.Reply(Statuses[s[3] % Statuses.Length], $"t{s[5] % 2}", "Contact: <sip:u@192.0.2.1>;expires=30") : message);
                if (s[5] % 7 == 0)
                {
                    bench.Wait(s[5] % 50);
                }
            }

            bench.Wait(5 * 3600);
            var counters = bench.Counters();
            var left = new[] { "faults", "table.transactions", "table.calls", "table.bindings", "table.accounts", "table.timers" }.Where(name => counters[name] != 0);
            Assert.Equal([], left);
            Assert.All(bench.Events, e => Assert.Equal("pbx-1", e.Host));
            var starts = bench.Events.Count(e => e.Type == EventType.SipCallStart);
            Assert.True(bench.Events.Count(e => e.Type == EventType.SipCallEnd && !e.Partial) <= starts);
        }));
    }

    private static (Message Message, bool Reply) Build(int[] s)
    {
        var method = Methods[s[0] % Methods.Length];
        var inDialog = s[1] % 2 == 1;
        var swapped = s[1] % 5 == 4;
        var message = Message.Request(method) with
        {
            CallId = $"c{s[2] % 4}",
            CSeq = 1 + (s[2] / 4 % 3),
            Branch = $"z9hG4bK{s[2] % 4}{s[2] / 4 % 3}{s[3] / 16 % 2}",
            From = swapped ? "<sip:b@h>;tag=t0" : "<sip:a@h>;tag=f",
            To = inDialog ? swapped ? "<sip:a@h>;tag=f" : $"<sip:b@h>;tag=t{s[3] / 32 % 2}" : "<sip:b@h>",
            Headers = [.. Headers(s)],
        };
        return (message, s[3] % 2 == 0);
    }

    private static IEnumerable<string> Headers(int[] s)
    {
        yield return s[5] % 3 == 0 ? "Contact: *" : $"Contact: <sip:u@192.0.2.{s[5] % 5}>";
        yield return $"Expires: {(s[5] % 4 == 0 ? 0 : 40)}";
        if (s[1] % 3 == 0)
        {
            yield return "Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", response=\"x\"";
        }

        if (s[1] % 11 == 0)
        {
            yield return "User-Agent: friendly-scanner' or '1'='1";
        }
    }
}
