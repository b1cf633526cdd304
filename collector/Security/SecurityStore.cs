using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Storage;
using SensorNet.V1;

namespace SensorNet.Collector.Security;

/// <summary>
/// Tokens and certificates: rows <c>token/ID</c> (32 octets SHA-256 of the secret, then Token) and <c>cert/SERIAL</c>
/// (Certificate) of <see cref="Table.Security"/>, all held in memory. Memory changes once the rows are durable.
/// Thread-safe.
/// </summary>
internal sealed class SecurityStore : IDisposable
{
    private const string TokenPrefix = "token/";
    private const string CertificatePrefix = "cert/";

    private readonly ConcurrentDictionary<string, TokenRow> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Certificate> _certificates = new(StringComparer.Ordinal);
    private readonly IRowWriter _writer;
    private readonly SemaphoreSlim _changing = new(1, 1);

    public SecurityStore(IStoreReader reader, IRowWriter writer)
    {
        _writer = writer;
        foreach (var (key, value) in reader.Scan(Table.Security, Encoding.UTF8.GetBytes(TokenPrefix)))
        {
            _tokens[Encoding.UTF8.GetString(key)[TokenPrefix.Length..]] = TokenRow.Read(value);
        }

        foreach (var (key, value) in reader.Scan(Table.Security, Encoding.UTF8.GetBytes(CertificatePrefix)))
        {
            _certificates[Encoding.UTF8.GetString(key)[CertificatePrefix.Length..]] = Certificate.Parser.ParseFrom(value);
        }
    }

    /// <summary>Raised once a change of certificates is durable, on the thread that made it.</summary>
    public event Action? CertificatesChanged;

    public IEnumerable<TokenRow> Tokens => _tokens.Values;

    public IEnumerable<Certificate> Certificates => _certificates.Values;

    public TokenRow? FindToken(string id) => _tokens.GetValueOrDefault(id);

    /// <param name="serial">Upper-case hex.</param>
    public Certificate? FindCertificate(string serial) => _certificates.GetValueOrDefault(serial);

    /// <summary>
    /// Makes a change that depends on what is there: one at a time, so that a token's last use is not spent twice.
    /// </summary>
    public async ValueTask<T> ChangeAsync<T>(Func<SecurityChange, T> decide)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            var change = new SecurityChange();
            var result = decide(change);
            if (!change.IsEmpty)
            {
                await _writer.WriteAsync(commit => Write(change, commit)).ConfigureAwait(false);
                Remember(change);
            }

            return result;
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();

    private static void Write(SecurityChange change, ICommit commit)
    {
        foreach (var row in change.Tokens)
        {
            commit.Put(Table.Security, Encoding.UTF8.GetBytes(TokenPrefix + row.Token.Id), row.Write());
        }

        foreach (var id in change.RemovedTokens)
        {
            commit.Delete(Table.Security, Encoding.UTF8.GetBytes(TokenPrefix + id));
        }

        foreach (var certificate in change.Certificates)
        {
            commit.Put(Table.Security, Encoding.UTF8.GetBytes(CertificatePrefix + certificate.Serial), certificate.ToByteArray());
        }

        foreach (var serial in change.RemovedCertificates)
        {
            commit.Delete(Table.Security, Encoding.UTF8.GetBytes(CertificatePrefix + serial));
        }

        foreach (var write in change.Others)
        {
            write(commit);
        }
    }

    private void Remember(SecurityChange change)
    {
        foreach (var row in change.Tokens)
        {
            _tokens[row.Token.Id] = row;
        }

        foreach (var id in change.RemovedTokens)
        {
            _tokens.TryRemove(id, out _);
        }

        foreach (var certificate in change.Certificates)
        {
            _certificates[certificate.Serial] = certificate;
        }

        foreach (var serial in change.RemovedCertificates)
        {
            _certificates.TryRemove(serial, out _);
        }

        if (change.Certificates.Count + change.RemovedCertificates.Count > 0)
        {
            CertificatesChanged?.Invoke();
        }
    }
}
