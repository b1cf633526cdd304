using SensorNet.Console.Client;
using SensorNet.Console.Tui;

namespace SensorNet.Console.Cli;

/// <summary>How every command ends: what went wrong is one sentence on standard error and the documented exit code.</summary>
internal static class Outcome
{
    /// <summary>Runs something and turns what it throws into a sentence and an exit code.</summary>
    public static async Task<int> OfAsync(CliHost host, Func<Task<int>> run, CancellationToken cancellation)
    {
        try
        {
            var code = await run();
            await host.Out.FlushAsync(CancellationToken.None);
            return code;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (UsageException e)
        {
            return Fail(host, e.Message, ExitCodes.Usage);
        }
        catch (ConfigurationException e)
        {
            return Fail(host, e.Message, ExitCodes.Configuration);
        }
        catch (InputFileException e)
        {
            return Fail(host, e.Message, ExitCodes.Input);
        }
        catch (CollectorException e)
        {
            return Fail(host, e.Message, CodeOf(e.Failure));
        }
        catch (IOException e) when (IsBrokenPipe(e))
        {
            // The reader of our pipe (head, less) has seen enough.
            return ExitCodes.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(host, e.Message, ExitCodes.Failure);
        }
    }

    public static int CodeOf(CollectorFailure failure) => failure switch
    {
        CollectorFailure.Unreachable or CollectorFailure.NotAuthenticated or CollectorFailure.NotAllowed or CollectorFailure.TimedOut
            or CollectorFailure.WrongCollector or CollectorFailure.NoPermission
            => ExitCodes.Collector,
        CollectorFailure.Invalid => ExitCodes.Usage,
        _ => ExitCodes.Failure,
    };

    private static int Fail(CliHost host, string message, int code)
    {
        host.Error.WriteLine("sensornet: " + SafeText.Clean(message));
        return code;
    }

    // EPIPE has no exception type of its own; .NET keeps the errno in HResult.
    private static bool IsBrokenPipe(IOException e) => e.HResult == 32 || e.Message.Contains("Broken pipe", StringComparison.Ordinal);
}
