using System.Text;
using SensorNet.Sensor.Sip;

namespace SensorNet.Sensor.Tests.Sip;

public sealed class SipUriViewTests
{
    [Theory]
    [InlineData("sip:alice@example.org", "sip", "alice", "example.org", 0, "", "")]
    [InlineData("sip:alice:secret@example.org:5070;transport=tcp;lr?subject=a", "sip", "alice", "example.org", 5070, "transport=tcp;lr", "subject=a")]
    [InlineData("sips:+1-212@[2001:db8::1]:5061", "sips", "+1-212", "2001:db8::1", 5061, "", "")]
    [InlineData("sip:[2001:db8::1];x=y", "sip", "", "2001:db8::1", 0, "x=y", "")]
    [InlineData("tel:+12125550123;ext=4", "tel", "+12125550123", "", 0, "ext=4", "")]
    [InlineData("SIP:Bob@HOST", "SIP", "Bob", "HOST", 0, "", "")]
    [InlineData("sip:a;b?c/d@host", "sip", "a;b?c/d", "host", 0, "", "")]
    [InlineData("sip:user@odd@host", "sip", "user@odd", "host", 0, "", "")]
    [InlineData("sip:host:70000", "sip", "", "host", -1, "", "")]
    [InlineData("urn:service:sos", "urn", "", "service:sos", 0, "", "")]
    [InlineData("sip:", "sip", "", "", 0, "", "")]
    [InlineData("nothing", "", "", "nothing", 0, "", "")]
    public void A_uri_gives_its_parts(string text, string scheme, string user, string host, int port, string parameters, string headers)
    {
        var uri = SipUriView.Parse(Encoding.ASCII.GetBytes(text));
        Assert.Equal(scheme, Text(uri.Scheme));
        Assert.Equal(user, Text(uri.User));
        Assert.Equal(host, Text(uri.Host));
        Assert.Equal(port, uri.Port);
        Assert.Equal(parameters, Text(uri.Parameters));
        Assert.Equal(headers, Text(uri.Headers));
    }

    private static string Text(ReadOnlySpan<byte> octets) => Encoding.ASCII.GetString(octets);
}
