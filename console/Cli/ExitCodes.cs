namespace SensorNet.Console.Cli;

/// <summary>The exit codes of every SensorNet program; scripts rely on them.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>Something failed at run time: the object does not exist, the collector reported an error of its own.</summary>
    public const int Failure = 1;

    /// <summary>A wrong flag or argument.</summary>
    public const int Usage = 2;

    /// <summary>A bad configuration file.</summary>
    public const int Configuration = 3;

    /// <summary>The collector cannot be reached, or refuses us.</summary>
    public const int Collector = 4;

    /// <summary>An input file cannot be read.</summary>
    public const int Input = 5;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
