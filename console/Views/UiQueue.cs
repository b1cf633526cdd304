using System.Collections.Concurrent;

namespace SensorNet.Console.Views;

/// <summary>How other threads hand work to the UI thread. <see cref="Post"/> may be called from any thread.</summary>
internal sealed class UiQueue
{
    private readonly ConcurrentQueue<Action> _actions = new();

    /// <summary>Called after every post; set once the loop exists.</summary>
    public Action Wake { get; set; } = () => { };

    public void Post(Action action)
    {
        _actions.Enqueue(action);
        Wake();
    }

    /// <summary>Runs what is there, on the UI thread.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Run()
    {
        var any = false;
        for (var left = _actions.Count; left > 0 && _actions.TryDequeue(out var action); left--)
        {
            action();
            any = true;
        }

        return any;
    }
}
