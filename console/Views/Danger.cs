namespace SensorNet.Console.Views;

/// <summary>How carefully an action is treated.</summary>
internal enum Danger : byte
{
    /// <summary>At once.</summary>
    None,

    /// <summary>One key confirms; it can be undone.</summary>
    Confirm,

    /// <summary>A dialog that begins at Cancel and says what would be hit; it can be undone.</summary>
    Impact,

    /// <summary>The object's name must be typed; it cannot be undone.</summary>
    TypeName,
}
