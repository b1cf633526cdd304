using System.Globalization;

namespace SensorNet.Console.Cli;

/// <summary>How far long work is, in one line of standard error that is drawn over; nothing where that is no terminal.</summary>
internal sealed class ProgressLine(CliHost host) : IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private DateTimeOffset _last;
    private bool _drawn;

    /// <param name="done">From 0 to 1; negative: unknown.</param>
    /// <param name="what">What has been done so far, in a few words.</param>
    public void Show(double done, string what)
    {
        var now = host.Time.GetUtcNow();
        if (!host.ErrorIsTerminal || now - _last < Pause)
        {
            return;
        }

        _last = now;
        _drawn = true;
        var filled = (int)(Math.Clamp(done, 0, 1) * BarWidth);
        var bar = done < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {done * 100,3:0}%  ");
        host.Error.Write($"\r\e[K{bar}{what}");
        host.Error.Flush();
    }

    public void Dispose()
    {
        if (_drawn)
        {
            host.Error.Write("\r\e[K");
            host.Error.Flush();
        }
    }
}
