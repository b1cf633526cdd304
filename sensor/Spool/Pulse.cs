namespace SensorNet.Sensor.Spool;

/// <summary>
/// Wakes those who wait for "something changed". A waiter takes <see cref="Next"/> first, looks at the state, then
/// awaits, so that no change is missed. Thread-safe; firing without waiters costs one exchange.
/// </summary>
internal sealed class Pulse
{
    private TaskCompletionSource? _waiter;

    /// <summary>Completes at the next <see cref="Fire"/>.</summary>
    public Task Next
    {
        get
        {
            var waiter = Volatile.Read(ref _waiter);
            while (waiter is null)
            {
                var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiter = Interlocked.CompareExchange(ref _waiter, made, null) ?? made;
            }

            return waiter.Task;
        }
    }

    public void Fire() => Interlocked.Exchange(ref _waiter, null)?.TrySetResult();
}
