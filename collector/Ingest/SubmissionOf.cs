namespace SensorNet.Collector.Ingest;

/// <inheritdoc/>
internal abstract class Submission<T> : Submission
{
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => done.Task;

    protected T? Result { get; set; }

    /// <summary>Why nothing of it was stored; set by Apply.</summary>
    protected Exception? Refusal { get; set; }

    public override void Complete()
    {
        if (Refusal is { } refusal)
        {
            done.TrySetException(refusal);
        }
        else
        {
            done.TrySetResult(Result!);
        }
    }

    public override void Fail(Exception reason) => done.TrySetException(reason);
}
