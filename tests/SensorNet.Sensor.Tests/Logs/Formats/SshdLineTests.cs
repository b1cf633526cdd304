using SensorNet.V1;

namespace SensorNet.Sensor.Tests.Logs.Formats;

/// <summary>Single lines and short conversations of sshd.</summary>
public sealed class SshdLineTests
{
    private const string At = "Nov 21 01:36:45 vm sshd[19675]: ";

    [Theory]
    [InlineData("Failed password for root from 192.0.2.1 port 22 ssh2", "AuthFailure root 192.0.2.1 password known")]
    [InlineData("Failed password for invalid user bob from 192.0.2.1 port 22 ssh2", "AuthFailure bob 192.0.2.1 password unknown")]
    [InlineData("Failed password for invalid user  from 192.0.2.1 port 22 ssh2", "AuthFailure 192.0.2.1 password unknown")]
    [InlineData("Failed password for invalid user x from 1.2.3.4 port 22 ssh2 from 192.0.2.1 port 22 ssh2", "AuthFailure x from 1.2.3.4 port 22 ssh2 192.0.2.1 password unknown")]
    [InlineData("Failed password for root from 2001:db8::1 port 22 ssh2", "AuthFailure root 2001:db8::1 password known")]
    [InlineData("Failed password for root from ::ffff:192.0.2.1 port 22 ssh2", "AuthFailure root 192.0.2.1 password known")]
    [InlineData("Failed password for root from fe80::1%eth0 port 22 ssh2", "AuthFailure root fe80::1 password known")]
    [InlineData("Failed keyboard-interactive/pam for root from 192.0.2.1 port 22 ssh2", "AuthFailure root 192.0.2.1 keyboard-interactive known")]
    [InlineData("Failed publickey for root from 192.0.2.1 port 22 ssh2: RSA SHA256:abc", "AuthFailure root 192.0.2.1 publickey known")]
    [InlineData("Failed publickey for root from 192.0.2.1 port 22 ssh2: ECDSA-CERT SHA256:abc ID x from 6.6.6.6 port 1 ssh2 (serial 0) CA RSA SHA256:def", "AuthFailure root 192.0.2.1 publickey known")]
    [InlineData("Failed none for root from 192.0.2.1 port 22 ssh2", "")]
    [InlineData(@"Invalid user j\303\274rgen from 192.0.2.1 port 5", "AuthFailure jürgen 192.0.2.1 unknown")]
    [InlineData(@"Connection closed by authenticating user j\\303\\274rgen 192.0.2.1 port 5 [preauth]", "ConnectionClosed jürgen 192.0.2.1 known preauth_closed")]
    [InlineData(@"Failed password for CORP\\john from 192.0.2.1 port 22 ssh2", @"AuthFailure CORP\john 192.0.2.1 password known")]
    [InlineData(@"Failed password for invalid user a\nFailed password for root from 6.6.6.6 port 1 ssh2 from 192.0.2.1 port 22 ssh2", @"AuthFailure a\x0aFailed password for root from 6.6.6.6 port 1 ssh2 192.0.2.1 password unknown")]
    [InlineData(@"Failed password for invalid user \033[31m\q\ from 192.0.2.1 port 22 ssh2", @"AuthFailure \x1b[31m\q\ 192.0.2.1 password unknown")]
    [InlineData("/home/a b/.ssh/authorized_keys:1: Authentication tried for bob with correct key but not from a permitted host (host=h ip=6.6.6.6, ip=192.0.2.1, required=10.0.0.1).", "AuthFailure bob 192.0.2.1 publickey known")]
    [InlineData("Invalid user bob from 192.0.2.1", "AuthFailure bob 192.0.2.1 unknown")]
    [InlineData("Invalid user  from 192.0.2.1 port 5", "AuthFailure 192.0.2.1 unknown")]
    [InlineData("Invalid user a from 6.6.6.6 port 1 from 192.0.2.1 port 5", "AuthFailure a from 6.6.6.6 port 1 192.0.2.1 unknown")]
    [InlineData("Accepted password for root from 192.0.2.1 port 22 ssh2", "AuthSuccess root 192.0.2.1 password known")]
    [InlineData("Accepted publickey for root from 192.0.2.1 port 22 ssh2: ED25519 SHA256:abc", "AuthSuccess root 192.0.2.1 publickey known")]
    [InlineData("Accepted publickey for root from 192.0.2.1 port 22 ssh2: RSA-CERT SHA256:a ID x from 6.6.6.6 port 1 ssh2 (serial 1) CA RSA SHA256:b", "AuthSuccess root 192.0.2.1 publickey known")]
    [InlineData("Connection closed by authenticating user root 192.0.2.1 port 22 [preauth]", "ConnectionClosed root 192.0.2.1 known preauth_closed")]
    [InlineData("Connection closed by invalid user a 6.6.6.6 port 1 192.0.2.1 port 22 [preauth]", "AuthFailure a 6.6.6.6 port 1 192.0.2.1 unknown")]
    [InlineData("Connection closed by 192.0.2.1 port 22 [preauth]", "ConnectionClosed 192.0.2.1 preauth_closed")]
    [InlineData("Connection closed by UNKNOWN port 65535 [preauth]", "")]
    [InlineData("Did not receive identification string from 192.0.2.1 port 22", "ConnectionClosed 192.0.2.1 no_identification")]
    [InlineData("Bad protocol version identification 'GET / HTTP/1.1' from 192.0.2.1 port 22", "ConnectionClosed 192.0.2.1 bad_banner")]
    [InlineData("Bad protocol version identification 'x' from 6.6.6.6 port 1' from 192.0.2.1 port 22", "ConnectionClosed 192.0.2.1 bad_banner")]
    [InlineData("Unable to negotiate with 192.0.2.1 port 22: no matching cipher found. Their offer: x [preauth]", "ConnectionRefused 192.0.2.1 negotiation")]
    [InlineData("fatal: Timeout before authentication for 192.0.2.1 port 22", "ConnectionClosed 192.0.2.1 timeout")]
    [InlineData("Timeout before authentication for connection from 192.0.2.1 to 192.0.2.2, pid = 5", "ConnectionClosed 192.0.2.1 timeout")]
    [InlineData("drop connection #10 from [192.0.2.1]:5555 on [192.0.2.2]:22 past MaxStartups", "ConnectionRefused 192.0.2.1 max_startups")]
    [InlineData("drop connection #0 from [192.0.2.1]:5555 on [192.0.2.2]:22 penalty: failed authentication", "ConnectionRefused 192.0.2.1 penalty")]
    [InlineData("error: beginning MaxStartups throttling", "ConnectionRefused max_startups")]
    [InlineData("ROOT LOGIN REFUSED FROM 192.0.2.1 port 22", "AuthFailure root 192.0.2.1 known")]
    [InlineData("User alice from 192.0.2.1 not allowed because not listed in AllowUsers", "AuthFailure alice 192.0.2.1 known")]
    [InlineData("error: maximum authentication attempts exceeded for root from 192.0.2.1 port 22 ssh2 [preauth]", "AuthFailure root 192.0.2.1 publickey known")]
    [InlineData("Server listening on 0.0.0.0 port 22.", "")]
    [InlineData("reverse mapping checking getaddrinfo for x [192.0.2.1] failed - POSSIBLE BREAK-IN ATTEMPT!", "")]
    public void Line_becomes(string text, string expected)
    {
        foreach (var program in (string[])["sshd", "sshd-session"])
        {
            var run = LogRun.Lines(At.Replace("sshd", program, StringComparison.Ordinal) + text);
            Assert.Equal(expected, string.Join('|', run.Events.Select(Describe)));
        }
    }

