#!/usr/bin/env bash
# Builds the C++ peer: bash tests/SensorNet.Benchmarks/Rpc/cpp/build.sh OUTPUT_DIRECTORY
# Needs g++, pkg-config, libgrpc++-dev, libprotobuf-dev, protobuf-compiler and protobuf-compiler-grpc.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
protos=$here/../../../../proto
out=${1:?usage: build.sh OUTPUT_DIRECTORY}
mkdir -p "$out"
protoc -I "$protos" --cpp_out="$out" --grpc_out="$out" --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" \
  "$protos"/sensornet/v1/event.proto "$protos"/sensornet/v1/ingest.proto
g++ -O2 -DNDEBUG -std=c++17 -I "$out" -o "$out/peer" "$here/peer.cc" "$out"/sensornet/v1/*.cc \
  $(pkg-config --cflags --libs grpc++ protobuf)
