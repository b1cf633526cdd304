namespace SensorNet.Proto.Tests.Rpc.Http2;

/// <summary>The error codes of RFC 9113 section 7.</summary>
internal enum Http2Error : uint
{
    NoError = 0,
    ProtocolError = 1,
    InternalError = 2,
    FlowControlError = 3,
    StreamClosed = 5,
    FrameSizeError = 6,
    RefusedStream = 7,
    Cancel = 8,
    CompressionError = 9,
    EnhanceYourCalm = 11,
}
