using System.Security.Authentication;
using Grpc.Core;

namespace SensorNet.Sensor.Uplink;

/// <summary>What the end of a call means: come back, or something a person must mend.</summary>
internal static class LinkFailure
{
    public static LinkEnd Classify(Status status, bool welcomed)
    {
        for (var cause = status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException)
            {
                return new LinkEnd(LinkEndKind.Refused, $"No trust between sensor and collector: {cause.Message} Was the sensor joined to this collector?", welcomed);
            }
        }

        var detail = status.Detail.Length > 0 ? status.Detail : status.StatusCode.ToString();
        return status.StatusCode switch
        {
            StatusCode.OK => new LinkEnd(LinkEndKind.Lost, "The collector ended the stream.", welcomed),
            StatusCode.Unauthenticated => Refused($"The collector does not know this sensor's certificate: {detail}", welcomed),
            StatusCode.PermissionDenied => Refused($"The collector refuses this sensor: {detail}", welcomed),
            StatusCode.AlreadyExists => new LinkEnd(LinkEndKind.Duplicate, $"Another sensor with this identity is connected: {detail}", welcomed),
            StatusCode.FailedPrecondition or StatusCode.InvalidArgument => Refused($"The collector refuses what this sensor says: {detail}", welcomed),
            StatusCode.Unimplemented => Refused($"The peer is not a collector: {detail}", welcomed),
            _ => new LinkEnd(LinkEndKind.Lost, detail, welcomed),
        };
    }

    private static LinkEnd Refused(string detail, bool welcomed) => new(LinkEndKind.Refused, detail, welcomed);
}
