namespace SensorNet.Sensor.Spool;

/// <summary>
/// A sensor's private directory (mode 0700), held by one process at a time: identity, spool and positions of two would
/// destroy each other. Disposing lets go of it; the end of the process does too.
/// </summary>
internal sealed class StateDirectory : IDisposable
{
    private const string LockFile = "lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private StateDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }

    /// <summary>Makes the directory where it is missing, and takes hold of it.</summary>
    /// <exception cref="StateDirectoryException">Another process holds it, or it cannot be used.</exception>
    public static StateDirectory Hold(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                if (OperatingSystem.IsWindows())
                {
                    Directory.CreateDirectory(path);
                }
                else
                {
                    Directory.CreateDirectory(path, OwnerOnly);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException($"{path}: the state directory cannot be made: {e.Message} Name another with --state-dir, or make it and give it to this user.", locked: false, e);
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.GroupWrite)) != 0)
        {
            throw new StateDirectoryException($"{path}: holds this sensor's private key and is open to others. Run: chmod 700 {path}", locked: false);
        }

        var file = System.IO.Path.Combine(path, LockFile);
        try
        {
            return new StateDirectory(path, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StateDirectoryException($"{path}: this user may not write the state directory: {e.Message} Run as its owner, or name another with --state-dir.", locked: false, e);
        }
        catch (IOException e)
        {
            throw new StateDirectoryException($"{path}: another sensor uses this state directory. Stop it, or give this one its own with --state-dir.", locked: true, e);
        }
    }

    public void Dispose() => _lock.Dispose();
}
