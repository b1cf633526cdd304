using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>A client certificate as the properties that gRPC servers name it by.</summary>
internal static class PeerIdentity
{
    public static AuthContext Read(X509Certificate2? certificate)
    {
        var properties = new Dictionary<string, List<AuthProperty>>();
        if (certificate is null)
        {
            return new AuthContext(null, properties);
        }

        var name = certificate.GetNameInfo(X509NameType.SimpleName, false);
        Add("x509_common_name", name);
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            foreach (var dns in extension.EnumerateDnsNames())
            {
                Add("x509_subject_alternative_name", dns);
            }
        }

        Add("x509_serial", certificate.SerialNumber);
        return new AuthContext(properties.ContainsKey("x509_subject_alternative_name") ? "x509_subject_alternative_name" : "x509_common_name", properties);

        void Add(string key, string value)
        {
            if (!properties.TryGetValue(key, out var list))
            {
                properties[key] = list = [];
            }

            list.Add(AuthProperty.Create(key, Encoding.UTF8.GetBytes(value)));
        }
    }
}
