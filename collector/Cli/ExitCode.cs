namespace SensorNet.Collector.Cli;

/// <summary>The program's exit codes, as its README documents them.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Configuration = 3;
    public const int Unreachable = 4;
    public const int InUse = 6;
}
