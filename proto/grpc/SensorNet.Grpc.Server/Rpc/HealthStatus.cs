using Grpc.Health.V1;

namespace SensorNet.Rpc.Server;

/// <summary>What the health service reports, for the whole server (the empty name) and for each service. Thread-safe.</summary>
public sealed class HealthStatus
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HealthCheckResponse.Types.ServingStatus> _statuses = new(StringComparer.Ordinal)
    {
        [""] = HealthCheckResponse.Types.ServingStatus.Serving,
    };

    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="service">Full name, or empty for the whole server.</param>
    /// <param name="serving">Whether it answers.</param>
    public void Set(string service, bool serving)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_gate)
        {
            _statuses[service] = Of(serving);
        }

        Tell();
    }

    public void SetAll(bool serving)
    {
        lock (_gate)
        {
            foreach (var service in _statuses.Keys.ToArray())
            {
                _statuses[service] = Of(serving);
            }
        }

        Tell();
    }

    /// <summary>The status, or null for an unknown service, and a task that ends with the next change of any.</summary>
    internal (HealthCheckResponse.Types.ServingStatus? Status, Task Changed) Get(string service)
    {
        lock (_gate)
        {
            return (_statuses.TryGetValue(service, out var status) ? status : null, _changed.Task);
        }
    }

    internal KeyValuePair<string, HealthCheckResponse.Types.ServingStatus>[] List()
    {
        lock (_gate)
        {
            return [.. _statuses];
        }
    }

    private static HealthCheckResponse.Types.ServingStatus Of(bool serving) =>
        serving ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing;

    private void Tell()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
