#!/usr/bin/env python3
"""Measures the console's screens in a pseudo-terminal, against the collector of $SENSORNET_COLLECTOR.

  screens.py start CONSOLE             from the start of the process to its first frame, and to the first data
  screens.py hold CONSOLE COMMAND...   the live tail open while COMMAND makes events (a replay): octets per frame, memory
                                       and CPU meanwhile, and those of the quiet minute after it
"""
import fcntl, os, pty, resource, select, signal, statistics, struct, subprocess, sys, termios, threading, time


def spawn(*command):
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(command[0], command, dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8"))
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return pid, fd


def drain(fd):
    try:
        while os.read(fd, 65536):
            pass
    except OSError:
        pass


def until_shown(console, text, runs=11):
    walls, cpus = [], []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.perf_counter()
        pid, fd = spawn(console)
        output = b""
        while text not in output:
            if not select.select([fd], [], [], 20)[0]:
                sys.exit(f"never shown: {text}")
            output += os.read(fd, 65536)
        walls.append(time.perf_counter() - begin)
        os.kill(pid, signal.SIGTERM)
        drain(fd)
        os.waitpid(pid, 0)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"{text.decode():8} median {statistics.median(walls) * 1e3:.0f} ms (least {min(walls) * 1e3:.0f}), "
          f"CPU of the whole run {statistics.median(cpus) * 1e3:.0f} ms")


def hold(console, command):
    pid, fd = spawn(console, "open", "events")
    frames, octets = [0], [0]

    def read():
        try:
            while True:
                part = os.read(fd, 65536)
                frames[0] += 1
                octets[0] += len(part)
        except OSError:
            pass

    threading.Thread(target=read, daemon=True).start()

    def cpu():
        fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1000 // os.sysconf("SC_CLK_TCK")

    def memory():
        lines = [line.split() for line in open(f"/proc/{pid}/smaps_rollup")][1:]
        kib = {line[0]: int(line[1]) for line in lines}
        return f"RSS {kib['Rss:'] / 1024:.0f} MiB, anonymous {kib['Anonymous:'] / 1024:.0f} MiB"

    # With the routine events, which the tail leaves out unless they are wanted.
    time.sleep(2)
    os.write(fd, b"z")
    time.sleep(2)
    print(f"opened:  {memory()}")
    f, o, c, begin = frames[0], octets[0], cpu(), time.time()
    subprocess.run(command, stderr=subprocess.DEVNULL, check=True)
    time.sleep(1)
    print(f"events:  {memory()}; {(octets[0] - o) / max(1, frames[0] - f):.0f} octets in each of {frames[0] - f} frames, "
          f"CPU {cpu() - c} ms in {time.time() - begin:.1f} s")
    time.sleep(20)
    o, c = octets[0], cpu()
    time.sleep(60)
    print(f"quiet:   {memory()}; {octets[0] - o} octets, CPU {cpu() - c} ms in 60 s")
    os.kill(pid, signal.SIGTERM)


if sys.argv[1] == "start":
    until_shown(sys.argv[2], b"Ovw]")
    until_shown(sys.argv[2], b"CRIT")
else:
    hold(sys.argv[2], sys.argv[3:])
