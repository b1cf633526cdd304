namespace SensorNet.Console.Tests.Support;

/// <summary>A folder of its own for a test, short enough for a socket's path, gone afterwards.</summary>
internal sealed class PrivateFolder : IDisposable
{
    public PrivateFolder() => Path = Directory.CreateTempSubdirectory("sn-con-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
