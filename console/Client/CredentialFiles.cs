using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SensorNet.Rpc;

namespace SensorNet.Console.Client;

/// <summary>Reads the files that say who we are. Every failure names the file and what to do.</summary>
internal static class CredentialFiles
{
    /// <summary>A bearer token: the file's only line.</summary>
    public static string ReadToken(string path)
    {
        var token = ReadSecret(path, "token").Trim();
        return token.Length is > 0 and < 4096 && token.All(c => c is > ' ' and <= '~')
            ? token
            : throw new ConfigurationException($"The token file {path} does not hold one token on one line.");
    }

    /// <summary>Our certificate with its key; the key may be in the certificate's file.</summary>
    public static X509Certificate2 ReadCertificate(string certificatePath, string? keyPath)
    {
        try
        {
            var certificate = ReadText(certificatePath, "certificate");
            var key = ReadSecret(keyPath ?? certificatePath, "key");
            using var ephemeral = X509Certificate2.CreateFromPem(certificate, key);
            return X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
        }
        catch (CryptographicException e)
        {
            throw new ConfigurationException(
                $"{certificatePath} and {keyPath ?? certificatePath} are not a PEM certificate with its private key: {e.Message}", e);
        }
    }

    /// <summary>The identity that <c>sensornet login</c> keeps; null when no file is named or it does not exist.</summary>
    public static ClientIdentity? ReadIdentity(string? path)
    {
        try
        {
            return path is null ? null : ClientIdentity.Load(path);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(e.Message, e);
        }
    }

    /// <summary>The authorities that the collector's certificate must come from.</summary>
    public static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(ReadText(path, "CA certificate"));
        }
        catch (CryptographicException e)
        {
            throw new ConfigurationException($"{path} is not a PEM certificate: {e.Message}", e);
        }

        return authorities.Count > 0 ? authorities : throw new ConfigurationException($"{path} holds no PEM certificate.");
    }

    private static string ReadSecret(string path, string what)
    {
        var text = ReadText(path, what);
        if (!OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
        {
            throw new ConfigurationException($"The {what} file {path} can be read by others. Make it private: chmod 600 {path}");
        }

        return text;
    }

    private static string ReadText(string path, string what)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The {what} file {path} cannot be read: {e.Message}", e);
        }
    }
}
