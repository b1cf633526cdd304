"""Generates labelled captures: python3 generate.py OUT [--seed N] [--only NAME ...]. Linux, root (it makes a network namespace
of its own); needs kamailio, sipvicious, sipsak, sip-tester, wireshark-common (dumpcap) and iproute2."""
import argparse
import asyncio
import os
import random
import subprocess
import sys

import attacks
import benign
from agents import STYLES, TRUNK, Agent, Clock, Labels, rewrite

HERE = os.path.dirname(os.path.abspath(__file__))
NETWORK = """ip link set lo mtu 1500 up; ip -6 addr add fd00::10/64 dev lo nodad; ip -6 route add local fd00::/16 dev lo
ip route add local 0.0.0.0/0 dev lo; sysctl -qw net.ipv4.ip_nonlocal_bind=1 net.ipv6.ip_nonlocal_bind=1"""


class World:
    def __init__(self, folder, rng):
        self.folder, self.rng, self.clock = folder, rng, Clock()
        self.labels = Labels(self.clock)

    async def phones(self, count, answer="ok"):
        """Registered telephones with an address each."""
        made = []
        for n in range(count):
            phone = await Agent(self.clock, f"10.1.0.{10 + n}", str(1000 + n), None, list(STYLES)[n % 10], answer=answer).start()
            first = self.clock.now()
            self.labels.add("reg-new", False, phone.ip, first, user=phone.user, codes=await phone.register())
            made.append(phone)
        return made


async def drive(scenario, world, at):
    world.trunk = await Agent(world.clock, TRUNK[0], "carrier", "x", "freeswitch", port=TRUNK[1]).start()
    await world.clock.jump(at)
    await asyncio.wait_for(scenario(world), 400)
    await asyncio.sleep(0.3)


def one(name, out, seed):
    rng = random.Random(f"{seed}/{name}")
    random.seed(rng.random())
    folder = os.path.join(out, name + ".work")
    os.makedirs(folder, exist_ok=True)
    defines = [a for mode in ("LEAKY", "PIKE") if name in getattr(attacks, mode) for a in ("-A", mode)]
    log = open(os.path.join(folder, "kamailio.log"), "w")
    server = subprocess.Popen(["kamailio", "-f", f"{HERE}/kamailio.cfg", "-DD", "-E", "-m", "64", "-M", "8", "-Y", folder, *defines], stdout=log, stderr=log)
    raw = os.path.join(folder, "raw.pcap")
    dump = subprocess.Popen(["dumpcap", "-q", "-P", "-i", "lo", "-w", raw, "-f", "udp or tcp or (ip[6:2] & 0x3fff != 0)", "-B", "64"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    for line in dump.stderr:
        if b"File" in line:
            break
    while b"5060" not in subprocess.run(["ss", "-Hlnu", "sport = :5060"], capture_output=True).stdout:
        if server.poll() is not None:
            sys.exit(f"kamailio ended, see {folder}/kamailio.log")
    world = World(folder, rng)
    # A day of the past, at an hour of its own.
    try:
        asyncio.run(drive({**attacks.ALL, **benign.ALL}[name], world, -86400 * rng.randrange(2, 9) - rng.randrange(40000)))
    finally:
        dump.terminate()
        dump.wait()
        server.terminate()
        server.wait()
    rewrite(raw, os.path.join(out, name + ".pcap"))
    world.labels.write(os.path.join(out, name + ".json"), name, seed)
    os.remove(raw)
    print(name, os.path.getsize(os.path.join(out, name + ".pcap")), "bytes,", len(world.labels.events), "events", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[*attacks.ALL, *benign.ALL])
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    if not arguments.inside:
        # A network of its own for each, so that nothing of one is left for the next.
        for name in arguments.only:
            subprocess.call(["unshare", "-n", sys.executable, os.path.abspath(__file__), arguments.out, "--seed", str(arguments.seed), "--only", name, "--inside"])
        return
    subprocess.check_call(["sh", "-ec", NETWORK])
    for name in arguments.only:
        one(name, arguments.out, arguments.seed)


if __name__ == "__main__":
    main()
