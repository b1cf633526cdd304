namespace SensorNet.Sensor.Dialogs;

[Flags]
internal enum SessionFlags : byte
{
    None = 0,

    /// <summary>The client will send no more.</summary>
    ClientFinished = 1,

    /// <summary>The server will send no more.</summary>
    ServerFinished = 2,

    /// <summary>The server's end came first.</summary>
    ServerFirst = 4,

    /// <summary>A refused registration has been told.</summary>
    RefusalTold = 8,
}
