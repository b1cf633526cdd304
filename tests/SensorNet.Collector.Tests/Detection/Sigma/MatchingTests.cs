using Google.Protobuf;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection.Sigma;

/// <summary>What a detection matches: values, wildcards, modifiers, searches and conditions.</summary>
public sealed class MatchingTests
{
    [Theory]
    [InlineData("{f: Value}", "value", true)]
    [InlineData("{f|cased: Value}", "value", false)]
    [InlineData("{f|cased: Value}", "Value", true)]
    [InlineData("{f: [a, b]}", "B", true)]
    [InlineData("{f: [a, b]}", "c", false)]
    [InlineData("{f: 'a*c'}", "abbbc", true)]
    [InlineData("{f: 'a*c'}", "abbb", false)]
    [InlineData("{f: 'a?c'}", "abc", true)]
    [InlineData("{f: 'a?c'}", "ac", false)]
    [InlineData("{f: 'a\\*c'}", "a*c", true)]
    [InlineData("{f: 'a\\*c'}", "abc", false)]
    [InlineData("{f: 'C:\\\\*'}", "C:\\Windows", true)]
    [InlineData("{f: 'a\\b'}", "a\\b", true)]
    [InlineData("{f: '*'}", "anything", true)]
    [InlineData("{f|contains: ell}", "Hello", true)]
    [InlineData("{f|contains: 'e*o'}", "well, one", true)]
    [InlineData("{f|startswith: he}", "Hello", true)]
    [InlineData("{f|endswith: LO}", "Hello", true)]
    [InlineData("{f|endswith: he}", "Hello", false)]
    [InlineData("{f|contains|all: [he, lo]}", "Hello", true)]
    [InlineData("{f|contains|all: [he, xx]}", "Hello", false)]
    [InlineData("{f|re: '^h.*o$'}", "hello", true)]
    [InlineData("{f|re: '^H.*o$'}", "hello", false)]
    [InlineData("{f|re|i: '^H.*o$'}", "hello", true)]
    [InlineData("{f|re|s: 'a.b'}", "a\nb", true)]
    [InlineData("{f|re|m: '^b$'}", "a\nb", true)]
    [InlineData("{f|gt: 5}", "6", true)]
    [InlineData("{f|gt: 5}", "5", false)]
    [InlineData("{f|gte: 5}", "5", true)]
    [InlineData("{f|lt: 5}", "4.5", true)]
    [InlineData("{f|lte: 5}", "5.1", false)]
    [InlineData("{f|gt: 5}", "six", false)]
    [InlineData("{f|neq: a}", "b", true)]
    [InlineData("{f|neq: a}", "A", false)]
    [InlineData("{f|exists: true}", "x", true)]
    [InlineData("{f|exists: false}", "x", false)]
    [InlineData("{g|exists: false}", "x", true)]
    [InlineData("{g: null}", "x", true)]
    [InlineData("{f: null}", "x", false)]
    [InlineData("{g: ''}", "x", true)]
    [InlineData("{f|cidr: 10.0.0.0/8}", "10.9.8.7", true)]
    [InlineData("{f|cidr: 10.0.0.0/8}", "11.9.8.7", false)]
    [InlineData("{f|cidr: '2001:db8::/32'}", "2001:db8:1::1", true)]
    [InlineData("{f|windash|contains: ' -f '}", "rm /f x", true)]
    [InlineData("{f|windash|contains: ' -f '}", "rm –f x", true)]
    [InlineData("{f|windash|contains: ' -f '}", "rm +f x", false)]
    [InlineData("{f|base64|contains: ping}", "xx cGluZw== yy", true)]
    [InlineData("{f|base64offset|contains: 'bash -i'}", "echo L2Jpbi9iYXNoIC1pID4=", true)]
    [InlineData("{f|wide|base64offset|contains: ping}", "cABpAG4AZwA=", true)]
    [InlineData("{f|expand: '%colours%'}", "green", true)]
    [InlineData("{f|expand: '%colours%'}", "blue", false)]
    [InlineData("{f|expand: '%empty%'}", "blue", false)]
    [InlineData("{f|expand: 'dark %colours%'}", "dark red", true)]
    [InlineData("{f|gte|expand: '%numbers%'}", "3", true)]
    public void A_field_is_compared_as_its_modifiers_say(string selection, string value, bool matches) =>
        Assert.Equal(matches, Rules.Matches($"{{sel: {selection}, condition: sel}}", Rules.With(("f", value))));

    [Theory]
    [InlineData("a and b", true)]
    [InlineData("a and c", false)]
    [InlineData("a or c", true)]
    [InlineData("not c", true)]
    [InlineData("not a or b", true)]
    [InlineData("not (a or b)", false)]
    [InlineData("c or a and b", true)]
    [InlineData("(c or a) and c", false)]
    [InlineData("1 of them", true)]
    [InlineData("any of them", true)]
    [InlineData("all of them", false)]
    [InlineData("all of sel_*", true)]
    [InlineData("1 of no_*", false)]
    [InlineData("not 1 of no_*", true)]
    [InlineData("a AND NOT c", true)]
    public void Conditions_follow_the_grammar(string condition, bool matches)
    {
        var detection = $"{{a: {{f: x}}, b: {{g: y}}, c: {{f: z}}, sel_1: {{f: x}}, sel_2: {{g: y}}, no_1: {{f: n}}, no_2: {{g: n}}, condition: '{condition}'}}";
        Assert.Equal(matches, Rules.Matches(detection, Rules.With(("f", "x"), ("g", "y"))));
    }

    [Fact]
    public void Names_with_an_underscore_in_front_are_not_among_them() =>
        Assert.True(Rules.Matches("{a: {f: x}, _b: {f: y}, condition: all of them}", Rules.With(("f", "x"))));

