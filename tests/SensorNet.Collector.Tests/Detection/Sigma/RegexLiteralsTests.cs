using SensorNet.Collector.Detection.Sigma;
using SensorNet.V1;

namespace SensorNet.Collector.Tests.Detection.Sigma;

public sealed class RegexLiteralsTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("ab?cde", "cde")]
    [InlineData("ab+c", "ab")]
    [InlineData("xy(abc|defg)z", "abc defg")]
    [InlineData("^(?i)(sipsak|sipp)\\b", "sipsak sipp")]
    [InlineData("('|%27)(\\s|%20)*(or|--)", "or --")]
    [InlineData("union\\s+select", "select")]
    [InlineData("a{2,3}bc\\.de", "bc.de")]
    [InlineData("\\$\\{jndi:", "${jndi:")]
    public void Every_match_contains_one_of_the_texts(string pattern, string literals) =>
        Assert.Equal(literals.Split(' '), RegexLiterals.Of(pattern));

    [Theory]
    [InlineData("^\\+?[0-9]{7,}$")]
    [InlineData("(abc)?")]
    [InlineData("abc|[0-9]")]
    [InlineData("(abc|d*)")]
    [InlineData("a.b")]
    [InlineData("(?=abc)abc")]
    [InlineData("\\x41bcd")]
    [InlineData("abc)")]
    [InlineData("[a-z-[b]]abc")]
    [InlineData("(abc")]
    [InlineData("")]
    public void Of_other_expressions_nothing_is_known(string pattern) => Assert.Null(RegexLiterals.Of(pattern));

    /// <summary>A Kelvin sign is a k without regard to case in an expression, and in no comparison of texts.</summary>
    [Theory]
    [InlineData("lin\u212A", true)]
    [InlineData("LINK", true)]
    [InlineData("lint", false)]
    public void Letters_outside_ascii_are_compared_by_the_expression_alone(string text, bool matches) =>
        Assert.Equal(matches, Rules.Matches("{sel: {message|re|i: 'link'}, condition: sel}", new Event { Type = EventType.Custom, Message = text }));
}
