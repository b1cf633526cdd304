// The same ingest stream as the .NET peer, with the C++ gRPC library: what its figures are compared with.
//
//   peer server                        prints "port N", then a line per stream; ends with its standard input
//   peer client ADDRESS BATCH COUNT    sends COUNT copies of the message in the file BATCH, prints a line
//
// A line reads: events N cpu SECONDS wall SECONDS
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>

#include <grpcpp/grpcpp.h>

#include "sensornet/v1/ingest.grpc.pb.h"

namespace v1 = sensornet::v1;

static double Cpu() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6 + usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
}

class Measure {
 public:
  void Print(unsigned long long events) const {
    std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wall_;
    std::printf("events %llu cpu %.4f wall %.4f\n", events, Cpu() - cpu_, wall.count());
    std::fflush(stdout);
  }

 private:
  double cpu_ = Cpu();
  std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
};

class Service final : public v1::IngestService::Service {
  grpc::Status Connect(grpc::ServerContext*, grpc::ServerReaderWriter<v1::CollectorMessage, v1::SensorMessage>* stream) override {
    Measure measure;
    unsigned long long events = 0;
    v1::SensorMessage message;
    v1::CollectorMessage answer;
    while (stream->Read(&message)) {
      events += message.batch().events_size();
      answer.mutable_ack()->set_seq(events);
      stream->Write(answer);
    }
    measure.Print(events);
    return grpc::Status::OK;
  }
};

static int Serve() {
  Service service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  auto server = builder.BuildAndStart();
  std::printf("port %d\n", port);
  std::fflush(stdout);
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  server->Shutdown(std::chrono::system_clock::now());
  return 0;
}

static int Send(const std::string& address, const std::string& file, long count) {
  std::ifstream input(file, std::ios::binary);
  std::stringstream content;
  content << input.rdbuf();
  v1::SensorMessage message;
  if (!message.ParseFromString(content.str())) {
    std::cerr << file << " holds no message\n";
    return 5;
  }
  auto stub = v1::IngestService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  for (long round : {count / 4, count}) {
    grpc::ClientContext context;
    auto stream = stub->Connect(&context);
    Measure measure;
    std::thread reading([&] {
      v1::CollectorMessage answer;
      while (stream->Read(&answer)) {
      }
    });
    for (long i = 0; i < round; i++) {
      stream->Write(message);
    }
    stream->WritesDone();
    reading.join();
    stream->Finish();
    measure.Print(static_cast<unsigned long long>(round) * message.batch().events_size());
  }
  return 0;
}

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "server") {
    return Serve();
  }
  if (argc == 5 && std::string(argv[1]) == "client") {
    return Send(argv[2], argv[3], std::stol(argv[4]));
  }
  std::cerr << "usage: peer server | peer client ADDRESS BATCH COUNT\n";
  return 2;
}
