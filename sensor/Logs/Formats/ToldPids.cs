namespace SensorNet.Sensor.Logs.Formats;

/// <summary>
/// Pids of which an attempt was told by a line that comes before the program's own: the next line about it repeats it. Keeps
/// the last 64.
/// </summary>
internal sealed class ToldPids
{
    private readonly uint[] _pids = new uint[64];
    private int _next;

    public void Tell(uint pid)
    {
        _pids[_next] = pid;
        _next = (_next + 1) % _pids.Length;
    }

    /// <summary>Whether this pid's attempt was told; asking forgets it.</summary>
    public bool Take(uint pid)
    {
        var at = pid == 0 ? -1 : Array.IndexOf(_pids, pid);
        if (at >= 0)
        {
            _pids[at] = 0;
        }

        return at >= 0;
    }
}
