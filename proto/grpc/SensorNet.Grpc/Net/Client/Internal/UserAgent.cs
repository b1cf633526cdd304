namespace Grpc.Net.Client.Internal;

internal static class UserAgent
{
    public static string Value { get; } = $"grpc-dotnet-sensornet/{typeof(UserAgent).Assembly.GetName().Version?.ToString(3)}";
}