    [Fact]
    public void A_list_of_maps_is_any_of_them()
    {
        const string detection = "{sel: [{f: x, g: y}, {f: z}], condition: sel}";
        Assert.True(Rules.Matches(detection, Rules.With(("f", "x"), ("g", "y"))));
        Assert.True(Rules.Matches(detection, Rules.With(("f", "z"))));
        Assert.False(Rules.Matches(detection, Rules.With(("f", "x"))));
    }

    [Fact]
    public void Several_conditions_are_any_of_them() =>
        Assert.True(Rules.Matches("{a: {f: n}, b: {f: x}, condition: [a, b]}", Rules.With(("f", "x"))));

    [Fact]
    public void Keywords_are_looked_for_in_the_whole_record()
    {
        var e = new Event { Type = EventType.LogRaw, Raw = ByteString.CopyFromUtf8("Nov 21 sudo: GCONV_PATH is set") };
        Assert.True(Rules.Matches("{keywords: [gconv_path, other], condition: keywords}", e));
        Assert.True(Rules.Matches("{keywords: {'|all': [gconv, 'sudo*set']}, condition: keywords}", e));
        Assert.False(Rules.Matches("{keywords: {'|all': [gconv, nothing]}, condition: keywords}", e));
        Assert.False(Rules.Matches("{keywords: [nothing], condition: keywords}", e));
    }

    [Fact]
    public void Fields_are_found_by_their_ECS_names_and_aliases()
    {
        var e = Events.SshFailure(0, source: "2001:db8::7");
        Assert.True(Rules.Matches("{sel: {source.ip: '2001:DB8::7', src_ip|cidr: '2001:db8::/32', ip: '2001:db8:0:0::7'}, condition: sel}", e));
        Assert.True(Rules.Matches("{sel: {event.type: auth.failure, event_type: AUTH_FAILURE, type: ssh-failed}, condition: sel}", e));
        foreach (var type in (EventType[])[EventType.SipAuthFailed, EventType.PbxAuthFailed])
        {
            Assert.True(Rules.Matches("{sel: {event.type: registration_failure}, condition: sel}", new Event { Type = type }));
        }
        Assert.True(Rules.Matches("{sel: {user.name: root, user: root, event.category: auth}, condition: sel}", e));
    }

    [Fact]
    public void One_of_several_texts_is_enough()
    {
        var e = Events.Sip(0, EventType.SipAnomaly, "BYE", "1000");
        e.Sip.Anomaly.Add(["oversize", "foreign_bye"]);
        Assert.True(Rules.Matches("{sel: {sip.anomaly: foreign_bye}, condition: sel}", e));
        Assert.True(Rules.Matches("{sel: {sip.anomaly|contains|all: [over, foreign]}, condition: sel}", e));
        Assert.False(Rules.Matches("{sel: {sip.anomaly: tag_mismatch}, condition: sel}", e));
    }

    [Fact]
    public void An_absent_flag_is_false_unless_absence_means_unknown()
    {
        var e = Events.Sip(0, EventType.SipCallStart, "INVITE", "1000");
        Assert.True(Rules.Matches("{sel: {sip.credentials: false}, condition: sel}", e));
        Assert.False(Rules.Matches("{sel: {sip.credentials: true}, condition: sel}", e));
        Assert.False(Rules.Matches("{sel: {user.known: false}, condition: sel}", e));
    }

    [Fact]
    public void Fields_are_compared_with_each_other()
    {
        Assert.True(Rules.Matches("{sel: {f|fieldref: g}, condition: sel}", Rules.With(("f", "same"), ("g", "SAME"))));
        Assert.False(Rules.Matches("{sel: {f|fieldref: g}, condition: sel}", Rules.With(("f", "same"))));
        Assert.True(Rules.Matches("{sel: {f|fieldref|startswith: g}, condition: sel}", Rules.With(("f", "same"), ("g", "sa"))));
    }

    [Theory]
    [InlineData("{event.time|hour: 12}", true)]
    [InlineData("{event.time|hour|gte: 22}", false)]
    [InlineData("{event.time|day: 16}", true)]
    [InlineData("{event.time|month: 11}", true)]
    [InlineData("{event.time|year: 2026}", true)]
    [InlineData("{event.time|week: 47}", true)]
    [InlineData("{event.time|minute|lt: 1}", true)]
    public void Times_are_compared_by_their_parts(string selection, bool matches) =>
        Assert.Equal(matches, Rules.Matches($"{{sel: {selection}, condition: sel}}", Events.At(0, EventType.Custom)));

    [Fact]
    public void A_rule_is_asked_only_about_events_that_it_can_match()
    {
        var (rules, _) = Rules.Load("""
            title: test
            logsource: {product: sensornet, category: sip}
            detection: {sel: {event.type|startswith: sip.call.}, not: {event.type: sip.call.end}, condition: sel and not not}
            """.Replace("not not", "not no", StringComparison.Ordinal).Replace("not: {", "no: {", StringComparison.Ordinal));
        Assert.Equal(1, rules.Of(EventType.SipCallStart)?.Count);
        Assert.Null(rules.Of(EventType.SipCallEnd));
        Assert.Null(rules.Of(EventType.AuthFailure));
    }

    [Fact]
    public void A_hostile_text_does_not_make_wildcards_explode()
    {
        var pattern = string.Concat(Enumerable.Repeat("a*", 60)) + "b";
        var text = new string('a', 20_000);
        var started = System.Diagnostics.Stopwatch.StartNew();
        Assert.False(Rules.Matches($"{{sel: {{f: '{pattern}'}}, condition: sel}}", Rules.With(("f", text))));
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(10));
    }
}
