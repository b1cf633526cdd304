using SensorNet.Console.Display;
using SensorNet.V1;

namespace SensorNet.Console.Tests.Views;

public sealed class AlertStateTests
{
    [Theory]
    [InlineData(AlertStatus.Active, "", "NEW", "active")]
    [InlineData(AlertStatus.Active, "a1", "MUTE", "muted")]
    [InlineData(AlertStatus.Acknowledged, "a1", "ACK", "acknowledged")]
    [InlineData(AlertStatus.Resolved, "a1", "RES", "resolved")]
    public void An_alert_that_another_mutes_says_so_until_somebody_takes_it_up(AlertStatus status, string inhibitedBy, string onScreen, string inLists)
    {
        var alert = new Alert { Status = status, InhibitedBy = inhibitedBy };
        Assert.Equal((onScreen, inLists), (Words.Short(alert), Words.Of(alert)));
    }
}
