using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using SensorNet.Rpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// One call over one HTTP/2 stream. It ends exactly once, with whatever comes first: the server's status, a local
/// deadline or cancellation, or a failure of the transport; every waiter then sees that status.
/// </summary>
internal sealed partial class ClientCall<TRequest, TResponse> : IAsyncCallState, IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(40);

    private readonly GrpcChannel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CallOptions _options;
    private readonly CancellationTokenSource _abort;
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Status> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private CancellationTokenRegistration _cancelled;
    private CancellationTokenRegistration _channelClosed;
    private Timer? _deadline;
    private Metadata _trailers = Metadata.Empty;
    private Task<HttpResponseMessage>? _response;
    private HttpResponseMessage? _received;

    public ClientCall(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    {
        ObjectDisposedException.ThrowIf(channel.Shutdown.IsCancellationRequested, channel);
        _channel = channel;
        _method = method;
        _options = options;
        _abort = new CancellationTokenSource();
    }

    public Task<Metadata> ResponseHeadersAsync => _headers.Task;

    internal CancellationToken Aborted => _abort.Token;

    /// <summary>The status, once there is one.</summary>
    internal Task<Status> Ended => _ended.Task;

    public Status GetStatus() => _ended.Task.IsCompleted
        ? _ended.Task.Result
        : throw new InvalidOperationException("The call has not ended: it has no status yet.");

    public Metadata GetTrailers() => _ended.Task.IsCompleted
        ? _trailers
        : throw new InvalidOperationException("The call has not ended: it has no trailers yet.");

    public void Dispose() => Cancel(new Status(StatusCode.Cancelled, "The call was disposed."));

    public void StartWith(TRequest request)
    {
        MessageContent content;
        try
        {
            content = new MessageContent(RequestEncoding(), _channel.MaxSend, _options.WriteOptions);
            content.Write(request, _method.RequestMarshaller);
        }
        catch (RpcException e)
        {
            _response = Refuse(e.Status);
            return;
        }

        Start(content);
    }

    public IClientStreamWriter<TRequest> StartStreaming()
    {
        var content = new StreamingContent();
        var writer = new RequestStream<TRequest, TResponse>(this, _method.RequestMarshaller, content, RequestEncoding(), _channel.MaxSend)
        {
            WriteOptions = _options.WriteOptions,
        };
        Start(content);
        return writer;
    }

    /// <summary>The exception that tells of this status.</summary>
    internal Exception Failure(Status status) =>
        _channel.ThrowOperationCanceled
            && (status.StatusCode == StatusCode.Cancelled || (status.StatusCode == StatusCode.DeadlineExceeded && _options.Deadline is not null))
        ? new OperationCanceledException(status.Detail, new RpcException(status, _trailers), _options.CancellationToken)
        : new RpcException(status, _trailers);

    /// <summary>Ends the call from this side and resets its stream.</summary>
    internal Status Cancel(Status status)
    {
        var first = End(status, null);
        if (first)
        {
            try
            {
                _abort.Cancel();
                _received?.Dispose();
            }
            catch (AggregateException)
            {
                // The transport's own clean-up failed; the call has its status all the same.
            }
        }

        return _ended.Task.Result;
    }

    /// <summary>The transport failed: ends the call with what that means, unless it has ended already.</summary>
    internal Status Fail(Exception exception)
    {
        if (_ended.Task.IsCompleted)
        {
            return _ended.Task.Result;
        }

        var status = StatusMapping.FromException(exception);
        if (exception is OperationCanceledException && !_abort.IsCancellationRequested)
        {
            // The handler cancels what waits on a connection that it lost; nobody here cancelled anything.
            status = new Status(StatusCode.Unavailable, "The connection was lost.", exception);
        }

        if (status.StatusCode == StatusCode.Cancelled && _options.Deadline is { } deadline && DateTime.UtcNow >= deadline.ToUniversalTime())
        {
            status = DeadlineExceeded();
        }

        return Cancel(status);
    }

    private static Status DeadlineExceeded() => new(StatusCode.DeadlineExceeded, "The deadline passed.");

    [SuppressMessage("Reliability", "CA2025", Justification = "The content lives as long as the request that owns it.")]
    private void Start(HttpContent content)
    {
        if (_options.CancellationToken.IsCancellationRequested)
        {
            _response = Refuse(Status.DefaultCancelled);
            return;
        }

        if (_options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            var left = deadline.ToUniversalTime() - DateTime.UtcNow;
            if (left <= TimeSpan.Zero)
            {
                _response = Refuse(DeadlineExceeded());
                return;
            }

            _deadline = new Timer(static state => ((ClientCall<TRequest, TResponse>)state!).OnDeadlineTimer(), this, Timeout.Infinite, Timeout.Infinite);
            _deadline.Change(left < s_longestTimer ? left + TimeSpan.FromMilliseconds(1) : s_longestTimer, Timeout.InfiniteTimeSpan);
        }

        _cancelled = _options.CancellationToken.UnsafeRegister(static state => ((ClientCall<TRequest, TResponse>)state!).Cancel(new Status(StatusCode.Cancelled, "The call was cancelled by its caller.")), this);
        _channelClosed = _channel.Shutdown.UnsafeRegister(static state => ((ClientCall<TRequest, TResponse>)state!).Cancel(new Status(StatusCode.Cancelled, "The channel was disposed.")), this);
        _response = SendAsync(content);
        Observe(_response);
        Observe(_headers.Task);
    }

    // A caller that looks at the response only, or at nothing, leaves the other tasks' failures unread.
    private static void Observe(Task task) =>
        task.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private Task<HttpResponseMessage> Refuse(Status status)
    {
        End(status, null);
        var task = Task.FromException<HttpResponseMessage>(Failure(_ended.Task.Result));
        Observe(task);
        Observe(_headers.Task);
        return task;
    }

    private void OnDeadlineTimer()
    {
        var left = _options.Deadline!.Value.ToUniversalTime() - DateTime.UtcNow;
        if (left <= TimeSpan.Zero)
        {
            Cancel(DeadlineExceeded());
            return;
        }

        lock (_gate)
        {
            if (!_ended.Task.IsCompleted)
            {
                _deadline?.Change(left < s_longestTimer ? left + TimeSpan.FromMilliseconds(1) : s_longestTimer, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpContent content)
    {
        try
        {
            var request = await RequestAsync(content).ConfigureAwait(false);
            var response = await _channel.Invoker.SendAsync(request, _abort.Token).ConfigureAwait(false);
            _received = response;
            if (_ended.Task.IsCompleted)
            {
                response.Dispose();
                throw Failure(_ended.Task.Result);
            }

            if (ResponseRules.Refusal(response) is { } refusal)
            {
                throw Failure(Cancel(refusal));
            }

            var headers = MetadataCodec.Read(response.Headers);
            if (response.Headers.NonValidated.Contains(HeaderNames.Status))
            {
                // Trailers-Only: the status came instead of headers and nothing follows.
                End(ResponseRules.Status(response.Headers), headers);
                _headers.TrySetResult(Metadata.Empty);
                return response;
            }

            _encoding = ResponseRules.Encoding(response.Headers);
            _headers.TrySetResult(headers);
            return response;
        }
        catch (Exception e) when (e is not RpcException || !_ended.Task.IsCompleted)
        {
            throw Failure(Fail(e));
        }
        finally
        {
            if (content is StreamingContent streaming)
            {
                streaming.Answered();
                if (_ended.Task.IsCompleted)
                {
                    streaming.Finish();
                }
            }
        }
    }

    private async Task<HttpRequestMessage> RequestAsync(HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_channel.Address, _method.FullName))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        content.Headers.TryAddWithoutValidation("Content-Type", HeaderNames.ContentType);
        var headers = request.Headers;
        headers.TryAddWithoutValidation("TE", "trailers");
        headers.TryAddWithoutValidation("User-Agent", UserAgent.Value);
        headers.TryAddWithoutValidation(HeaderNames.AcceptEncoding, MessageEncoding.Accepted);
        if (RequestEncoding() is { } encoding)
        {
            headers.TryAddWithoutValidation(HeaderNames.Encoding, encoding.Name);
        }

        if (_options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            headers.TryAddWithoutValidation(HeaderNames.Timeout, TimeoutCodec.Format(deadline.ToUniversalTime() - DateTime.UtcNow));
        }

        if (_options.Headers is { Count: > 0 } metadata)
        {
            MetadataCodec.Write(metadata, headers);
        }

        if (_channel.Credentials is not null || _options.Credentials is not null)
        {
            await AddCredentialsAsync(headers).ConfigureAwait(false);
        }

        return request;
    }

    private async Task AddCredentialsAsync(System.Net.Http.Headers.HttpRequestHeaders headers)
    {
        if (!_channel.SendCredentials)
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, "Call credentials are not sent over a connection without TLS."));
        }

        var slash = _method.FullName.LastIndexOf('/');
        var context = new AuthInterceptorContext(
            new Uri(_channel.Address, _method.FullName[..slash]).ToString(),
            _method.Name,
            _abort.Token);
        var metadata = new Metadata();
        foreach (var credentials in new[] { _channel.Credentials, _options.Credentials })
        {
            if (credentials is not null)
            {
                await credentials.AddToAsync(context, metadata).ConfigureAwait(false);
            }
        }

        MetadataCodec.Write(metadata, headers);
    }

    private MessageEncoding? RequestEncoding()
    {
        var name = _options.Headers?.GetValue(HeaderNames.EncodingRequest);
        return MessageEncoding.TryGet(name, out var encoding)
            ? encoding
            : throw new InvalidOperationException($"No message encoding \"{name}\": gzip, deflate and identity are known.");
    }

    /// <returns>True when this status is the one that counts.</returns>
    private bool End(Status status, Metadata? trailers)
    {
        lock (_gate)
        {
            if (_ended.Task.IsCompleted)
            {
                return false;
            }

            _trailers = trailers ?? Metadata.Empty;
            _deadline?.Dispose();
            _ended.SetResult(status);
        }

        _cancelled.Unregister();
        _channelClosed.Unregister();
        if (status.StatusCode != StatusCode.OK)
        {
            _headers.TrySetException(Failure(status));
        }

        return true;
    }
}
