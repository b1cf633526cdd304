namespace SensorNet.Sensor.Dialogs;

/// <summary>Whoever sets timers in a <see cref="TimingWheel"/>.</summary>
internal interface ITimerTarget
{
    /// <summary>A timer is due; its number is no longer valid. May set and cancel others.</summary>
    void OnTimer(byte kind, int owner);
}
