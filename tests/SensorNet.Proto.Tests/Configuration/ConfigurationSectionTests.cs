using SensorNet.Proto.Configuration;

namespace SensorNet.Proto.Tests.Configuration;

public class ConfigurationSectionTests
{
    private const string Prefix = "SENSORNET_CONFIGURATION_TEST";

    [Fact]
    public void Values_come_from_the_file_and_else_from_the_defaults()
    {
        var root = ConfigurationSection.Parse("store:\n  retention: 30d\n  cache: 64MiB\nlists: [a, b]\n", "x.yaml", Prefix);
        var store = root.Section("store");
        Assert.Equal(TimeSpan.FromDays(30), store.Duration("retention", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromDays(3650), "d"));
        Assert.Equal(64L << 20, store.Size("cache", 1, 0, long.MaxValue, "d"));
        Assert.Equal(7, store.Integer("absent", 7, 0, 10, "d"));
        Assert.Equal(["a", "b"], root.List("lists", [], "d"));
        root.Done();
    }

    [Fact]
    public void An_unknown_key_is_refused_with_its_place_and_the_nearest_name()
    {
        var root = ConfigurationSection.Parse("store:\n  retentoin: 30d\n", "x.yaml", Prefix);
        root.Section("store").Text("retention", "", "d");
        var error = Assert.Throws<ConfigurationException>(root.Done);
        Assert.Equal("x.yaml:2:3: unknown key `store.retentoin`. Did you mean `retention`?", error.Message);
    }

    [Theory]
    [InlineData("n: twelve", "x.yaml:1:4: `n` is `twelve`; it must be a whole number from 0 to 10.")]
    [InlineData("n: 11", "x.yaml:1:4: `n` is `11`; it must be a whole number from 0 to 10.")]
    [InlineData("n: [1]", "x.yaml:1:4: `n` must be a whole number from 0 to 10.")]
    public void A_value_of_the_wrong_type_or_range_is_refused(string yaml, string expected)
    {
        var root = ConfigurationSection.Parse(yaml, "x.yaml", Prefix);
        Assert.Equal(expected, Assert.Throws<ConfigurationException>(() => root.Integer("n", 1, 0, 10, "d")).Message);
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("- a\n- b")]
    [InlineData("just text")]
    public void What_is_not_a_mapping_is_refused(string yaml) =>
        Assert.StartsWith("x.yaml:", Assert.Throws<ConfigurationException>(() => ConfigurationSection.Parse(yaml, "x.yaml", Prefix)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_environment_variable_overrides_the_file_and_is_named_as_the_source()
    {
        Environment.SetEnvironmentVariable(Prefix + "__STORE__SIZE", "3");
        try
        {
            var root = ConfigurationSection.Parse("store: {size: 2}", "x.yaml", Prefix);
            Assert.Equal(3, root.Section("store").Integer("size", 1, 0, 10, "how big"));
            var entry = Assert.Single(root.Entries);
            Assert.Equal(new ConfigurationEntry("store.size", "3", "1", "how big (0 to 10)", Prefix + "__STORE__SIZE"), entry);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Prefix + "__STORE__SIZE", null);
        }
    }

    [Fact]
    public void A_variable_that_sets_nothing_is_refused()
    {
        const string prefix = Prefix + "_UNKNOWN";
        Environment.SetEnvironmentVariable(prefix + "__STORE__SIZ", "3");
        try
        {
            var root = ConfigurationSection.Parse("", "x.yaml", prefix);
            root.Section("store").Integer("size", 1, 0, 10, "d");
            var error = Assert.Throws<ConfigurationException>(root.Done);
            Assert.Equal($"environment variable {prefix}__STORE__SIZ sets nothing. Did you mean {prefix}__STORE__SIZE?", error.Message);
        }
        finally
        {
            Environment.SetEnvironmentVariable(prefix + "__STORE__SIZ", null);
        }
    }

    [Theory]
    [InlineData("store: {size: 2}", "x.yaml:1:15: `store.size` is bad.")]
    [InlineData("store: {}", "x.yaml:1:8: `store.size` is bad.")]
    [InlineData("", "x.yaml: `store.size` is bad.")]
    public void What_only_the_reader_knows_to_be_wrong_is_told_with_its_place(string yaml, string expected) =>
        Assert.Equal(expected, ConfigurationSection.Parse(yaml, "x.yaml", Prefix).Section("store").Wrong("size", "is bad").Message);

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("1.5s", 1500)]
    [InlineData("4h", 4 * 3600_000)]
    public void Durations_are_a_number_and_a_unit(string text, long milliseconds)
    {
        Assert.True(Units.TryParseDuration(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("99999999999999999d")]
    public void Other_texts_are_no_durations(string text) => Assert.False(Units.TryParseDuration(text, out _));
}
