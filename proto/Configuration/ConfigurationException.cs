namespace SensorNet.Proto.Configuration;

/// <summary>The configuration cannot be used; the message says what, where and how to mend it.</summary>
public sealed class ConfigurationException : Exception
{
    public ConfigurationException(string message)
        : base(message)
    {
    }

    public ConfigurationException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ConfigurationException()
    {
    }
}
