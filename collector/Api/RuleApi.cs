using Grpc.Core;
using SensorNet.Collector.Detection;
using SensorNet.Collector.Ingest;
using SensorNet.Collector.Security;
using SensorNet.V1;

namespace SensorNet.Collector.Api;

/// <summary>The rules: listed, switched, and asked how far a key is.</summary>
internal sealed class RuleApi(RuleBook rules, CommitLoop loop) : RuleService.RuleServiceBase
{
    public override Task<ListRulesResponse> ListRules(ListRulesRequest request, ServerCallContext context)
    {
        var response = new ListRulesResponse();
        response.Rules.Add(rules.List());
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

    public override async Task<GetCorrelationStateResponse> GetCorrelationState(GetCorrelationStateRequest request, ServerCallContext context)
    {
        HostScopes.RequireAll(context);
        GetCorrelationStateResponse? state = null;
        await loop.RunAsync(_ => state = rules.State(request), context.CancellationToken);
        return state ?? throw NoRule(request.Rule);
    }

    private static RpcException NoRule(string name) =>
        new(new Status(StatusCode.NotFound, $"there is no rule `{name}` with such a key"));
}
