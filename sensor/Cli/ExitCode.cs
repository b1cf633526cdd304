namespace SensorNet.Sensor.Cli;

/// <summary>What the program's exit status says. Documented in the README.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int Configuration = 3;
    public const int Collector = 4;
    public const int Input = 5;
    public const int Busy = 6;
    public const int Interrupted = 130;
}
