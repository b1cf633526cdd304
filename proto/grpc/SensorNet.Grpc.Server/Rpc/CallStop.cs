using Grpc.Core;

namespace SensorNet.Rpc.Server;

/// <summary>
/// A feature that middleware puts on a request so that its call can be ended from outside with a status: the call's
/// cancellation token is cancelled, and a stream that then ends without a status of its own ends with this one.
/// </summary>
/// <param name="Token">When to end.</param>
/// <param name="Status">What the caller is told.</param>
public sealed record CallStop(CancellationToken Token, Status Status);
