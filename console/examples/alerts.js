#!/usr/bin/env node
// Prints alerts as they come; with --ack, acknowledges the first one. See README.md for what it needs.
'use strict';

const fs = require('fs');
const path = require('path');
const { parseArgs } = require('util');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const { values: options } = parseArgs({
  options: {
    address: { type: 'string', default: 'unix:/run/sensornet/collector.sock' },
    ca: { type: 'string' },     // the collector's ca.crt; needed unless the address is a unix socket
    token: { type: 'string' },  // bearer token, snb1...
    ack: { type: 'boolean', default: false },
    protos: { type: 'string', default: path.join(__dirname, '..', '..', 'proto') },
  },
});

function credentials() {
  if (options.address.startsWith('unix:')) { return grpc.credentials.createInsecure(); }
  if (!options.ca) {
    console.error('--ca is needed for a TLS address');
    process.exit(2);
  }
  const tls = grpc.credentials.createSsl(fs.readFileSync(options.ca));
  if (!options.token) { return tls; }
  return grpc.credentials.combineChannelCredentials(tls, grpc.credentials.createFromMetadataGenerator((_, done) => {
    const metadata = new grpc.Metadata();
    metadata.set('authorization', `Bearer ${options.token}`);
    done(null, metadata);
  }));
}

function fail(error) {
  console.error(`${grpc.status[error.code]}: ${error.details}`);
  process.exit(4);
}

const { sensornet } = grpc.loadPackageDefinition(loader.loadSync('sensornet/v1/alerts.proto', {
  includeDirs: [options.protos], keepCase: true, longs: String, enums: String, defaults: true,
}));
const client = new sensornet.v1.AlertService(options.address, credentials());

function acknowledge(alert) {
  // With the revision that was seen: if somebody else was faster, the collector refuses with ABORTED.
  client.UpdateAlert({
    alert_id: alert.alert_id,
    revision: alert.revision,
    status: 'ALERT_STATUS_ACKNOWLEDGED',
    note: 'seen by alerts.js',
  }, { deadline: Date.now() + 10000 }, (error, response) => {
    if (error) { fail(error); }
    console.log(`acknowledged ${response.alert.alert_id} as ${response.alert.status_by}`);
  });
}

const stream = client.WatchAlerts({ include_open: true });
stream.on('data', (response) => {
  if (response.caught_up) { return; }
  const { alert } = response;
  const level = alert.level.replace('ALERT_LEVEL_', '').toLowerCase();
  console.log(`${(response.change || 'open').padEnd(8)} ${level.padEnd(13)} ${alert.title} ${alert.source_ip} x${alert.count} ${alert.alert_id}`);
  if (options.ack && alert.status === 'ALERT_STATUS_ACTIVE') {
    options.ack = false;
    acknowledge(alert);
  }
});
stream.on('error', fail);
