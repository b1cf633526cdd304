using System.Diagnostics;
using System.Globalization;

namespace SensorNet.Collector.Tests.Storage;

/// <summary>A <see cref="StoreHost"/> in a process of its own.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process process;
    private readonly SemaphoreSlim lines = new(0);
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong acked;

    public HostProcess(string directory, int batchSize, int until)
    {
        process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["store-host", directory, $"{batchSize}", $"{until}"]) { RedirectStandardOutput = true })!;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
    }

    /// <summary>The last acknowledgement that was seen.</summary>
    public ulong Acked => Volatile.Read(ref acked);

    /// <summary>Waits for so many acknowledgements.</summary>
    public async Task WaitForAcks(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(await lines.WaitAsync(TimeSpan.FromSeconds(60)), "no acknowledgement within a minute");
        }
    }

    public Task WaitUntilDone() => done.Task.WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>SIGKILL; returns when the process is gone and all it wrote was read.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
        lines.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (line == "done")
        {
            done.TrySetResult();
        }
        else if (line.StartsWith("acked ", StringComparison.Ordinal))
        {
            Volatile.Write(ref acked, ulong.Parse(line.AsSpan(6), CultureInfo.InvariantCulture));
            lines.Release();
        }
    }
}
