// The documented gRPC interoperability cases, spoken by @grpc/grpc-js.
//
//   node node_peer.js client HOST:PORT PROTO   runs every case, prints "CASE ok" or "CASE failed: why"
//   node node_peer.js server PROTO             prints "port N", serves until its standard input ends
'use strict';

const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const SPECIAL = '\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \u{1f608}\t\n';
const GZIP = 2;

function load(path) {
  return grpc.loadPackageDefinition(loader.loadSync(path, { keepCase: true, longs: Number, defaults: true })).sensornet.test;
}

function expect(actual, expected) {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
  }
}

const soon = () => ({ deadline: Date.now() + 20000 });

function unary(client, name, request, metadata = new grpc.Metadata(), options = soon()) {
  return new Promise((resolve, reject) => {
    let initial, trailing;
    const done = () => trailing && result && resolve({ response: result, initial, trailing });
    let result;
    const call = client[name](request, metadata, options, (error, response) => {
      if (error) { reject(error); } else { result = response; done(); }
    });
    call.on('metadata', (m) => { initial = m; });
    call.on('status', (status) => { trailing = status.metadata; done(); });
  });
}

function collect(call) {
  return new Promise((resolve, reject) => {
    const responses = [];
    call.on('data', (response) => responses.push(response));
    call.on('error', reject);
    call.on('end', () => resolve(responses));
  });
}

async function expectError(promise, code, details) {
  let error;
  try { await promise; } catch (thrown) { error = thrown; }
  if (!error) { throw new Error(`no error instead of ${code}`); }
  expect(error.code, code);
  if (details !== undefined) { expect(error.details, details); }
}

async function largeUnary(client, compress) {
  const { response } = await unary(client, 'Unary', { body: Buffer.alloc(271828), sizes: [314159], compress });
  expect([response.body.length, response.total], [314159, 271828]);
}

function upload(client) {
  return new Promise((resolve, reject) => {
    const call = client.Upload(new grpc.Metadata(), soon(), (error, response) => error ? reject(error) : resolve(response));
    for (const size of [27182, 8, 1828, 45904]) { call.write({ body: Buffer.alloc(size) }); }
    call.end();
  });
}

async function download(client, compress) {
  const sizes = [31415, 9, 2653, 58979];
  const responses = await collect(client.Download({ sizes, compress }, new grpc.Metadata(), soon()));
  expect(responses.map((response) => response.body.length), sizes);
}

const cases = {
  empty_unary: async ({ client }) => { await unary(client, 'Empty', {}); },
  large_unary: ({ client }) => largeUnary(client, false),
  client_compressed_unary: ({ compressing }) => largeUnary(compressing, false),
  server_compressed_unary: ({ client }) => largeUnary(client, true),
  client_streaming: async ({ client }) => expect((await upload(client)).total, 74922),
  client_compressed_streaming: async ({ compressing }) => expect((await upload(compressing)).total, 74922),
  server_streaming: ({ client }) => download(client, false),
  server_compressed_streaming: ({ client }) => download(client, true),
  ping_pong: ({ client }) => new Promise((resolve, reject) => {
    const sizes = [31415, 9, 2653, 58979];
    const call = client.Duplex(new grpc.Metadata(), soon());
    let next = 0;
    call.on('data', (response) => {
      if (response.body.length !== sizes[next]) { reject(new Error(`size ${response.body.length}`)); }
      next += 1;
      if (next < sizes.length) { call.write({ sizes: [sizes[next]] }); } else { call.end(); }
    });
    call.on('error', reject);
    call.on('end', resolve);
    call.write({ sizes: [sizes[0]] });
  }),
  empty_stream: async ({ client }) => {
    const call = client.Duplex(new grpc.Metadata(), soon());
    call.end();
    expect(await collect(call), []);
  },
  custom_metadata: async ({ client }) => {
    const metadata = new grpc.Metadata();
    metadata.set('x-echo-initial', 'test_initial_metadata_value');
    metadata.set('x-echo-trailing-bin', Buffer.from([0xab, 0xab, 0xab]));
    const { initial, trailing } = await unary(client, 'Unary', { sizes: [1] }, metadata);
    expect(initial.get('x-echo-initial'), ['test_initial_metadata_value']);
    expect(trailing.get('x-echo-trailing-bin')[0].toString('hex'), 'ababab');
  },
  status_code_and_message: async ({ client }) => {
    const request = { status_code: 2, status_message: 'test status message' };
    await expectError(unary(client, 'Unary', request), 2, 'test status message');
    const call = client.Duplex(new grpc.Metadata(), soon());
    call.write(request);
    await expectError(collect(call), 2, 'test status message');
  },
  special_status_message: ({ client }) => expectError(unary(client, 'Unary', { status_code: 2, status_message: SPECIAL }), 2, SPECIAL),
  unimplemented_method: ({ client }) => expectError(unary(client, 'NotThere', {}), grpc.status.UNIMPLEMENTED),
  unimplemented_service: ({ client }) => expectError(new Promise((resolve, reject) => {
    client.makeUnaryRequest('/sensornet.test.Nothing/Empty', () => Buffer.alloc(0), (b) => b, {}, (error, response) => error ? reject(error) : resolve(response));
  }), grpc.status.UNIMPLEMENTED),
  cancel_after_begin: ({ client }) => expectError(new Promise((resolve, reject) => {
    const call = client.Upload(new grpc.Metadata(), soon(), (error, response) => error ? reject(error) : resolve(response));
    call.cancel();
  }), grpc.status.CANCELLED),
  cancel_after_first_response: ({ client }) => expectError(new Promise((resolve, reject) => {
    const call = client.Duplex(new grpc.Metadata(), soon());
    call.on('data', () => call.cancel());
    call.on('error', reject);
    call.on('end', resolve);
    call.write({ sizes: [31415], body: Buffer.alloc(27182) });
  }), grpc.status.CANCELLED),
  timeout_on_sleeping_server: ({ client }) => {
    const call = client.Duplex(new grpc.Metadata(), { deadline: Date.now() + 200 });
    call.on('error', () => {});
    call.write({ sizes: [1], pause_ms: 10000 });
    return expectError(collect(call), grpc.status.DEADLINE_EXCEEDED);
  },
};

