using System.Globalization;
using SensorNet.Rpc;
using SensorNet.Sensor.Capture;
using SensorNet.Sensor.Configuration;
using SensorNet.Sensor.Uplink;

namespace SensorNet.Sensor.Cli;

/// <summary>
/// Looks at everything the sensor depends on and says in words what is good, what is not, and what to do. Changes nothing.
/// </summary>
internal sealed class Doctor(SensorOptions options, TextWriter output)
{
    private static readonly string[] JournalFolders = ["/var/log/journal", "/run/log/journal"];

    private static readonly string[] Units = ["/etc/systemd/system/sensornet-sensor.service", "/usr/lib/systemd/system/sensornet-sensor.service", "/lib/systemd/system/sensornet-sensor.service"];

    private bool _healthy = true;

    /// <returns>0 when all is well, 1 when something needs mending.</returns>
    public static async Task<int> RunAsync(SensorOptions options, TextWriter output, CancellationToken cancellation)
    {
        var doctor = new Doctor(options, output);
        doctor.LookAtCapture();
        doctor.LookAtLogs();
        doctor.LookAtState();
        doctor.LookAtClock();
        await doctor.LookAtCollectorsAsync(cancellation);
        return doctor._healthy ? ExitCode.Ok : ExitCode.Failure;
    }

    private void LookAtCapture()
    {
        if (options.Capture.Interfaces.Count == 0)
        {
            Note("No interface is captured: SIP is not seen. Set capture.interfaces, e.g. [eth0] or [any].");
        }
        else
        {
            foreach (var name in options.Capture.Interfaces)
            {
                LookAtInterface(name);
            }
        }

        var listening = ListeningPorts.Read();
        if (ListeningPorts.TlsOnly(listening))
        {
            Note("A server here takes SIP over TLS only (port 5061): packets cannot be read. Let its log be followed instead (logs.files), or let it send HEP (capture.hep).");
        }
        else if (ListeningPorts.TakesTls(listening))
        {
            Note("A server here takes SIP over TLS as well (port 5061): that part cannot be read from packets; its log (logs.files) or HEP (capture.hep) tells of it.");
        }
    }

    private void LookAtInterface(string name)
    {
        try
        {
            using var source = LivePacketSource.Open(name, options.Capture, TimeProvider.System, 0);
            Good($"{name}: packets can be captured.");
            if (source.Warning is { } warning)
            {
                Note($"{name}: {warning}");
            }
        }
        catch (LiveCaptureException problem) when (problem.Error == LiveCaptureError.NoPermission)
        {
            Forbidden(name);
        }
        catch (LiveCaptureException problem)
        {
            Bad(problem.Message, problem.Error switch
            {
                LiveCaptureError.NoSuchInterface => "See `sensornet-sensor interfaces` for those there are.",
                LiveCaptureError.LibraryMissing => "Install libpcap: apt-get install libpcap0.8",
                LiveCaptureError.BadFilter => "Mend capture.filter, or leave it empty.",
                _ => "",
            });
        }
    }

    // The kernel refuses before it looks whether the interface exists; and a shell has not the rights of the service.
    private void Forbidden(string name)
    {
        if (name != "any" && Directory.Exists("/sys/class/net") && !Directory.Exists(Path.Combine("/sys/class/net", name)))
        {
            Bad($"{name}: there is no such interface.", "See `sensornet-sensor interfaces` for those there are.");
        }
        else if (Array.Exists(Units, UnitMayCapture))
        {
            Note($"{name}: user {Environment.UserName} may not capture from here, the service may (its unit has CAP_NET_RAW). What comes of it: journalctl -u sensornet-sensor");
        }
        else
        {
            Bad($"{name}: user {Environment.UserName} may not capture packets.", $"Let the service do it (its unit has CAP_NET_RAW), run this as root, or give the program the right: setcap cap_net_raw+ep {Environment.ProcessPath}");
        }
    }