    [Fact]
    public void One_attempt_of_an_invalid_user_with_pam_counts_once()
    {
        var run = LogRun.Lines(
            At + "Invalid user bob from 192.0.2.1 port 5",
            At + "pam_unix(sshd:auth): check pass; user unknown",
            At + "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1",
            At + "Failed password for invalid user bob from 192.0.2.1 port 5 ssh2",
            At + "Connection closed by invalid user bob 192.0.2.1 port 5 [preauth]");
        Assert.Equal([EventType.AuthFailure, EventType.ConnectionClosed], run.Events.Select(e => e.Type));
    }

    [Fact]
    public void Three_passwords_of_a_known_user_with_pam_count_three()
    {
        var run = LogRun.Lines(
            At + "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root",
            At + "Failed password for root from 192.0.2.1 port 5 ssh2",
            At + "Failed password for root from 192.0.2.1 port 5 ssh2",
            At + "Failed password for root from 192.0.2.1 port 5 ssh2",
            At + "error: maximum authentication attempts exceeded for root from 192.0.2.1 port 5 ssh2 [preauth]",
            At + "Disconnecting authenticating user root 192.0.2.1 port 5: Too many authentication failures [preauth]",
            At + "PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root");
        Assert.Equal(3, run.Events.Count(e => e.Type == EventType.AuthFailure));
        Assert.Equal("too_many_failures", Assert.Single(run.Events, e => e.Type == EventType.ConnectionClosed).Reason);
    }

    [Fact]
    public void Keys_offered_before_a_login_are_one_marked_failure()
    {
        var run = LogRun.Lines(
            At + "Failed publickey for root from 192.0.2.1 port 5 ssh2: RSA SHA256:a",
            At + "Failed publickey for root from 192.0.2.1 port 5 ssh2: RSA SHA256:b",
            At + "Accepted publickey for root from 192.0.2.1 port 5 ssh2: RSA SHA256:c");
        Assert.Equal(["AuthFailure root 192.0.2.1 publickey known", "AuthSuccess root 192.0.2.1 publickey known"], run.Events.Select(Describe));
    }

    [Fact]
    public void Pid_that_serves_another_connection_starts_anew()
    {
        var run = LogRun.Lines(
            At + "Invalid user bob from 192.0.2.1 port 5",
            At + "Failed password for invalid user bob from 192.0.2.9 port 6 ssh2");
        Assert.Equal(2, run.Events.Count);
    }

    [Fact]
    public void Locked_account_exists()
    {
        var run = LogRun.Lines(
            At + "User postgres not allowed because account is locked",
            At + "Failed password for invalid user postgres from 192.0.2.1 port 5 ssh2");
        Assert.Equal(["AuthFailure postgres 192.0.2.1 password known"], run.Events.Select(Describe));
    }

    [Fact]
    public void Hosts_that_write_into_one_log_are_kept_apart()
    {
        var run = LogRun.Lines(
            "Nov 21 01:36:45 one sshd[5]: Invalid user bob from 192.0.2.1 port 5",
            "Nov 21 01:36:45 two sshd[5]: Failed password for invalid user bob from 192.0.2.1 port 5 ssh2");
        Assert.Equal(["one", "two"], run.Events.Select(e => e.Host));
    }

    private static string Describe(Event e)
    {
        var known = e.HasUserKnown ? e.UserKnown ? "known" : "unknown" : "";
        var reason = e.Type is EventType.ConnectionClosed or EventType.ConnectionRefused ? e.Reason : "";
        return string.Join(' ', new[] { e.Type.ToString(), e.User, LogRun.Address(e.SourceIp), e.AuthMethod, known, reason }.Where(p => p.Length > 0));
    }
}