async function runClient(address, proto) {
  const { InteropService } = load(proto);
  const context = {
    client: new InteropService(address, grpc.credentials.createInsecure()),
    compressing: new InteropService(address, grpc.credentials.createInsecure(), { 'grpc.default_compression_algorithm': GZIP }),
  };
  let failed = 0;
  for (const [name, run] of Object.entries(cases)) {
    try {
      await run(context);
      console.log(`${name} ok`);
    } catch (error) {
      failed += 1;
      console.log(`${name} failed: ${error.message}`.replace(/\n/g, ' '));
    }
  }
  context.client.close();
  context.compressing.close();
  process.exit(failed ? 1 : 0);
}

function echo(call) {
  const initial = call.metadata.get('x-echo-initial');
  if (initial.length) {
    const metadata = new grpc.Metadata();
    metadata.set('x-echo-initial', initial[0]);
    call.sendMetadata(metadata);
  }
  const trailers = new grpc.Metadata();
  const octets = call.metadata.get('x-echo-trailing-bin');
  if (octets.length) { trailers.set('x-echo-trailing-bin', octets[0]); }
  return trailers;
}

const pause = (request) => new Promise((resolve) => setTimeout(resolve, request.pause_ms || 0));
const statusOf = (request) => request.status_code ? { code: request.status_code, details: request.status_message } : null;

function runServer(proto) {
  const { InteropService } = load(proto);
  const server = new grpc.Server();
  server.addService(InteropService.service, {
    Empty: (call, callback) => callback(null, {}, echo(call)),
    Unary: async (call, callback) => {
      const trailers = echo(call);
      await pause(call.request);
      const error = statusOf(call.request);
      if (error) { callback(error); return; }
      callback(null, { body: Buffer.alloc((call.request.sizes || [])[0] || 0), total: (call.request.body || []).length }, trailers);
    },
    Download: async (call) => {
      const trailers = echo(call);
      for (const size of call.request.sizes) {
        await pause(call.request);
        call.write({ body: Buffer.alloc(size) });
      }
      const error = statusOf(call.request);
      if (error) { call.emit('error', error); } else { call.end(trailers); }
    },
    Upload: (call, callback) => {
      let total = 0;
      call.on('data', (request) => { total += request.body.length; });
      call.on('end', () => callback(null, { total }));
      call.on('error', () => {});
    },
    Duplex: (call) => {
      const trailers = echo(call);
      let chain = Promise.resolve();
      call.on('data', (request) => {
        chain = chain.then(async () => {
          const error = statusOf(request);
          if (error) { call.emit('error', error); return; }
          for (const size of request.sizes) {
            await pause(request);
            if (!call.cancelled) { call.write({ body: Buffer.alloc(size), total: request.body.length }); }
          }
        });
      });
      call.on('end', () => chain.then(() => call.end(trailers)));
      call.on('error', () => {});
    },
  });
  server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) { throw error; }
    console.log(`port ${port}`);
  });
  process.stdin.on('end', () => process.exit(0)).resume();
}

if (process.argv[2] === 'client') { runClient(process.argv[3], process.argv[4]); } else { runServer(process.argv[3]); }
