using Grpc.Core;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>The rules: listed, explained, switched, tuned, tested, and asked how far a key is.</summary>
internal sealed class RuleApi(RuleBook rules, RuleHistory history, RuleAdministration administration, RuleTester tester, CommitLoop loop, HostScopes scopes)
    : RuleService.RuleServiceBase
{
    private const uint DefaultHistory = 100;
    private const int LongestText = 1 << 20;

    // A test reads stored events as fast as it can: one at a time leaves the rest of the machine to the collector.
    private static readonly SemaphoreSlim s_testing = new(1, 1);

    public override Task<ListRulesResponse> ListRules(ListRulesRequest request, ServerCallContext context)
    {
        var response = new ListRulesResponse();
        response.Rules.Add(rules.List());
        return Task.FromResult(response);
    }

    public override Task<GetRuleResponse> GetRule(GetRuleRequest request, ServerCallContext context)
    {
        var response = rules.Get(request.Id) ?? throw NoRule(request.Id);
        if (context.GetCaller() is { Groups.Count: > 0 } caller)
        {
            // Numbers of other host groups are none of a confined caller's business.
            var own = response.Tunings.Where(t => t.Group.Length == 0 || caller.Groups.Contains(t.Group)).ToList();
            response.Tunings.Clear();
            response.Tunings.Add(own);
        }

        return Task.FromResult(response);
    }

    public override async Task<SetRuleResponse> SetRule(SetRuleRequest request, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        var caller = context.GetCaller();
        Rule? rule = null;
        await loop.RunAsync(commit => rule = rules.Set(request, caller.Name, caller.Source, commit), context.CancellationToken);
        return new SetRuleResponse { Rule = rule ?? throw NoRule(request.Id) };
    }

    public override Task<TuneRuleResponse> TuneRule(TuneRuleRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        if (caller.Groups.Count > 0 && !caller.Groups.Contains(request.Group))
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"{caller.Name} may tune rules for {string.Join(", ", caller.Groups)} only: name one of them as `group`"));
        }

        return administration.TuneAsync(request, caller.Name, caller.Source, context.CancellationToken);
    }

    public override Task<GetRuleHistoryResponse> GetRuleHistory(GetRuleHistoryRequest request, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        var rule = rules.Find(request.Id) ?? throw NoRule(request.Id);
        var response = new GetRuleHistoryResponse();
        response.Changes.Add(history.List(rule.Header.Id).Take((int)Math.Min(request.Limit == 0 ? DefaultHistory : request.Limit, int.MaxValue)));
        return Task.FromResult(response);
    }

    public override async Task TestRule(TestRuleRequest request, IServerStreamWriter<TestRuleResponse> responseStream, ServerCallContext context)
    {
        CheckLength(request.Yaml);
        if (!await s_testing.WaitAsync(0, context.CancellationToken))
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "another rule is being tested; try again when it is done"));
        }

        try
        {
            var scope = scopes.Of(context);
            foreach (var response in tester.Run(request, scope is null ? null : scope.Sees, context.CancellationToken))
            {
                await responseStream.WriteAsync(response, context.CancellationToken);
            }
        }
        finally
        {
            s_testing.Release();
        }
    }

    public override Task<CheckRulesResponse> CheckRules(CheckRulesRequest request, ServerCallContext context)
    {
        CheckLength(request.Yaml);
        return Task.Run(() => tester.Check(request), context.CancellationToken);
    }

    public override async Task<ReloadRulesResponse> ReloadRules(ReloadRulesRequest request, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        var caller = context.GetCaller();
        try
        {
            return await administration.ReloadAsync(request.DryRun, caller.Name, caller.Source, context.CancellationToken);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FormatException)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, e.Message));
        }
    }

    public override async Task<GetCorrelationStateResponse> GetCorrelationState(GetCorrelationStateRequest request, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        GetCorrelationStateResponse? state = null;
        await loop.RunAsync(commit => state = rules.State(request, commit.IngestTime), context.CancellationToken);
        return state ?? throw new RpcException(new Status(StatusCode.NotFound, $"there is no rule `{request.Rule}` with such a key"));
    }

    private static void CheckLength(string yaml)
    {
        if (yaml.Length > LongestText)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"a text of rules has at most {LongestText} characters"));
        }
    }

    private static RpcException NoRule(string name) => new(new Status(StatusCode.NotFound, $"there is no rule `{name}`"));
}
