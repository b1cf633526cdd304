using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace SensorNet.Collector.Security;

/// <summary>
/// Holds each caller to so many messages a second over all its calls: a stream that is too fast is read more slowly, so
/// that flow control stops its sender; a single request waits, and is refused when it would wait too long. One bucket
/// per caller, of whom there are as many as certificates, tokens and accounts. Thread-safe.
/// </summary>
internal sealed class MessageRate(AccessLimits limits, TimeProvider clock) : Interceptor
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await TakeAsync(context).ConfigureAwait(false);
        return await continuation(request, context).ConfigureAwait(false);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await TakeAsync(context).ConfigureAwait(false);
        await continuation(request, responseStream, context).ConfigureAwait(false);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(Slowed(requestStream, context), context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(Slowed(requestStream, context), responseStream, context);

    private async Task TakeAsync(ServerCallContext context)
    {
        if (BucketOf(context) is not { } bucket)
        {
            return;
        }

        var wait = bucket.Take();
        if (wait > s_longestWait)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"More than {limits.MessagesPerSecond} requests a second."));
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, context.CancellationToken).ConfigureAwait(false);
        }
    }

    private IAsyncStreamReader<T> Slowed<T>(IAsyncStreamReader<T> stream, ServerCallContext context)
        where T : class => BucketOf(context) is { } bucket ? new SlowedReader<T>(stream, bucket, clock) : stream;

    private Bucket? BucketOf(ServerCallContext context) =>
        context.GetHttpContext().Features.Get<Caller>() is { } caller
            ? _buckets.GetOrAdd($"{caller.Kind}/{caller.Name}", static (_, state) => new Bucket(state.MessagesPerSecond, state.Clock), (limits.MessagesPerSecond, Clock: clock))
            : null;

    /// <summary>
    /// Lets the rate through, and once in a while as much as two seconds of it. Messages beyond that borrow from the
    /// future: each caller of <see cref="Take"/> is told how long to wait for its turn.
    /// </summary>
    private sealed class Bucket(int perSecond, TimeProvider clock)
    {
        private readonly Lock _gate = new();
        private readonly long _perMessage = TimeSpan.TicksPerSecond / Math.Max(1, perSecond);
        private long _nextFree = clock.GetUtcNow().Ticks - (2 * TimeSpan.TicksPerSecond);

        public TimeSpan Take()
        {
            lock (_gate)
            {
                var now = clock.GetUtcNow().Ticks;
                _nextFree = Math.Max(_nextFree, now - (2 * TimeSpan.TicksPerSecond));
                var wait = _nextFree - now;
                if (wait > s_longestWait.Ticks * 2)
                {
                    // Refused requests must not push everyone's turn away for ever.
                    return TimeSpan.FromTicks(wait);
                }

                _nextFree += _perMessage;
                return TimeSpan.FromTicks(Math.Max(0, wait));
            }
        }
    }

    private sealed class SlowedReader<T>(IAsyncStreamReader<T> inner, Bucket bucket, TimeProvider clock) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            var wait = bucket.Take();
            return wait <= TimeSpan.Zero ? inner.MoveNext(cancellationToken) : WaitAsync(wait, cancellationToken);
        }

        private async Task<bool> WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
        {
            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
            return await inner.MoveNext(cancellationToken).ConfigureAwait(false);
        }
    }
}
