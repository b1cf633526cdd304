using System.Globalization;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Lists;
using SensorNet.V1;

namespace SensorNet.Collector.Detection.Producers;

/// <summary>
/// The first stage: adds to an event what the sensor cannot know (networks, lists, number classes, what is new for this
/// user) and learns from successful events what is usual. Emits <c>baseline.new</c> for what is new about an entity
/// that has been known for the learning time.
/// </summary>
internal sealed class EnrichmentStage(EnrichmentSettings settings, ListBook lists, HostGroups groups, BaselineBook baseline, SourceKnowledge knowledge) : ICommitStage
{
    private const string SourcePrefix = "source/";
    private const int MostHosts = 10_000;
    private const int TailDigits = 8;
    private const int BlockDigits = 4;

    private readonly NamedValues _trusted = lists.Of(KnownList.Trusted);
    private readonly NamedValues _carriers = lists.Of(KnownList.Carriers);
    private readonly NamedValues _blocked = lists.Of(KnownList.Blocked);
    private readonly NamedValues _watched = lists.Of(KnownList.Watched);
    private readonly NamedValues _ownNumbers = lists.Of(KnownList.OwnNumbers);
    private readonly Dictionary<string, string> _groupOfHost = new(StringComparer.Ordinal);
    private NumberPlan _numbers = new(settings.HomeCountryCode, []);
    private int _numbersVersion = -1;
    private readonly NetworkText _networks = new();
    private readonly long _learning = settings.Learning.Ticks * 100;

    /// <summary>Address databases and reputation lists; replaced on the commit thread when they are read again.</summary>
    public SourceKnowledge Knowledge { get; set; } = knowledge;

    public void OnEvent(ulong position, Event e, ICommit commit)
    {
        var address = e.SourceIp.Span;
        var enrichment = e.Enrichment ??= new Enrichment();
        if (address.Length > 0)
        {
            enrichment.SourceNet = _networks.Of(address);
            enrichment.SourceTrusted = _trusted.Networks.Contains(address);
            enrichment.SourceCarrier = _carriers.Networks.Contains(address);
            if (_blocked.Networks.Contains(address))
            {
                enrichment.SourceListedBy = KnownList.Blocked;
            }
            else if (_watched.Networks.Contains(address))
            {
                enrichment.SourceListedBy = KnownList.Watched;
            }
        }

        if (!groups.IsEmpty)
        {
            enrichment.HostGroup = GroupOf(e);
        }

        if (!Knowledge.IsEmpty)
        {
            Tell(address, enrichment);
        }

        if (e.UserAgent.Length > 0)
        {
            enrichment.UserAgentFamily = UserAgentFamily.Of(e.UserAgent);
        }

        if (e.Type is EventType.SipAuthFailed or EventType.SipAuthChallengeAbandoned && AccountsOf(e, learn: false) is { Accounts: > 1 } home)
        {
            e.Attributes["src.accounts"] = home.Accounts.ToString(CultureInfo.InvariantCulture);
        }

        switch (e.Type)
        {
            case EventType.SipCallAttempt or EventType.SipCallStart or EventType.SipCallEnd or EventType.Cdr or EventType.PbxCallRejected:
                Numbers(e, enrichment);
                break;
            case EventType.SipAuthFailed or EventType.SipAuthChallengeAbandoned or EventType.SipRegistrationRemoved:
                Numbers(e, enrichment);
                Compare(e, enrichment);
                break;
            case EventType.SipRegistrationNew:
                Compare(e, enrichment);
                Learn(e, enrichment, commit);
                break;
            case EventType.AuthSuccess:
                LearnLogin(e, commit);
                break;
            default:
                break;
        }
    }

    public void OnBatchEnd(ICommit commit) => baseline.Write(commit);

    public void OnDurable()
    {
    }

    private void Tell(ReadOnlySpan<byte> address, Enrichment enrichment)
    {
        var (origin, listed) = Knowledge.Of(address);
        enrichment.SourceCountry = origin.Country ?? "";
        enrichment.SourceAsn = origin.Asn;
        if (enrichment.SourceListedBy.Length == 0)
        {
            enrichment.SourceListedBy = listed;
        }
    }

    /// <summary>Of the sensor; of what was derived here, that of the sensor that speaks for the host.</summary>
    private string GroupOf(Event e)
    {
        if (e.SensorId.Length == 0)
        {
            return _groupOfHost.GetValueOrDefault(e.Host, "");
        }

        var group = groups.Of(e.SensorId);
        if (group.Length > 0 && (_groupOfHost.Count < MostHosts || _groupOfHost.ContainsKey(e.Host)))
        {
            _groupOfHost[e.Host] = group;
        }

        return group;
    }

    private void Numbers(Event e, Enrichment enrichment)
    {
        var called = e.Call is { Destination.Length: > 0 } call ? call.Destination : e.Sip?.Method == "INVITE" ? e.Sip.Uri?.User ?? e.Sip.To?.Uri?.User ?? "" : "";
        if (_numbersVersion != _ownNumbers.Version)
        {
            _numbersVersion = _ownNumbers.Version;
            _numbers = new NumberPlan(settings.HomeCountryCode, _ownNumbers.Values);
        }

        if (called.Length > 0)
        {
            var number = _numbers.Classify(called);
            if (number.Class is { Length: > 0 })
            {
                enrichment.DestinationClass = number.Class;
                enrichment.DestinationPrefix = number.Prefix;
                if (number.Digits.Length >= TailDigits)
                {
                    enrichment.DestinationTail = number.Digits[^TailDigits..];
                }
            }
        }

        if (e.Sip?.From?.Uri?.User is { Length: > 0 } caller)
        {
            enrichment.CallerBlock = caller.Length >= 8 && _numbers.Classify(caller).Class is { Length: > 0 } ? caller[..^BlockDigits] : caller;
        }
    }

