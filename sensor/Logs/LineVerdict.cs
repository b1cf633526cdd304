namespace SensorNet.Sensor.Logs;

/// <summary>What a parser made of a line.</summary>
internal enum LineVerdict : byte
{
    /// <summary>Not a line of this parser's format.</summary>
    NotMine,

    /// <summary>Understood, and it tells of nothing that is an event.</summary>
    NoEvent,

    /// <summary>Understood: it belongs to an attempt or event that an earlier line already reported.</summary>
    Repeats,

    /// <summary>Understood: it is part of an event that later lines complete.</summary>
    Held,

    /// <summary>It became an event.</summary>
    Event,
}
