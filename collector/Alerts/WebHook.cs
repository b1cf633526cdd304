using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace SensorNet.Collector.Alerts;

/// <summary>
/// Posts notices as JSON. With a secret the body is signed: header <c>X-SensorNet-Signature: sha256=</c> and the
/// HMAC-SHA256 of the body in hex.
/// </summary>
internal sealed class WebHook(HttpClient client, Uri address, string secret) : IHook
{
    public const string SignatureHeader = "X-SensorNet-Signature";

    // Without the query, which may hold a token.
    public string Name => $"web hook {address.GetLeftPart(UriPartial.Path)}";

    public async Task SendAsync(Notice notice, CancellationToken cancellation)
    {
        var body = Encoding.UTF8.GetBytes(notice.Json);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        if (secret.Length > 0)
        {
            request.Headers.Add(SignatureHeader, $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}");
        }

        using var response = await client.SendAsync(request, cancellation);
        response.EnsureSuccessStatusCode();
    }
}
