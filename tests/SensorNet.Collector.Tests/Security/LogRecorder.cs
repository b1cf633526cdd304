using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SensorNet.Collector.Tests.Security;

/// <summary>Keeps log lines of warning and above.</summary>
internal sealed class LogRecorder : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IEnumerable<string> Lines => _lines;

    /// <summary>Waits until a line with these words was written.</summary>
    public async Task<string> WaitForAsync(string words)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (_lines.FirstOrDefault(line => line.Contains(words, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            Assert.False(limit.IsCancellationRequested, $"No log line with \"{words}\" among:\n{string.Join('\n', _lines)}");
            await Task.Delay(10);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue(formatter(state, exception) + (exception is null ? "" : " " + exception));
        }
    }

    public void Dispose()
    {
    }
}
