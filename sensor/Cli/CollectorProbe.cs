using Grpc.Core;
using SensorNet.Sensor.Uplink;
using SensorNet.V1;

namespace SensorNet.Sensor.Cli;

/// <summary>Asks a collector whether it answers this sensor, without opening its stream.</summary>
internal static class CollectorProbe
{
    /// <returns>Whether it answered, and what that means in words.</returns>
    public static async Task<(bool Reached, string Words)> RunAsync(
        CollectorEndpoint endpoint, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            using var channel = endpoint.Open();
            var admin = new AdminService.AdminServiceClient(channel);
            var answer = await admin.WhoAmIAsync(new WhoAmIRequest(), deadline: DateTime.UtcNow + limit, cancellationToken: cancellation);
            return (true, $"answers, and knows this sensor as {answer.Name}.");
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.PermissionDenied)
        {
            // Sensors may not ask; being told so means that the collector knows the certificate.
            return (true, "answers, and knows this sensor's certificate.");
        }
        catch (RpcException failure)
        {
            return (false, LinkFailure.Classify(failure.Status, false).Detail);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or InvalidDataException)
        {
            return (false, failure.Message);
        }
    }
}
