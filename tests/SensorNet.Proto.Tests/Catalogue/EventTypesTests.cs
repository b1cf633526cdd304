using SensorNet.V1;

namespace SensorNet.Proto.Tests.Catalogue;

public class EventTypesTests
{
    [Fact]
    public void Every_number_of_the_contract_has_a_row()
    {
        var numbers = Enum.GetValues<EventType>().Where(t => t != EventType.Unspecified);
        Assert.Equal(numbers.Order(), EventTypes.All.Select(t => t.Type).Order());
    }

    [Theory]
    [InlineData("auth.failure", EventType.AuthFailure)]
    [InlineData("AUTH_FAILURE", EventType.AuthFailure)]
    [InlineData("auth-failed", EventType.SipAuthFailed)]
    [InlineData("registration_failure", EventType.SipAuthFailed)]
    [InlineData("reg-new", EventType.SipRegistrationNew)]
    [InlineData("flood_detected", EventType.ProxyPikeBlocked)]
    public void A_type_is_found_by_its_name_and_by_other_tools_words(string word, EventType expected)
    {
        Assert.True(EventTypes.TryParse(word, out var info));
        Assert.Equal(expected, info.Type);
    }

    [Fact]
    public void Few_words_mean_several_types_and_then_all_of_them()
    {
        var words = EventTypes.All.SelectMany(t => t.Aliases.Append(t.Name)).GroupBy(w => w, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(["registration_failure", "failed_registrations", "brute_force_detected"], words.Where(w => w.Count() > 1).Select(w => w.Key));
        Assert.Equal([EventType.SipAuthFailed, EventType.PbxAuthFailed], EventTypes.Named("REGISTRATION_failure").Select(t => t.Type));
        Assert.Equal([EventType.F2BFound, EventType.F2BBan], EventTypes.Named("brute_force_detected").Select(t => t.Type));
        Assert.Equal([EventType.Cdr], EventTypes.Named("CDR").Select(t => t.Type));
        Assert.Empty(EventTypes.Named("nothing"));
    }

    [Fact]
    public void A_number_from_the_future_is_not_an_error() => Assert.Equal("unspecified", EventTypes.Get((EventType)99999).Name);
}
