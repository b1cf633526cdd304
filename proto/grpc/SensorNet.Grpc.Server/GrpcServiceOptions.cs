namespace Grpc.AspNetCore.Server;

/// <summary>What the server takes and how it answers; for all services.</summary>
public class GrpcServiceOptions
{
    /// <summary>Largest message taken, in octets; null: no limit. 4 MiB unless set.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Largest message sent, in octets; null: no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Tells callers the text of a handler's unexpected exception.</summary>
    public bool? EnableDetailedErrors { get; set; }

    /// <summary>gzip or deflate for responses to callers that accept it; null: responses are not compressed.</summary>
    public string? ResponseCompressionAlgorithm { get; set; }

    /// <summary>Run around every handler, the first added outermost.</summary>
    public InterceptorCollection Interceptors { get; } = [];
}
