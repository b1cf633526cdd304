namespace SensorNet.Sensor.Capture;

/// <summary>A capture file cannot be read, or not to its end. The message names the file, the offset and what is wrong.</summary>
internal sealed class CaptureFileException : Exception
{
    public CaptureFileException(string file, long offset, string problem, Exception? inner = null)
        : base($"{file}: at octet {offset}: {problem}", inner)
    {
        File = file;
        Offset = offset;
    }

    /// <summary>The path as given, or <c>standard input</c>.</summary>
    public string File { get; }

    /// <summary>Where in the file, or in what it unpacks to when it is compressed.</summary>
    public long Offset { get; }
}
