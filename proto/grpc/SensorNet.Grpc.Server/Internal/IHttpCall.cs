using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

internal interface IHttpCall
{
    HttpContext HttpContext { get; }
}
