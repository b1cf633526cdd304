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
    public void No_word_means_two_types_but_the_one_for_a_failed_registration_seen_on_the_wire_or_in_a_log()
    {
        var words = EventTypes.All.SelectMany(t => t.Aliases.Append(t.Name)).GroupBy(w => w, StringComparer.OrdinalIgnoreCase);
        Assert.Equal(["registration_failure"], words.Where(w => w.Count() > 1).Select(w => w.Key));
    }

    [Fact]
    public void A_number_from_the_future_is_not_an_error() => Assert.Equal("unspecified", EventTypes.Get((EventType)99999).Name);
}