    private static bool UnitMayCapture(string unit)
    {
        try
        {
            return File.ReadLines(unit).Any(l => l.StartsWith("AmbientCapabilities=", StringComparison.Ordinal) && l.Contains("CAP_NET_RAW", StringComparison.Ordinal));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void LookAtLogs()
    {
        if (options.Logs is { Files.Count: 0, Journal: null, Syslog: null })
        {
            Note("No log is followed: logins, bans and service failures are not seen. Set logs.files, e.g. [/var/log/auth.log].");
        }

        if (options.Logs.Journal is not null)
        {
            LookAtJournal();
        }

        foreach (var file in options.Logs.Files)
        {
            if (ClosedFolder(file.Path) is { } closed)
            {
                Bad($"{file.Path}: user {Environment.UserName} may not look into {closed}.", $"Let the user in: usermod -a -G GROUP {Environment.UserName} with the group of {closed} (and begin a new session), or setfacl -m u:{Environment.UserName}:x {closed}");
                continue;
            }

            if (!File.Exists(file.Path))
            {
                Bad($"{file.Path}: there is no such file.", "It is followed as soon as it appears. If it never will, take it out of logs.files; on hosts without rsyslog the journal holds these lines.");
                continue;
            }

            try
            {
                using var opened = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var age = DateTime.UtcNow - File.GetLastWriteTimeUtc(file.Path);
                Good(string.Create(CultureInfo.InvariantCulture, $"{file.Path}: can be read ({opened.Length} octets)."));
                if (age > TimeSpan.FromDays(2))
                {
                    Note(string.Create(CultureInfo.InvariantCulture, $"{file.Path}: nothing was written to it for {age.TotalDays:0} days. Is it the right file?"));
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                Bad($"{file.Path}: may not be read by user {Environment.UserName}.", $"Let the user read it: usermod -a -G adm {Environment.UserName} (and begin a new session), or setfacl -m u:{Environment.UserName}:r {file.Path}");
            }
        }
    }

    // The first folder above a file that this user may not go through; null when there is none. What may not be looked into
    // seems to hold nothing.
    private static string? ClosedFolder(string file)
    {
        var folder = "/";
        foreach (var part in (Path.GetDirectoryName(file) ?? "/").Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            folder = Path.Combine(folder, part);
            if (!Directory.Exists(folder))
            {
                return null;
            }

            try
            {
                // A name that cannot exist: what counts is which error it gives.
                _ = File.GetAttributes(Path.Combine(folder, ".sensornet-doctor"));
            }
            catch (UnauthorizedAccessException)
            {
                return folder;
            }
            catch (IOException)
            {
                // Not found: the folder may be looked into.
            }
        }

        return null;
    }

    private static string Existing(string folder) =>
        Directory.Exists(folder) || Path.GetDirectoryName(folder) is not { } above ? folder : Existing(above);

    private void LookAtJournal()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "journalctl")).FirstOrDefault(File.Exists);
        if (program is null)
        {
            Bad("The journal cannot be followed: there is no journalctl on the PATH.", "Turn logs.journal off, or install systemd.");
            return;
        }

        var folders = JournalFolders.Where(Directory.Exists).ToList();
        if (folders.Count == 0)
        {
            Bad("There is no journal on this host (/var/log/journal, /run/log/journal).", "Turn logs.journal off and name log files instead.");
            return;
        }

        Good($"The journal is in {string.Join(" and ", folders)}; user {Environment.UserName} sees all of it as a member of systemd-journal (or as root).");
    }

    private void LookAtState()
    {
        var directory = options.StateDirectory;
        if (!Directory.Exists(directory))
        {
            Note($"{directory}: the state directory does not exist yet; `join` makes it.");
            return;
        }

        try
        {
            var probe = Path.Combine(directory, ".doctor");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            var free = new DriveInfo(Existing(Path.GetFullPath(options.Spool.Directory))).AvailableFreeSpace;
            Good($"{directory}: can be written.");
            if (free < options.Spool.MaxBytes)
            {
                Bad(
                    $"{options.Spool.Directory}: {Proto.Configuration.Units.FormatSize(free >> 20 << 20)} are free, and the spool may grow to {Proto.Configuration.Units.FormatSize(options.Spool.MaxBytes)}.",
                    "Make room, or lower spool.max_bytes.");
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Bad($"{directory}: cannot be written by user {Environment.UserName}: {problem.Message}", $"Give it to the user: chown -R {Environment.UserName} {directory}");
        }
    }

    private async Task LookAtCollectorsAsync(CancellationToken cancellation)
    {
        var identity = new SensorIdentity(options.StateDirectory);
        ClientIdentity? own;
        try
        {
            own = identity.Load();
        }
        catch (InvalidDataException problem)
        {
            Bad(problem.Message, "Join again with a new token.");
            return;
        }

        if (own is null)
        {
            Bad("This sensor has not joined a collector.", "On the collector's host: sensornet tokens create --role sensor. Here: sensornet-sensor join HOST:PORT --token TOKEN");
            return;
        }

        using (own)
        {
            Good(string.Create(CultureInfo.InvariantCulture, $"Joined as {own.Id}; the certificate is valid until {own.NotAfter:yyyy-MM-dd}."));
            if (own.NotAfter < DateTimeOffset.UtcNow)
            {
                Bad("The certificate has expired.", "Join again with a new token.");
            }
        }

        foreach (var endpoint in identity.Endpoints(options.Uplink.Collectors))
        {
            var (reached, words) = await CollectorProbe.RunAsync(endpoint, options.Uplink.ConnectTimeout, cancellation);
            if (reached)
            {
                Good($"{endpoint.Address}: {words}");
            }
            else
            {
                Bad($"{endpoint.Address}: {words}", "Is the collector running, is the address right, and does a firewall let the port through?");
            }
        }
    }

    private void LookAtClock()
    {
        // adjtimex(2) would say it; what the usual daemons leave behind does too.
        var synchronized = File.Exists("/run/systemd/timesync/synchronized") || Directory.Exists("/run/chrony") || File.Exists("/run/ntpd.pid") || File.Exists("/run/openntpd.pid");
        if (synchronized)
        {
            Good("The clock follows a time server.");
        }
        else
        {
            Note("Nothing seems to set this host's clock: events of several hosts may not line up. Let it follow a time server (timedatectl set-ntp true). How far it is from the collector's is the counter uplink.clock_skew_ms.");
        }
    }

    private void Good(string words) => output.WriteLine($"  good  {words}");

    private void Note(string words) => output.WriteLine($"  note  {words}");

    private void Bad(string words, string remedy)
    {
        _healthy = false;
        output.WriteLine($"  BAD   {words}");
        if (remedy.Length > 0)
        {
            output.WriteLine($"        {remedy}");
        }
    }
}
