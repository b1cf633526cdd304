using System.Globalization;

namespace SensorNet.Console.Views;

/// <summary>What is left when the screens end by a fault of this program.</summary>
internal static class CrashReport
{
    /// <summary>Keeps the fault in a file and returns the sentence that says so; without a file the sentence holds the fault.</summary>
    public static string Keep(Exception fault, string directory, DateTimeOffset now)
    {
        var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"crash-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.txt"));
        try
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText(path, fault.ToString());
            return $"sensornet: the screens ended by a fault of the program ({fault.GetType().Name}); please report {path}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"sensornet: the screens ended by a fault of the program: {fault}";
        }
    }
}
