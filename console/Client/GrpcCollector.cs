using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using SensorNet.V1;

namespace SensorNet.Console.Client;

/// <summary>
/// A collector over gRPC. One HTTP/2 connection carries everything; single answers have a deadline, streams end with
/// their token. Thread-safe.
/// </summary>
internal sealed partial class GrpcCollector : ICollector
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ConnectionSettings _settings;
    private readonly TlsTrust _trust;
    private readonly EventOpener _opener;
    private readonly GrpcChannel _channel;
    private readonly Metadata _headers = [];
    private readonly CallInvoker _invoker;
    private readonly AlertService.AlertServiceClient _alerts;
    private readonly RuleService.RuleServiceClient _rules;
    private readonly EventService.EventServiceClient _events;
    private readonly CallService.CallServiceClient _calls;
    private readonly RegistrationService.RegistrationServiceClient _registrations;
    private readonly EntityService.EntityServiceClient _entities;
    private readonly SensorService.SensorServiceClient _sensors;
    private readonly AdminService.AdminServiceClient _admin;
    private readonly ListService.ListServiceClient _lists;
    private readonly SilenceService.SilenceServiceClient _silences;

    /// <summary>Prepares a connection; it is opened by the first call.</summary>
    /// <exception cref="ConfigurationException">A certificate, key, token or privacy key file cannot be used.</exception>
    public GrpcCollector(ConnectionSettings settings)
    {
        _settings = settings;
        _opener = new EventOpener(settings.PrivacyKeysFile);
        _trust = new TlsTrust(settings);
        if (_trust.Token is { } token)
        {
            _headers.Add("authorization", "Bearer " + token);
        }

        _channel = _trust.OpenChannel();
        _invoker = _channel.CreateCallInvoker();
        _alerts = new AlertService.AlertServiceClient(_channel);
        _rules = new RuleService.RuleServiceClient(_channel);
        _events = new EventService.EventServiceClient(_channel);
        _calls = new CallService.CallServiceClient(_channel);
        _registrations = new RegistrationService.RegistrationServiceClient(_channel);
        _entities = new EntityService.EntityServiceClient(_channel);
        _sensors = new SensorService.SensorServiceClient(_channel);
        _admin = new AdminService.AdminServiceClient(_channel);
        _lists = new ListService.ListServiceClient(_channel);
        _silences = new SilenceService.SilenceServiceClient(_channel);
    }

    public string Address => _settings.Collector;

    public string StoredAs(string clear) => _opener.StoredAs(clear);

    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _trust.Dispose();
        _opener.Dispose();
        return ValueTask.CompletedTask;
    }

    private CallOptions Once(CancellationToken cancellation) =>
        new(headers: _headers, deadline: DateTime.UtcNow + Patience, cancellationToken: cancellation);

    private CallOptions Stream(CancellationToken cancellation) => new(headers: _headers, cancellationToken: cancellation);

    /// <summary>Waits for a single answer and explains its failure.</summary>
    private async Task<T> AskAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellation)
    {
        try
        {
            using var call = start(Once(cancellation));
            return await call.ResponseAsync;
        }
        catch (RpcException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw RpcFailures.Explain(e, _settings, _trust);
        }
    }

    /// <summary>Reads a stream to its end and explains its failure.</summary>
    private async IAsyncEnumerable<T> ReadAsync<T>(
        Func<CallOptions, AsyncServerStreamingCall<T>> start, [EnumeratorCancellation] CancellationToken cancellation, Action<T>? prepare = null)
    {
        using var call = start(Stream(cancellation));
        while (true)
        {
            T item;
            try
            {
                if (!await call.ResponseStream.MoveNext(cancellation))
                {
                    yield break;
                }

                item = call.ResponseStream.Current;
            }
            catch (RpcException e)
            {
                cancellation.ThrowIfCancellationRequested();
                throw RpcFailures.Explain(e, _settings, _trust);
            }

            prepare?.Invoke(item);
            yield return item;
        }
    }

    /// <summary>Flattens a stream of pages.</summary>
    private async IAsyncEnumerable<TItem> ReadPagesAsync<TPage, TItem>(
        Func<CallOptions, AsyncServerStreamingCall<TPage>> start,
        Func<TPage, IReadOnlyList<TItem>> items,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var page in ReadAsync(start, cancellation))
        {
            foreach (var item in items(page))
            {
                yield return item;
            }
        }
    }
}
