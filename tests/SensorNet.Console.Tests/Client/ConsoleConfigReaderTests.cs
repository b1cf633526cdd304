using SensorNet.Console.Client;

namespace SensorNet.Console.Tests.Client;

public sealed class ConsoleConfigReaderTests
{
    private const string Path = "/etc/sensornet/console.yaml";

    [Fact]
    public void Every_key_is_read()
    {
        var config = ConsoleConfigReader.Parse(Path, """
            collector: https://col.example:4317
            ca: ca.pem
            token_file: ~/token
            theme: light
            mouse: false
            bell: false
            charset: ascii
            color: none
            context: lab
            contexts:
              lab:
                collector: unix:/run/lab.sock
              site:
                collector: https://site.example:4317
                state_dir: /var/lib/site
            """);
        Assert.Equal(("https://col.example:4317", "/etc/sensornet/ca.pem"), (config.Default.Collector, config.Default.Ca));
        Assert.EndsWith("/token", config.Default.TokenFile, StringComparison.Ordinal);
        Assert.Equal(("light", false, false, "ascii", "none", "lab"), (config.Theme, config.Mouse, config.Bell, config.Charset, config.Color, config.Context));
        Assert.Equal("/var/lib/site", config.Contexts["site"].StateDir);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    public void An_empty_file_is_the_defaults(string text) => Assert.Equal("auto", ConsoleConfigReader.Parse(Path, text).Theme);

    [Theory]
    [InlineData("theme: dark\ncolour: none\n", ":2: unknown key 'colour'; known here: collector")]
    [InlineData("theme: pink\n", ":1: 'theme' is 'pink'; it can be auto, dark, light")]
    [InlineData("mouse: maybe\n", ":1: 'mouse' is 'maybe'; it can be true or false")]
    [InlineData("\ncollector: http://x\n", ":2: The collector's address 'http://x' is neither")]
    [InlineData("context: lab\n", ":1: context 'lab' is not among 'contexts'")]
    [InlineData("contexts:\n  lab:\n    colector: x\n", ":3: unknown key 'colector'")]
    [InlineData("- a\n- b\n", ":1: the file must hold 'key: value' lines")]
    [InlineData("a: [\n", "not YAML")]
    [InlineData("collector: [1]\n", ":1: 'collector' must be a text")]
    public void A_mistake_is_named_with_file_line_and_remedy(string text, string expected)
    {
        var error = Assert.Throws<ConfigurationException>(() => ConsoleConfigReader.Parse(Path, text));
        Assert.StartsWith(Path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_does_not_exist_is_the_defaults() =>
        Assert.Equal(new ConsoleConfig().Theme, ConsoleConfigReader.Read("/nonexistent/console.yaml").Theme);
}
