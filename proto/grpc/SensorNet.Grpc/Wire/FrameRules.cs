using Grpc.Core;

namespace SensorNet.Rpc.Wire;

/// <summary>What may be said about a message from its header alone, before any of it is buffered.</summary>
internal static class FrameRules
{
    /// <summary>Null when the message may be read.</summary>
    /// <param name="header">The frame header.</param>
    /// <param name="encoding">The stream's message encoding, or null for none.</param>
    /// <param name="limit">Largest payload in octets.</param>
    public static Status? Check(FrameHeader header, string? encoding, int limit)
    {
        if (header.Flag > 1)
        {
            return new Status(StatusCode.Internal, $"Message flag {header.Flag} is neither 0 nor 1.");
        }

        if (header.Flag == 1 && encoding is null)
        {
            return new Status(StatusCode.Internal, "A compressed message came without grpc-encoding.");
        }

        return header.Length > (uint)limit ? TooLarge(header.Length, limit) : null;
    }

    public static Status TooLarge(long length, int limit) =>
        new(StatusCode.ResourceExhausted, $"Received message of {length} octets exceeds the limit of {limit}.");

    public static Status TooLargeToSend(long length, int limit) =>
        new(StatusCode.ResourceExhausted, $"Message of {length} octets exceeds the sending limit of {limit}.");

    public static Status Truncated { get; } = new(StatusCode.Internal, "The stream ended inside a message.");
}
