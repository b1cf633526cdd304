namespace SensorNet.Collector.Security;

/// <summary>Who may call a method. From <see cref="Viewer"/> on, each includes those after it.</summary>
internal enum Access : byte
{
    /// <summary>Anybody who reaches the port; the method judges the caller itself.</summary>
    Anonymous,

    /// <summary>Whoever has a role at all.</summary>
    Authenticated,

    /// <summary>A holder of a certificate, for what concerns that certificate.</summary>
    Certificate,

    /// <summary>Sensors, and no one else.</summary>
    Sensor,

    Viewer,

    Operator,

    Admin,
}
