namespace Grpc.Core;

/// <summary>Stands for a parent call's deadline and cancellation; generated signatures name it.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
