namespace SensorNet.Console.Client;

/// <summary>A configuration file or credential that cannot be used. The message says what, where and how to mend it.</summary>
internal sealed class ConfigurationException(string message, Exception? cause = null) : Exception(message, cause);
