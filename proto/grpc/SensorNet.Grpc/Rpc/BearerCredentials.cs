using Grpc.Core;

namespace SensorNet.Rpc;

/// <summary>Sends a bearer token with every call.</summary>
public static class BearerCredentials
{
    public static CallCredentials Create(AccessToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var value = $"Bearer {token.Text}";
        return CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", value);
            return Task.CompletedTask;
        });
    }
}
