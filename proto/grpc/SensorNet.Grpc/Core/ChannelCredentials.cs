namespace Grpc.Core;

/// <summary>How a channel is secured, and credentials that every call on it carries.</summary>
public abstract class ChannelCredentials
{
    public static ChannelCredentials Insecure { get; } = new Plain(false, null);

    public static ChannelCredentials SecureSsl { get; } = new Plain(true, null);

    internal abstract bool IsSecure { get; }

    internal virtual CallCredentials? CallCredentials => null;

    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        return new Plain(channelCredentials.IsSecure, callCredentials);
    }

    private sealed class Plain(bool secure, CallCredentials? calls) : ChannelCredentials
    {
        internal override bool IsSecure => secure;

        internal override CallCredentials? CallCredentials => calls;
    }
}
