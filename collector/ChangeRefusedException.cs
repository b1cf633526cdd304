namespace SensorNet.Collector;

/// <summary>A change that somebody asked for is not made; the message says why and what to do.</summary>
internal sealed class ChangeRefusedException(Refusal refusal, string message) : Exception(message)
{
    public Refusal Refusal => refusal;
}
