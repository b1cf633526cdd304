#!/usr/bin/env python3
"""Prints alerts as they come; with --ack, acknowledges the first one. See README.md for what it needs."""
import argparse
import sys

import grpc

from sensornet.v1 import alerts_pb2 as alerts

SERVICE = "/sensornet.v1.AlertService/"


def connect(options):
    if options.address.startswith("unix:"):
        return grpc.insecure_channel(options.address)
    with open(options.ca, "rb") as file:
        tls = grpc.ssl_channel_credentials(root_certificates=file.read())
    if options.token:
        tls = grpc.composite_channel_credentials(tls, grpc.access_token_call_credentials(options.token))
    return grpc.secure_channel(options.address, tls)


def watch(channel):
    return channel.unary_stream(
        SERVICE + "WatchAlerts",
        request_serializer=alerts.WatchAlertsRequest.SerializeToString,
        response_deserializer=alerts.WatchAlertsResponse.FromString,
    )(alerts.WatchAlertsRequest(include_open=True))


def acknowledge(channel, alert):
    # With the revision that was seen: if somebody else was faster, the collector refuses with ABORTED.
    return channel.unary_unary(
        SERVICE + "UpdateAlert",
        request_serializer=alerts.UpdateAlertRequest.SerializeToString,
        response_deserializer=alerts.UpdateAlertResponse.FromString,
    )(alerts.UpdateAlertRequest(
        alert_id=alert.alert_id, revision=alert.revision,
        status=alerts.ALERT_STATUS_ACKNOWLEDGED, note="seen by alerts.py"), timeout=10).alert


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="unix:/run/sensornet/collector.sock")
    parser.add_argument("--ca", help="the collector's ca.crt; needed unless the address is a unix socket")
    parser.add_argument("--token", help="bearer token, snb1...")
    parser.add_argument("--ack", action="store_true", help="acknowledge the first open alert")
    options = parser.parse_args()
    if not options.address.startswith("unix:") and not options.ca:
        parser.error("--ca is needed for a TLS address")
    try:
        with connect(options) as channel:
            for response in watch(channel):
                if response.caught_up:
                    continue
                alert = response.alert
                level = alerts.AlertLevel.Name(alert.level).removeprefix("ALERT_LEVEL_").lower()
                print(f"{response.change or 'open':8} {level:13} {alert.title} {alert.source_ip} x{alert.count} {alert.alert_id}", flush=True)
                if options.ack and alert.status == alerts.ALERT_STATUS_ACTIVE:
                    options.ack = False
                    alert = acknowledge(channel, alert)
                    print(f"acknowledged {alert.alert_id} as {alert.status_by}", flush=True)
    except grpc.RpcError as error:
        print(f"{error.code().name}: {error.details()}", file=sys.stderr)
        return 4
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
