using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using SensorNet.Rpc.Server;
using SensorNet.Rpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// One call: its context, its request stream and its response stream in one object. The handler runs on the request's
/// own task; the deadline's timer is the only other thread that touches it, through <see cref="OnDeadline"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "RunAsync disposes the timer; the token source stays readable for handlers that outlive the call.")]
internal sealed partial class ServerCall<TRequest, TResponse> : ServerCallContext, IHttpCall, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>
    where TRequest : class
    where TResponse : class
{
    private const long ResetCancel = 8;
    private static readonly TimeSpan s_deadlineGrace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(40);

    private readonly HttpContext _http;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CallSettings _settings;
    private readonly CancellationTokenSource _cancelled = new();
    private readonly PipeReader _body;
    private readonly int _maxReceive;
    private DateTime _deadline = DateTime.MaxValue;
    private TaskCompletionSource? _deadlinePassed;
    private Timer? _timer;
    private volatile bool _ended;

    private ServerCall(HttpContext http, Method<TRequest, TResponse> method, CallSettings settings)
    {
        _http = http;
        _method = method;
        _settings = settings;
        _body = http.Request.BodyReader;
        _maxReceive = Math.Min(settings.MaxReceive, http.Features.Get<MessageLimit>()?.Octets ?? int.MaxValue);
    }

    public HttpContext HttpContext => _http;

    // A response stream that was cut short must not look complete; a single response that was given is good.
    private bool IsStopped =>
        _method.Type is MethodType.ServerStreaming or MethodType.DuplexStreaming
        && _http.Features.Get<CallStop>() is { Token.IsCancellationRequested: true };

    private bool IsDeadlinePassed => _deadlinePassed is { Task.IsCompleted: true };

    public static Task RunAsync(HttpContext http, Method<TRequest, TResponse> method, CallSettings settings, Func<ServerCall<TRequest, TResponse>, Task> handler)
    {
        if (Refusals.NotGrpc(http) is { } code)
        {
            http.Response.StatusCode = code;
            return Task.CompletedTask;
        }

        // Routing ignores case, the protocol does not.
        if (!string.Equals(http.Request.Path.Value, method.FullName, StringComparison.Ordinal))
        {
            return UnknownMethods.AnswerAsync(http, "method");
        }

        http.Response.ContentType = HeaderNames.ContentType;
        var call = new ServerCall<TRequest, TResponse>(http, method, settings);
        if (call.Prepare() is { } refusal)
        {
            Refusals.Answer(http, refusal);
            return Task.CompletedTask;
        }

        return call.RunAsync(handler);
    }

    private Status? Prepare()
    {
        var headers = _http.Request.Headers;
        var encoding = (string?)headers[HeaderNames.Encoding];
        if (!MessageEncoding.TryGet(encoding, out _requestEncoding))
        {
            _http.Response.Headers[HeaderNames.AcceptEncoding] = MessageEncoding.Accepted;
            return new Status(StatusCode.Unimplemented, $"Messages compressed with \"{encoding}\" are not taken; {MessageEncoding.Accepted} are.");
        }

        if (headers.TryGetValue(HeaderNames.Timeout, out var timeout))
        {
            if (!TimeoutCodec.TryParse(timeout.ToString(), out var span))
            {
                return new Status(StatusCode.Internal, $"grpc-timeout \"{timeout}\" is malformed.");
            }

            var now = DateTime.UtcNow;
            _deadline = span < DateTime.MaxValue - now ? now + span : DateTime.MaxValue;
            _deadlinePassed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _responseEncoding = Accepts(_settings.ResponseEncoding) ? _settings.ResponseEncoding : null;
        return null;
    }

    private async Task RunAsync(Func<ServerCall<TRequest, TResponse>, Task> handler)
    {
        using var aborted = _http.RequestAborted.UnsafeRegister(static state => ((ServerCall<TRequest, TResponse>)state!).CancelToken(), this);
        var stop = _http.Features.Get<CallStop>();
        using var stopped = stop?.Token.UnsafeRegister(static state => ((ServerCall<TRequest, TResponse>)state!).CancelFromOutside(), this) ?? default;
        StartTimer();
        Task? running = null;
        try
        {
            running = handler(this);
            if (_deadlinePassed is not null)
            {
                await WithDeadlineAsync(running).ConfigureAwait(false);
            }
            else
            {
                await running.ConfigureAwait(false);
            }

            await FinishAsync(IsDeadlinePassed ? Exceeded() : IsStopped && StatusCore.StatusCode == StatusCode.OK ? stop!.Status : StatusCore, _trailers).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await FailAsync(e is OperationCanceledException && stop is { Token.IsCancellationRequested: true } ? new RpcException(stop.Status) : e).ConfigureAwait(false);
        }
        finally
        {
            _timer?.Dispose();
        }
    }

    /// <summary>
    /// Waits for the handler, and once the deadline has passed no longer than the grace period: then the caller gets its
    /// status and the stream is reset, and only the request's objects wait on for the handler.
    /// </summary>
    private async Task WithDeadlineAsync(Task running)
    {
        await Task.WhenAny(running, _deadlinePassed!.Task).ConfigureAwait(false);
        if (!running.IsCompleted)
        {
            await Task.WhenAny(running, Task.Delay(s_deadlineGrace)).ConfigureAwait(false);
        }

        if (!running.IsCompleted)
        {
            await AbandonAsync().ConfigureAwait(false);
        }

        await running.ConfigureAwait(false);
    }

    private async Task AbandonAsync()
    {
        if (Interlocked.Exchange(ref _writing, 1) == 0)
        {
            await FinishAsync(Exceeded(), null).ConfigureAwait(false);
        }

        _ended = true;
        _http.Features.Get<IHttpResetFeature>()?.Reset((int)ResetCancel);
    }

    private static Status Exceeded() => new(StatusCode.DeadlineExceeded, "The deadline passed.");

    private async Task FailAsync(Exception e)
    {
        if (_ended || _callerGone || _http.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var trailers = _trailers;
        Status status;
        if (IsDeadlinePassed)
        {
            status = Exceeded();
        }
        else if (e is RpcException rpc)
        {
            status = rpc.Status;
            trailers = Joined(rpc.Trailers);
        }
        else
        {
            _settings.Logger.LogError(e, "{Method} failed", _method.FullName);
            status = new Status(
                StatusCode.Unknown,
                _settings.DetailedErrors ? $"The handler failed: {e.GetType().Name}: {e.Message}" : "The handler failed.");
        }

        try
        {
            await FinishAsync(status, trailers).ConfigureAwait(false);
        }
        catch (Exception late) when (late is IOException or OperationCanceledException or InvalidOperationException)
        {
            _settings.Logger.LogDebug(late, "{Method} ended without its caller", _method.FullName);
        }
    }

    private Metadata? Joined(Metadata thrown)
    {
        if (_trailers is null || thrown.Count == 0)
        {
            return thrown.Count == 0 ? _trailers : thrown;
        }

        var all = new Metadata();
        foreach (var entry in _trailers.Concat(thrown))
        {
            all.Add(entry);
        }

        return all;
    }

    private async Task FinishAsync(Status status, Metadata? trailers)
    {
        _ended = true;
        var response = _http.Response;
        if (!response.HasStarted && !_wrote)
        {
            TrailerWriter.Write(response.Headers, status, trailers);
        }
        else
        {
            TrailerWriter.Write(_http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers, status, trailers);
        }

        await response.CompleteAsync().ConfigureAwait(false);
    }

    private void StartTimer()
    {
        if (_deadline == DateTime.MaxValue)
        {
            return;
        }

        _timer = new Timer(static state => ((ServerCall<TRequest, TResponse>)state!).OnDeadline(), this, Timeout.Infinite, Timeout.Infinite);
        SetTimer(_deadline - DateTime.UtcNow);
    }

    private void SetTimer(TimeSpan left)
    {
        var due = left > s_longestTimer ? s_longestTimer : left + TimeSpan.FromMilliseconds(1);
        try
        {
            _timer!.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The call ended while its timer ran.
        }
    }

    private void OnDeadline()
    {
        var left = _deadline - DateTime.UtcNow;
        if (left > TimeSpan.Zero)
        {
            SetTimer(left);
            return;
        }

        _deadlinePassed!.TrySetResult();
        CancelFromOutside();
    }

    // Runs on timers too, where what a handler's own callback throws would end the process.
    private void CancelToken()
    {
        try
        {
            _cancelled.Cancel();
        }
        catch (AggregateException e)
        {
            _settings.Logger.LogError(e, "{Method}: a callback of its cancellation failed", _method.FullName);
        }
    }

    private void CancelFromOutside()
    {
        CancelToken();
        if (!_ended)
        {
            WakeReader();
        }
    }

    private string FormatPeer()
    {
        var connection = _http.Connection;
        return connection.RemoteIpAddress switch
        {
            null => "unix:",
            { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } v6 => $"ipv6:[{v6}]:{connection.RemotePort}",
            { } address => $"ipv4:{(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}:{connection.RemotePort}",
        };
    }
}
