using System.Reflection;
using System.Text;
using SensorNet.Tests.Shared;

namespace SensorNet.Proto.Tests.Rpc;

/// <summary>
/// The public names that stand in for upstream's packages: code compiled against them has to compile against those. What
/// is added here must exist there.
/// </summary>
public sealed class PublicSurfaceTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_surface_is_the_recorded_one()
    {
        var actual = Describe();
        var path = Path.Combine(Repository.Root, "tests", "SensorNet.Proto.Tests", "Rpc", "PublicSurface.txt");
        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (actual != expected)
        {
            File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "PublicSurface.txt"), actual);
        }

        Assert.Equal(expected, actual);
    }

    private static string Describe()
    {
        var types = new[] { typeof(Grpc.Core.Metadata).Assembly, typeof(Grpc.AspNetCore.Server.GrpcServiceOptions).Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.Namespace is { } name
                && (name.StartsWith("Grpc.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal))
                && name is not ("Grpc.Health.V1" or "Grpc.Reflection.V1"))
            .OrderBy(type => type.FullName, StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var type in types)
        {
            text.Append(type.FullName).Append('\n');
            var members = type.GetMembers(Declared)
                .Where(IsVisible)
                .Select(member => member is MethodBase method ? Signature(method) : member.ToString()!)
                .Order(StringComparer.Ordinal);
            foreach (var member in members)
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Signature(MethodBase method) =>
        $"{method} ({string.Join(", ", method.GetParameters().Select(parameter => parameter.Name))})";

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        _ => false,
    };
}
