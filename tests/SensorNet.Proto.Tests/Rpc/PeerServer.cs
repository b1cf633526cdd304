using System.Diagnostics;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>A peer that serves until it is disposed.</summary>
internal sealed class PeerServer(Process process, string address) : IDisposable
{
    public string Address { get; } = address;

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(5000))
        {
            process.Kill();
        }

        process.Dispose();
    }
}
