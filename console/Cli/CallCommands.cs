using System.CommandLine;
using SensorNet.Console.Cli.Listings;
using SensorNet.V1;

namespace SensorNet.Console.Cli;

/// <summary><c>sensornet calls ...</c> and <c>sensornet registrations ...</c>.</summary>
internal sealed class CallCommands(CommandBuilder commands)
{
    private readonly Option<string?> _since = CommonOptions.Since();
    private readonly Option<string?> _until = CommonOptions.Until();
    private readonly Option<string?> _user = CommonOptions.User();
    private readonly Option<string?> _source = CommonOptions.Source();
    private readonly Option<string?> _state = CommonOptions.Word("--state", "In this state", ["attempt", "active", "answered"]);
    private readonly Option<string?> _query = new("--query", "-q") { Description = "A query in the query language", HelpName = "text" };
    private readonly Option<int> _limit = CommonOptions.Limit(100);
    private readonly Argument<string> _callId = new("call-id") { Description = "Call-ID" };
    private readonly Option<string?> _aor = new("--aor") { Description = "Of this address of record", HelpName = "user@domain" };
    private readonly Option<string?> _registrationState = CommonOptions.Word("--state", "In this state [default: active]", ["active", "removed", "expired"]);

    public Command BuildCalls() => CommandBuilder.Group(
        "calls",
        "Call detail records and their messages",
        commands.Create("list", "Calls, newest first", ListAsync, _since, _until, _user, _source, _state, _query, _limit),
        commands.Create("show", "One call with the ladder of its messages", ShowAsync, _callId));

    public Command BuildRegistrations() => CommandBuilder.Group(
        "registrations",
        "Bindings of addresses of record",
        commands.Create("list", "Bindings that are live, or were", ListRegistrationsAsync, _aor, _registrationState, _source, _limit));

    private async Task<int> ListAsync(CommandContext context)
    {
        var request = new ListCallsRequest
        {
            Time = context.Range(_since, _until),
            User = context.Get(_user) ?? "",
            SourceIp = context.Get(_source) ?? "",
            State = context.Get(_state) ?? "",
            Query = context.Get(_query) ?? "",
            Limit = (uint)context.Get(_limit),
        };
        await using var collector = context.Connect();
        await context.Listing.WriteAsync(CallListing.Listing, collector.ListCallsAsync(request, context.Cancellation), "No calls match.");
        return ExitCodes.Ok;
    }

    private async Task<int> ShowAsync(CommandContext context)
    {
        await using var collector = context.Connect();
        var call = await collector.GetCallAsync(context.Get(_callId)!, context.Cancellation);
        if (context.Json)
        {
            context.Out.WriteLine(ListingWriter.ToJson(CallListing.WriteJson, call));
        }
        else
        {
            CallReport.Write(context.Out, call);
        }

        return ExitCodes.Ok;
    }

    private async Task<int> ListRegistrationsAsync(CommandContext context)
    {
        var request = new ListRegistrationsRequest
        {
            Aor = context.Get(_aor) ?? "",
            State = context.Get(_registrationState) ?? "",
            SourceIp = context.Get(_source) ?? "",
            Limit = (uint)context.Get(_limit),
        };
        await using var collector = context.Connect();
        await context.Listing.WriteAsync(
            RegistrationListing.Listing, collector.ListRegistrationsAsync(request, context.Cancellation), "No registrations match.");
        return ExitCodes.Ok;
    }
}
