namespace SensorNet.Sensor.Uplink;

/// <summary>The sensor has not joined a collector.</summary>
internal sealed class NotJoinedException(string stateDirectory) : Exception(
    $"{stateDirectory}: this sensor has not joined a collector. On the collector's host run `sensornet tokens create --role sensor`, then here `sensornet-sensor join HOST:PORT --token TOKEN`.");
