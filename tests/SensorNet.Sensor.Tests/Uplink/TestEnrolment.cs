using Google.Protobuf;
using Grpc.Core;
using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Uplink;

/// <summary>Signs what is asked for with the right secret.</summary>
internal sealed class TestEnrolment(TestAuthority authority, string secret) : EnrolmentService.EnrolmentServiceBase
{
    public override Task<JoinResponse> Join(JoinRequest request, ServerCallContext context)
    {
        if (request.Token.Split('.') is not [_, _, var given, _] || given != secret)
        {
            throw new RpcException(new Status(StatusCode.Unauthenticated, "the token is unknown, spent or expired"));
        }

        return Task.FromResult(new JoinResponse
        {
            Certificate = ByteString.CopyFrom(authority.Sign(request.Csr.ToByteArray(), "sensor", request.Name).RawData),
            CaCertificate = ByteString.CopyFrom(authority.Certificate.RawData),
            Id = request.Name,
        });
    }
}
