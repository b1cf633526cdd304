namespace Grpc.Core;

[Flags]
public enum WriteFlags
{
    /// <summary>More follows: the message may wait in the buffer.</summary>
    BufferHint = 0x1,

    /// <summary>Send this message as it is even where the call compresses.</summary>
    NoCompress = 0x2,
}
