namespace SensorNet.Console.Views;

/// <summary>The last values of a rate, for a sparkline. Owned by the UI thread.</summary>
internal sealed class Sampler(int capacity)
{
    private readonly Queue<double> _values = new(capacity);

    public IReadOnlyCollection<double> Values => _values;

    public void Clear() => _values.Clear();

    public void Add(double value)
    {
        if (_values.Count == capacity)
        {
            _values.Dequeue();
        }

        _values.Enqueue(value);
    }
}
