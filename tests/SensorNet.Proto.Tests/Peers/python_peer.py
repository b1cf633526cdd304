"""The documented gRPC interoperability cases, spoken by grpcio.

    python_peer.py client HOST:PORT   runs every case, prints "CASE ok" or "CASE failed: why"
    python_peer.py server             prints "port N", serves until its standard input ends

interop_pb2 has to be importable: protoc --python_out=DIR interop.proto, PYTHONPATH=DIR.
"""
import sys
import time
from concurrent import futures

import grpc

import interop_pb2 as pb

SERVICE = "sensornet.test.InteropService"
KINDS = {
    "Empty": ("unary_unary", pb.EmptyMessage, pb.EmptyMessage),
    "Unary": ("unary_unary", pb.Request, pb.Response),
    "Download": ("unary_stream", pb.Request, pb.Response),
    "Upload": ("stream_unary", pb.Request, pb.Response),
    "Duplex": ("stream_stream", pb.Request, pb.Response),
    "NotThere": ("unary_unary", pb.EmptyMessage, pb.EmptyMessage),
}
SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n"


def method(channel, name, service=SERVICE):
    kind, request, response = KINDS[name]
    return getattr(channel, kind)(f"/{service}/{name}", request_serializer=request.SerializeToString,
                                  response_deserializer=response.FromString)


def expect(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} instead of {expected!r}")


def expect_error(call, code, details=None):
    try:
        result = call()
        if hasattr(result, "__iter__") and not isinstance(result, pb.Response):
            list(result)
    except grpc.RpcError as error:
        expect(error.code(), code)
        if details is not None:
            expect(error.details(), details)
        return
    raise AssertionError(f"no error instead of {code}")


class Cases:
    def __init__(self, channel):
        self.channel = channel

    def empty_unary(self):
        method(self.channel, "Empty")(pb.EmptyMessage(), timeout=20)

    def large_unary(self, compression=None, compress=False):
        response = method(self.channel, "Unary")(
            pb.Request(body=bytes(271828), sizes=[314159], compress=compress), timeout=20, compression=compression)
        expect(len(response.body), 314159)
        expect(response.total, 271828)

    def client_compressed_unary(self):
        self.large_unary(compression=grpc.Compression.Gzip)

    def server_compressed_unary(self):
        self.large_unary(compress=True)

    def client_streaming(self, compression=None):
        requests = (pb.Request(body=bytes(size)) for size in (27182, 8, 1828, 45904))
        expect(method(self.channel, "Upload")(requests, timeout=20, compression=compression).total, 74922)

    def client_compressed_streaming(self):
        self.client_streaming(compression=grpc.Compression.Gzip)

    def server_streaming(self, compress=False):
        sizes = [31415, 9, 2653, 58979]
        call = method(self.channel, "Download")(pb.Request(sizes=sizes, compress=compress), timeout=20)
        expect([len(response.body) for response in call], sizes)

    def server_compressed_streaming(self):
        self.server_streaming(compress=True)

    def ping_pong(self):
        import queue as q
        requests = q.Queue()
        call = method(self.channel, "Duplex")(iter(requests.get, None), timeout=20)
        for size in (31415, 9, 2653, 58979):
            requests.put(pb.Request(sizes=[size]))
            expect(len(next(call).body), size)
        requests.put(None)
        expect(list(call), [])

    def empty_stream(self):
        expect(list(method(self.channel, "Duplex")(iter(()), timeout=20)), [])

    def custom_metadata(self):
        metadata = (("x-echo-initial", "test_initial_metadata_value"), ("x-echo-trailing-bin", b"\xab\xab\xab"))
        _, call = method(self.channel, "Unary").with_call(pb.Request(sizes=[1]), timeout=20, metadata=metadata)
        expect(dict(call.initial_metadata()).get("x-echo-initial"), "test_initial_metadata_value")
        expect(dict(call.trailing_metadata()).get("x-echo-trailing-bin"), b"\xab\xab\xab")

    def status_code_and_message(self):
        request = pb.Request(status_code=2, status_message="test status message")
        expect_error(lambda: method(self.channel, "Unary")(request, timeout=20), grpc.StatusCode.UNKNOWN, "test status message")
        expect_error(lambda: method(self.channel, "Duplex")(iter([request]), timeout=20), grpc.StatusCode.UNKNOWN, "test status message")

    def special_status_message(self):
        request = pb.Request(status_code=2, status_message=SPECIAL)
        expect_error(lambda: method(self.channel, "Unary")(request, timeout=20), grpc.StatusCode.UNKNOWN, SPECIAL)

    def unimplemented_method(self):
        expect_error(lambda: method(self.channel, "NotThere")(pb.EmptyMessage(), timeout=20), grpc.StatusCode.UNIMPLEMENTED)

    def unimplemented_service(self):
        expect_error(lambda: method(self.channel, "Empty", "sensornet.test.Nothing")(pb.EmptyMessage(), timeout=20), grpc.StatusCode.UNIMPLEMENTED)

    def cancel_after_begin(self):
        import queue as q
        call = method(self.channel, "Upload").future(iter(q.Queue().get, None), timeout=20)
        call.cancel()
        expect(call.code(), grpc.StatusCode.CANCELLED)

    def cancel_after_first_response(self):
        import queue as q
        requests = q.Queue()
        requests.put(pb.Request(sizes=[31415], body=bytes(27182)))
        call = method(self.channel, "Duplex")(iter(requests.get, None), timeout=20)
        expect(len(next(call).body), 31415)
        call.cancel()
        expect_error(lambda: call, grpc.StatusCode.CANCELLED)
        requests.put(None)

    def timeout_on_sleeping_server(self):
        request = pb.Request(sizes=[1], pause_ms=10000)
        expect_error(lambda: method(self.channel, "Duplex")(iter([request]), timeout=0.2), grpc.StatusCode.DEADLINE_EXCEEDED)


