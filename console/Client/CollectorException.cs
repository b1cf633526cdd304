namespace SensorNet.Console.Client;

/// <summary>A call that the collector did not carry out. The message is a sentence for the operator, already harmless to print.</summary>
internal sealed class CollectorException : Exception
{
    public CollectorException(CollectorFailure failure, string message, Exception? cause = null)
        : base(message, cause) => Failure = failure;

    public CollectorFailure Failure { get; }

    /// <summary>Whether trying again later may help without the operator doing anything.</summary>
    public bool IsTransient => Failure is CollectorFailure.Unreachable or CollectorFailure.TimedOut or CollectorFailure.Internal;
}