    private void Compare(Event e, Enrichment enrichment)
    {
        if (e.Aor.Length == 0)
        {
            return;
        }

        var profile = baseline.Find(e.Aor, e.EventTime);
        enrichment.SourceNewForAor = profile is null || !profile.KnowsNetwork(enrichment.SourceNet);
        enrichment.UserAgentNewForAor = profile is { HasAgents: true } && enrichment.UserAgentFamily.Length > 0
            && !profile.KnowsSoftware(enrichment.UserAgentFamily, HeaderOrder.Of(e.Sip?.Fingerprint));
        if (profile is null)
        {
            return;
        }

        if (e.Type == EventType.SipRegistrationRemoved && e.Sip is { BindingIp.IsEmpty: false } sip
            && profile.CameAfter(_networks.Of(sip.BindingIp.Span), enrichment.UserAgentFamily, HeaderOrder.Of(sip.Fingerprint), e.EventTime))
        {
            // Whoever has just come and takes away what was there before is as strange as before he came.
            enrichment.UserAgentNewForAor = enrichment.SourceNewForAor = true;
        }

        if (e.Type == EventType.SipAuthFailed && enrichment.SourceNewForAor)
        {
            if (profile.HasNetworks)
            {
                e.Attributes["aor.known"] = "true";
            }

            if (profile.NoteStrangerFailure(e.EventTime))
            {
                baseline.Changed(profile);
            }
        }
        else if (e.Type == EventType.SipRegistrationNew && profile.StrangerFailure != 0)
        {
            e.Attributes["aor.stranger_failure_age_s"] = ((e.EventTime - profile.StrangerFailure) / 1_000_000_000).ToString(CultureInfo.InvariantCulture);
        }
    }

    private void Learn(Event e, Enrichment enrichment, ICommit commit)
    {
        if (e.Aor.Length == 0)
        {
            return;
        }

        AccountsOf(e, learn: true);
        var profile = baseline.FindOrAdd(e.Aor, e.EventTime);
        if (e.EventTime - profile.Row.FirstSeen >= _learning)
        {
            if (!profile.KnowsNetwork(enrichment.SourceNet) && profile.HasNetworks)
            {
                commit.Emit(New(e, "aor", "network", enrichment.SourceNet));
            }

            if (profile.HasAgents && enrichment.UserAgentFamily.Length > 0 && !profile.KnowsAgent(enrichment.UserAgentFamily))
            {
                commit.Emit(New(e, "aor", "user_agent", enrichment.UserAgentFamily));
            }
        }

        if (profile.Learn(enrichment.SourceNet, enrichment.UserAgentFamily, HeaderOrder.Of(e.Sip?.Fingerprint), e.EventTime))
        {
            baseline.Changed(profile);
        }
    }

    /// <summary>What is known of the source itself: the accounts that registered from it. Most have one, and carry no attribute for it.</summary>
    private AorProfile? AccountsOf(Event e, bool learn)
    {
        var address = e.SourceIp.Span;
        if (address.Length is 0 or > 16)
        {
            return null;
        }

        Span<char> key = stackalloc char[SourcePrefix.Length + 32];
        SourcePrefix.CopyTo(key);
        Convert.TryToHexString(address, key[SourcePrefix.Length..], out var digits);
        ReadOnlySpan<char> id = key[..(SourcePrefix.Length + digits)];
        if (!learn)
        {
            return baseline.Find(id, e.EventTime);
        }

        var source = baseline.FindOrAdd(id, e.EventTime);
        if (source.LearnAccount(e.Aor))
        {
            baseline.Changed(source);
        }

        return source;
    }

    /// <summary>First login of a user on a host, once the host itself has been known for the learning time.</summary>
    private void LearnLogin(Event e, ICommit commit)
    {
        if (e.User.Length == 0 || e.Host.Length == 0)
        {
            return;
        }

        var host = baseline.FindOrAdd($"host/{e.Host}", e.EventTime);
        var login = $"login/{e.User}@{e.Host}";
        if (baseline.Find(login, e.EventTime) is null)
        {
            baseline.FindOrAdd(login, e.EventTime);
            if (e.EventTime - host.Row.FirstSeen >= _learning)
            {
                commit.Emit(New(e, "user@host", "login", $"{e.User}@{e.Host}"));
            }
        }
    }

    private static Event New(Event cause, string entity, string attribute, string value) => new()
    {
        Type = EventType.BaselineNew,
        Severity = Severity.Info,
        EventTime = cause.EventTime,
        SensorTime = cause.SensorTime,
        Host = cause.Host,
        SourceIp = cause.SourceIp,
        SourcePort = cause.SourcePort,
        User = cause.User,
        Aor = cause.Aor,
        UserAgent = cause.UserAgent,
        Service = cause.Service,
        LogSource = LogSource.Collector,
        Synthetic = cause.Synthetic,
        Message = $"first {attribute} {value} for {(cause.Aor.Length > 0 ? cause.Aor : cause.User)}",
        Baseline = new Baseline { Entity = entity, Attribute = attribute, Value = value },
    };
}