def client(address):
    options = [("grpc.max_receive_message_length", 8 << 20)]
    failed = 0
    with grpc.insecure_channel(address, options=options) as channel:
        cases = Cases(channel)
        for name in [name for name in vars(Cases) if not name.startswith("_")]:
            try:
                getattr(cases, name)()
                print(name, "ok", flush=True)
            except Exception as error:  # Reported, and the next case runs.
                failed += 1
                print(f"{name} failed: {type(error).__name__}: {error}".replace("\n", " "), flush=True)
    return 1 if failed else 0


class Service:
    def echo(self, context, request=None):
        metadata = dict(context.invocation_metadata())
        if request is not None and request.compress:
            context.set_compression(grpc.Compression.Gzip)
        if "x-echo-initial" in metadata:
            context.send_initial_metadata((("x-echo-initial", metadata["x-echo-initial"]),))
        if "x-echo-trailing-bin" in metadata:
            context.set_trailing_metadata((("x-echo-trailing-bin", metadata["x-echo-trailing-bin"]),))

    def status(self, request, context):
        if request.status_code:
            code = next(code for code in grpc.StatusCode if code.value[0] == request.status_code)
            context.abort(code, request.status_message)

    def pause(self, request, context):
        until = time.time() + request.pause_ms / 1000
        while time.time() < until and context.is_active():
            time.sleep(0.01)

    def Empty(self, request, context):
        self.echo(context)
        return request

    def Unary(self, request, context):
        self.echo(context, request)
        self.pause(request, context)
        self.status(request, context)
        return pb.Response(body=bytes(request.sizes[0] if request.sizes else 0), total=len(request.body))

    def Download(self, request, context):
        self.echo(context, request)
        for size in request.sizes:
            self.pause(request, context)
            yield pb.Response(body=bytes(size))
        self.status(request, context)

    def Upload(self, requests, context):
        self.echo(context)
        return pb.Response(total=sum(len(request.body) for request in requests))

    def Duplex(self, requests, context):
        self.echo(context)
        for request in requests:
            self.status(request, context)
            for size in request.sizes:
                self.pause(request, context)
                yield pb.Response(body=bytes(size), total=len(request.body))


def server():
    service = Service()
    handlers = {}
    for name, (kind, request, response) in KINDS.items():
        if hasattr(service, name):
            handlers[name] = getattr(grpc, f"{kind}_rpc_method_handler")(
                getattr(service, name), request_deserializer=request.FromString,
                response_serializer=response.SerializeToString)
    instance = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    instance.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    port = instance.add_insecure_port("127.0.0.1:0")
    instance.start()
    print("port", port, flush=True)
    sys.stdin.read()
    instance.stop(0)
    return 0


if __name__ == "__main__":
    sys.exit(client(sys.argv[2]) if sys.argv[1] == "client" else server())
