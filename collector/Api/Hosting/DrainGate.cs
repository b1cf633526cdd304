using Grpc.Core;
using Microsoft.AspNetCore.Http;
using SensorNet.Rpc.Server;

namespace SensorNet.Collector.Api.Hosting;

/// <summary>Counts calls for <see cref="Drain"/> and turns new ones away once it runs.</summary>
internal sealed class DrainGate(RequestDelegate next, Drain drain)
{
    public async Task InvokeAsync(HttpContext http)
    {
        // Health is asked until the end, and its watchers never leave by themselves.
        if (http.Request.Path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal))
        {
            await next(http);
            return;
        }

        if (!drain.TryBegin())
        {
            CallRefusal.Answer(http, new Status(StatusCode.Unavailable, "The collector is stopping."));
            return;
        }

        // What has ended here is in the transport's hands, trailers included.
        http.Response.OnCompleted(static state =>
        {
            ((Drain)state).End();
            return Task.CompletedTask;
        }, drain);
        http.Features.Set(drain.Stop);
        await next(http);
    }
}
