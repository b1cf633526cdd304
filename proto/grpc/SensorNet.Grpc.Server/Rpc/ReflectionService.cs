using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace SensorNet.Rpc.Server;

/// <summary>Server reflection over a fixed set of files, v1 and v1alpha.</summary>
internal sealed class ReflectionService : ServerReflection.ServerReflectionBase
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _services = new(StringComparer.Ordinal);

    public ReflectionService(IEnumerable<FileDescriptor> files)
    {
        foreach (var file in files)
        {
            Add(file);
            foreach (var service in file.Services)
            {
                _services.Add(service.FullName);
            }
        }
    }

    public override async Task ServerReflectionInfo(IAsyncStreamReader<ServerReflectionRequest> requestStream, IServerStreamWriter<ServerReflectionResponse> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            var response = Answer(requestStream.Current);
            response.ValidHost = requestStream.Current.Host;
            response.OriginalRequest = requestStream.Current;
            await responseStream.WriteAsync(response, context.CancellationToken).ConfigureAwait(false);
        }
    }

    private static ServerReflectionResponse NotFound(string what) => new()
    {
        ErrorResponse = new ErrorResponse { ErrorCode = (int)StatusCode.NotFound, ErrorMessage = $"{what} is not known here." },
    };

    private ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        switch (request.MessageRequestCase)
        {
            case ServerReflectionRequest.MessageRequestOneofCase.FileByFilename:
                return _files.TryGetValue(request.FileByFilename, out var named) ? Files(named) : NotFound(request.FileByFilename);
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingSymbol:
                return _symbols.TryGetValue(request.FileContainingSymbol, out var holding) ? Files(holding) : NotFound(request.FileContainingSymbol);
            case ServerReflectionRequest.MessageRequestOneofCase.FileContainingExtension:
                return NotFound($"Extension {request.FileContainingExtension.ExtensionNumber} of {request.FileContainingExtension.ContainingType}");
            case ServerReflectionRequest.MessageRequestOneofCase.AllExtensionNumbersOfType:
                return _symbols.ContainsKey(request.AllExtensionNumbersOfType)
                    ? new ServerReflectionResponse { AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = request.AllExtensionNumbersOfType } }
                    : NotFound(request.AllExtensionNumbersOfType);
            case ServerReflectionRequest.MessageRequestOneofCase.ListServices:
                var list = new ListServiceResponse();
                list.Service.AddRange(_services.Select(name => new ServiceResponse { Name = name }));
                return new ServerReflectionResponse { ListServicesResponse = list };
            default:
                return new ServerReflectionResponse
                {
                    ErrorResponse = new ErrorResponse { ErrorCode = (int)StatusCode.InvalidArgument, ErrorMessage = "The request asks for nothing." },
                };
        }
    }

    private static ServerReflectionResponse Files(FileDescriptor file)
    {
        var response = new FileDescriptorResponse();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Collect(file);
        return new ServerReflectionResponse { FileDescriptorResponse = response };

        void Collect(FileDescriptor next)
        {
            if (seen.Add(next.Name))
            {
                response.FileDescriptorProto.Add(next.SerializedData);
                foreach (var import in next.Dependencies)
                {
                    Collect(import);
                }
            }
        }
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var import in file.Dependencies)
        {
            Add(import);
        }

        foreach (var service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (var method in service.Methods)
            {
                _symbols[method.FullName] = file;
            }
        }

        foreach (var type in file.EnumTypes)
        {
            _symbols[type.FullName] = file;
        }

        foreach (var type in file.MessageTypes)
        {
            AddMessage(type, file);
        }
    }

    private void AddMessage(MessageDescriptor type, FileDescriptor file)
    {
        _symbols[type.FullName] = file;
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            _symbols[field.FullName] = file;
        }

        foreach (var nested in type.EnumTypes)
        {
            _symbols[nested.FullName] = file;
        }

        foreach (var nested in type.NestedTypes)
        {
            AddMessage(nested, file);
        }
    }
}
