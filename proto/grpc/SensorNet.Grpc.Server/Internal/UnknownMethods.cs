using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Answers calls of services and methods that are not here with UNIMPLEMENTED instead of HTTP 404.</summary>
internal static class UnknownMethods
{
    private const string Any = "{unknownService}/{unknownMethod}";

    public static void Map(IEndpointRouteBuilder routes, CallSettings settings, IEnumerable<IMethod> methods)
    {
        foreach (var service in methods.Select(method => method.ServiceName).Distinct(StringComparer.Ordinal))
        {
            Add(routes, $"{service}/{{unknownMethod}}", "method");
        }

        if (!settings.UnknownServicesMapped)
        {
            settings.UnknownServicesMapped = true;
            Add(routes, Any, "service");
        }
    }

    public static Task AnswerAsync(HttpContext http, string what)
    {
        if (Refusals.NotGrpc(http) is { } code)
        {
            http.Response.StatusCode = code;
            return Task.CompletedTask;
        }

        Refusals.Answer(http, new Status(StatusCode.Unimplemented, $"There is no such {what} here: {http.Request.Path.Value}"));
        return Task.CompletedTask;
    }

    private static void Add(IEndpointRouteBuilder routes, string pattern, string what) =>
        routes.MapMethods(pattern, [HttpMethods.Post], http => AnswerAsync(http, what)).WithDisplayName($"gRPC unknown {what}").WithOrder(int.MaxValue);
}
