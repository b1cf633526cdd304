#!/usr/bin/env python3
"""sshd_lines.py N: N lines of an sshd under attack and in use, as rsyslog writes them; the same lines for the same N."""
import random, sys, time

want = int(sys.argv[1])
chance = random.Random(1)
users = ["admin", "test", "oracle", "pi", "ubuntu", "postgres", "git", "user", "ftpuser", "guest", "support", "deploy"]
at, pid, made = 1_760_000_000.0, 1000, 0


def say(process, text):
    global made
    stamp = time.strftime("%b %d %H:%M:%S", time.gmtime(at))
    print(f"{stamp[:4]}{int(stamp[4:6]):2d}{stamp[6:]} pbx-1 {process}: {text}")
    made += 1


while made < want:
    at += chance.expovariate(2.0)
    pid += 1
    ip = f"198.51.{chance.randrange(100)}.{chance.randrange(1, 255)}"
    port = chance.randrange(1024, 65536)
    sshd = f"sshd[{pid}]"
    kind = chance.random()
    if kind < 0.45:
        user = chance.choice(users)
        say(sshd, f"Invalid user {user} from {ip} port {port}")
        say(sshd, "pam_unix(sshd:auth): check pass; user unknown")
        say(sshd, f"pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={ip} ")
        say(sshd, f"Failed password for invalid user {user} from {ip} port {port} ssh2")
        say(sshd, f"Connection closed by invalid user {user} {ip} port {port} [preauth]")
    elif kind < 0.75:
        say(sshd, f"pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={ip}  user=root")
        for _ in range(chance.randrange(1, 4)):
            say(sshd, f"Failed password for root from {ip} port {port} ssh2")
        say(sshd, f"Received disconnect from {ip} port {port}:11: Bye Bye [preauth]")
        say(sshd, f"Disconnected from authenticating user root {ip} port {port} [preauth]")
    elif kind < 0.85:
        say(sshd, f"Connection closed by {ip} port {port} [preauth]")
    elif kind < 0.95:
        say(sshd, f"Accepted publickey for deploy from 192.0.2.{chance.randrange(1, 255)} port {port} ssh2: ED25519 SHA256:{chance.getrandbits(256):064x}")
        say(sshd, "pam_unix(sshd:session): session opened for user deploy(uid=1001) by (uid=0)")
        say(sshd, f"pam_unix(sshd:session): session closed for user deploy")
    else:
        say(f"CRON[{pid}]", "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)")
        say(f"CRON[{pid}]", "pam_unix(cron:session): session closed for user root")
