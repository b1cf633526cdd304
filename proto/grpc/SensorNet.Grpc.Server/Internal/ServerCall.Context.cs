using Grpc.Core;
using SensorNet.Rpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed partial class ServerCall<TRequest, TResponse>
{
    private Metadata? _requestHeaders;
    private Metadata? _trailers;
    private AuthContext? _auth;
    private Dictionary<object, object>? _userState;

    protected override string MethodCore => _method.FullName;

    protected override string HostCore => _http.Request.Host.Value ?? "";

    protected override string PeerCore => FormatPeer();

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadHeaders();

    protected override CancellationToken CancellationTokenCore => _cancelled.Token;

    protected override Metadata ResponseTrailersCore => _trailers ??= [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _auth ??= PeerIdentity.Read(_http.Connection.ClientCertificate);

    protected override IDictionary<object, object> UserStateCore => _userState ??= [];

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (_http.Response.HasStarted || _wrote)
        {
            throw new InvalidOperationException("The response headers were sent before.");
        }

        if (responseHeaders.GetValue(HeaderNames.EncodingRequest) is { } name)
        {
            if (!MessageEncoding.TryGet(name, out var encoding))
            {
                throw new InvalidOperationException($"No message encoding \"{name}\": gzip, deflate and identity are known.");
            }

            _responseEncoding = Accepts(encoding) ? encoding : null;
        }

        TrailerWriter.Write(_http.Response.Headers, responseHeaders);
        await StartResponseAsync().ConfigureAwait(false);
        await _http.Response.BodyWriter.FlushAsync(_http.RequestAborted).ConfigureAwait(false);
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Pass the deadline and the cancellation token to the inner call.");

    private Metadata ReadHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in _http.Request.Headers)
        {
            if (HeaderNames.IsReserved(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                MetadataReader.Add(metadata, name, value ?? "");
            }
        }

        return metadata.Freeze();
    }

    private bool Accepts(MessageEncoding? encoding)
    {
        if (encoding is null)
        {
            return false;
        }

        foreach (var line in _http.Request.Headers[HeaderNames.AcceptEncoding])
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                if (line.AsSpan(range).Trim().SequenceEqual(encoding.Name))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
