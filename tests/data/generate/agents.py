"""SIP user agents in the styles of several vendors, over real sockets, and the clock that lets a day pass in minutes."""
import asyncio
import hashlib
import json
import random
import re
import socket
import struct
import time

REALM = "sip.example"
SERVER = ("198.18.0.10", 5060)
SERVER6 = ("fd00::10", 5060)
TRUNK = ("198.18.0.200", 5080)
MARK = ("127.0.0.9", 9)

# name: (user agent, order of headers after Via, how Call-IDs look)
STYLES = {
    "yealink": ("Yealink SIP-T46S 66.86.0.15", "From To Call-ID CSeq Contact Auth Allow Max-Forwards User-Agent Expires", "{n}@{ip}"),
    "yealink2": ("Yealink SIP-T23G 44.84.0.140", "From To Call-ID CSeq Contact Auth Allow Max-Forwards User-Agent Expires", "{n}@{ip}"),
    "polycom": ("PolycomVVX-VVX_411-UA/5.9.7.3480", "From To CSeq Call-ID Contact User-Agent Auth Max-Forwards Expires", "{h16}-{h8}@{ip}"),
    "cisco": ("Cisco/SPA504G-7.6.2c", "From To Call-ID CSeq Max-Forwards Auth Contact Expires User-Agent Allow", "{h8}-{h8}@{ip}"),
    "grandstream": ("Grandstream GXP2170 1.0.11.64", "From To Call-ID CSeq Contact Auth Max-Forwards Supported Expires User-Agent Allow", "{n}-5060-1@{dash}"),
    "snom": ("snom715/8.9.3.80", "From To Call-ID CSeq Max-Forwards User-Agent Contact Supported Auth Expires", "{h16}-{h12}"),
    "linphone": ("LinphoneAndroid/4.6.11 (Pixel 5) LinphoneSDK/5.1.50", "From To CSeq Call-ID Max-Forwards Supported Contact Expires User-Agent Auth", "{r10}"),
    "microsip": ("MicroSIP/3.21.3", "Max-Forwards From To Call-ID CSeq User-Agent Contact Expires Allow Auth", "{h32}"),
    "zoiper": ("Z 5.6.1 v2.10.20.5", "Max-Forwards Contact To From Call-ID CSeq Expires Allow User-Agent Auth", "{r22}.."),
    "bria": ("Bria 5 release 5.8.3 stamp 102893", "Max-Forwards Contact To From Call-ID CSeq Expires Allow User-Agent Auth", "{r22}"),
    "freeswitch": ("FreeSWITCH-mod_sofia/1.10.9", "Max-Forwards From To Call-ID CSeq Contact Expires User-Agent Allow Supported Auth", "{uuid}"),
    "asterisk": ("Asterisk PBX 18.10.0", "From To Contact Call-ID CSeq Allow Max-Forwards User-Agent Auth Expires", "{uuid}"),
    "nagios": ("Nagios-check_sip/1.3", "From To Call-ID CSeq Contact Max-Forwards User-Agent", "{h32}@{ip}"),
}


class Clock:
    """Real time plus jumps; each jump is told to the capture by a marker packet, which the rewriting takes out."""

    def __init__(self):
        self.offset = 0.0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def now(self):
        return time.time() + self.offset

    async def jump(self, seconds):
        await asyncio.sleep(0.02)
        self.offset += seconds
        self._socket.sendto(b"JUMP %.6f" % self.offset, MARK)
        await asyncio.sleep(0.01)


class Labels:
    """What happened, in the format of the labelled captures."""

    def __init__(self, clock):
        self.clock, self.events = clock, []

    def add(self, kind, malicious, src, first, **more):
        stamp = lambda t: time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t)) + ".%03dZ" % (t % 1 * 1000)
        self.events.append({"id": len(self.events) + 1, "type": kind, "malicious": malicious, "src": src,
                            "t_first": stamp(first), "t_last": stamp(self.clock.now()), **more})

    def write(self, path, name, seed):
        with open(path, "w") as file:
            json.dump({"name": name, "seed": seed, "events": self.events}, file, separators=(",", ":"))


def identifier(pattern, ip):
    rnd = random.Random(random.getrandbits(64))
    h = lambda n: "".join(rnd.choice("0123456789abcdef") for _ in range(n))
    r = lambda n: "".join(rnd.choice("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_") for _ in range(n))
    return pattern.format(n=rnd.randrange(10**9, 10**10), ip=ip, dash=ip.replace(".", "-"), h8=h(8), h12=h(12), h16=h(16), h32=h(32),
                          r10=r(10), r22=r(22), uuid=f"{h(8)}-{h(4)}-{h(4)}-{h(4)}-{h(12)}")


def digest(challenge, method, uri, user, password):
    get = lambda key: (re.search(key + r'="?([^",]+)', challenge) or [None, ""])[1]
    md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
    realm, nonce = get("realm"), get("nonce")
    response = md5(":".join([md5(f"{user}:{realm}:{password}"), nonce, md5(f"{method}:{uri}")]))
    return f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{response}", algorithm=MD5'


def host(ip):
    return f"[{ip}]" if ":" in ip else ip


def header(message, name):
    found = re.search(rf"^{name}\s*:\s*(.*?)\r$", message, re.M | re.I)
    return found[1] if found else ""


class Agent(asyncio.DatagramProtocol):
    """One user agent on an address and port of its own. `answer` says what becomes of calls to it:
    ok, busy, ring (until cancelled), silent."""

    def __init__(self, clock, ip, user, password=None, style="yealink", port=5060, tcp=False, agent=None, answer="ok", server=None, domain=REALM):
        self.clock, self.ip, self.port, self.user, self.tcp, self.answer = clock, ip, port, user, tcp, answer
        self.password = "pw" + user if password is None else password
        self.agent, self.order, self.call_ids = STYLES[style]
        self.agent = agent or self.agent
        self.server = server or (SERVER6 if ":" in ip else SERVER)
        self.login = None
        self.domain, self.cseq, self.waiting, self.calls = domain, random.randrange(1, 30000), {}, {}
        self.registration = identifier(self.call_ids, ip)
        self.tag = "%08x" % random.getrandbits(32)

    async def start(self):
        loop = asyncio.get_running_loop()
        if self.tcp:
            self.reader, self.writer = await asyncio.open_connection(*self.server, local_addr=(self.ip, self.port))
            self._task = loop.create_task(self._read())
        else:
            self.transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.ip, self.port))
        return self

    def close(self):
        if self.tcp:
            self._task.cancel()
            self.writer.close()
        else:
            self.transport.close()

    def send(self, text, to=None):
        if self.tcp:
            self.writer.write(text.encode())
        else:
            self.transport.sendto(text.encode(), to or self.server)

    async def _read(self):
        text = ""
        while data := await self.reader.read(65536):
            text += data.decode("latin-1")
            while (end := text.find("\r\n\r\n")) >= 0:
                length = end + 4 + int(header(text[:end + 2], "Content-Length") or 0)
                if len(text) < length:
                    break
                self.received(text[:length], None)
                text = text[length:]

    def datagram_received(self, data, addr):
        self.received(data.decode("latin-1"), addr)

    def received(self, text, addr):
        if text.startswith("SIP/2.0"):
            queue = self.waiting.get((header(text, "Call-ID"), header(text, "CSeq").split(" ")[0]))
            if queue:
                queue.put_nowait((int(text[8:11]), text))
            return
        method, call_id = text.split(" ")[0], header(text, "Call-ID")
        if method == "INVITE" and header(text, "To").find("tag=") < 0:
            asyncio.get_running_loop().create_task(self._called(text, addr))
        elif method == "CANCEL":
            self.reply(text, 200, "OK", addr)
            if call_id in self.calls and "invite" in self.calls[call_id]:
                self.reply(self.calls[call_id].pop("invite"), 487, "Request Terminated", addr)
        elif method != "ACK":
            self.reply(text, 200, "OK", addr)

    async def _called(self, text, addr):
        self.calls[header(text, "Call-ID")] = {"invite": text, "peer": text, "addr": addr}
        if self.answer == "silent":
            return
        if self.answer == "busy":
            return self.reply(text, 486, "Busy Here", addr)
        self.reply(text, 180, "Ringing", addr)
        if self.answer == "ok":
            await asyncio.sleep(0.01)
            self.calls[header(text, "Call-ID")].pop("invite", None)
            self.reply(text, 200, "OK", addr, sdp=True)

    def reply(self, request, code, reason, addr, sdp=False):
        keep = "".join(line + "\r\n" for line in request.split("\r\n\r\n")[0].split("\r\n")[1:]
                       if re.match(r"(Via|From|Call-ID|CSeq|Record-Route)\s*:", line, re.I))
        to = header(request, "To")
        to += "" if "tag=" in to or code == 100 else ";tag=" + self.tag
        body = self.sdp() if sdp else ""
        extra = f"Content-Type: application/sdp\r\n" if sdp else ""
        self.send(f"SIP/2.0 {code} {reason}\r\n{keep}To: {to}\r\nContact: <sip:{self.user}@{host(self.ip)}:{self.port}>\r\n"
                  f"User-Agent: {self.agent}\r\n{extra}Content-Length: {len(body)}\r\n\r\n{body}", addr)

    def sdp(self):
        family = "IP6" if ":" in self.ip else "IP4"
        return (f"v=0\r\no=- {random.randrange(10**8)} 1 IN {family} {self.ip}\r\ns=call\r\nc=IN {family} {self.ip}\r\nt=0 0\r\n"
                f"m=audio {random.randrange(10000, 20000) * 2} RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n")

    def build(self, method, uri, to, call_id, cseq, tag, contact=None, expires=None, auth=None, body="", extra="", branch=None, frm=None):
        branch = branch or "z9hG4bK" + "%012x" % random.getrandbits(48)
        transport = "TCP" if self.tcp else "UDP"
        values = {
            "From": f"<{frm or f'sip:{self.user}@{self.domain}'}>;tag={tag}", "To": f"<{to}>" if "<" not in to else to, "Call-ID": call_id,
            "CSeq": f"{cseq} {method}", "Max-Forwards": "70", "User-Agent": self.agent, "Supported": "path, replaces",
            "Allow": "INVITE, ACK, BYE, CANCEL, OPTIONS, REFER, NOTIFY, INFO, UPDATE",
            "Contact": contact or f"<sip:{self.user}@{host(self.ip)}:{self.port}{';transport=tcp' if self.tcp else ''}>",
            "Expires": None if expires is None else str(expires), "Auth": auth,
        }
        lines = []
        for name in self.order.split(" "):
            if values[name] is not None:
                lines.append(f"{values[name]}" if name == "Auth" else f"{name}: {values[name]}")
        kind = "Content-Type: application/sdp\r\n" if body.startswith("v=0") else "Content-Type: text/plain\r\n" if body else ""
        return (f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/{transport} {host(self.ip)}:{self.port};rport;branch={branch}\r\n"
                + "\r\n".join(lines) + f"\r\n{extra}{kind}Content-Length: {len(body)}\r\n\r\n{body}")

    async def request(self, method, uri, to=None, call_id=None, login=True, timeout=3.0, cancel_after=None, retransmit=True, **more):
        """Sends, answers one challenge when `login`, and returns the codes seen and the last reply."""
        call_id = call_id or identifier(self.call_ids, self.ip)
        to, tag, codes, auth, last = to or uri, "%08x" % random.getrandbits(32), [], None, ""
        while True:
            self.cseq += 1
            branch, key = "z9hG4bK" + "%012x" % random.getrandbits(48), (call_id, str(self.cseq))
            text = self.build(method, uri, to, call_id, self.cseq, tag, auth=auth, branch=branch, **more)
            self.waiting[key] = queue = asyncio.Queue()
            self.send(text)
            code, limit, wait, rang = 0, time.time() + timeout, 0.5, None
            while code < 200 and (left := limit - time.time()) > 0:
                try:
                    code, last = await asyncio.wait_for(queue.get(), min(left, wait if code == 0 else cancel_after or left))
                    codes.append(code)
                    rang = rang or (time.time() if code == 180 else None)
                except asyncio.TimeoutError:
                    if code == 0 and retransmit and not self.tcp:
                        self.send(text)
                        wait = min(wait * 2, 4)
                if rang and cancel_after is not None and time.time() - rang >= cancel_after and code < 200:
                    self.send(text.split("\r\n\r\n")[0].replace("INVITE ", "CANCEL ", 1).replace(" INVITE", " CANCEL")
                              .split("Content-Type")[0].split("Content-Length")[0].rstrip() + "\r\nContent-Length: 0\r\n\r\n")
                    cancel_after, rang = None, None
            del self.waiting[key]
            if method == "INVITE" and code >= 200:
                target = uri if code >= 300 else (re.search(r"<([^>]+)>", header(last, "Contact")) or [0, uri])[1]
                route = "".join(f"Route: {r}\r\n" for r in reversed(re.findall(r"^Record-Route\s*:\s*(.*?)\r$", last, re.M | re.I)))
                ack = self.build("ACK", target, header(last, "To"), call_id, self.cseq, tag, branch=branch if code >= 300 else None,
                                 extra="" if code >= 300 else route)
                self.send(ack)
                if code < 300:
                    self.calls[call_id] = {"tag": tag, "to": header(last, "To"), "target": target, "route": route, "cseq": self.cseq}
            if code in (401, 407) and login and auth is None:
                name = "Authorization" if code == 401 else "Proxy-Authorization"
                challenge = header(last, "WWW-Authenticate" if code == 401 else "Proxy-Authenticate")
                auth = f"{name}: {digest(challenge, method, uri, self.login or self.user, self.password)}"
                continue
            return codes, last, call_id

    async def register(self, expires=3600, contact=None, user=None, fresh=False, **more):
        user = user or self.user
        call_id = identifier(self.call_ids, self.ip) if fresh else self.registration
        codes, _, _ = await self.request("REGISTER", f"sip:{self.domain}", f"sip:{user}@{self.domain}", call_id, expires=expires, contact=contact, **more)
        return codes

    async def call(self, number, cancel_after=None, login=True, timeout=3.0, **more):
        uri = f"sip:{number}@{self.domain}"
        codes, _, call_id = await self.request("INVITE", uri, cancel_after=cancel_after, login=login, timeout=timeout, body=self.sdp(), **more)
        return codes, call_id

    async def hang_up(self, call_id):
        call = self.calls.pop(call_id, None)
        if call is None:
            return []
        self.cseq += 1
        self.waiting[(call_id, str(self.cseq))] = queue = asyncio.Queue()
        self.send(self.build("BYE", call["target"], call["to"], call_id, self.cseq, call["tag"], extra=call["route"]))
        try:
            code, _ = await asyncio.wait_for(queue.get(), 2)
            return [code]
        except asyncio.TimeoutError:
            return []


def rewrite(raw, out):
    """Takes the markers out of a capture and moves what follows each by its jump."""
    data, end, offset = open(raw, "rb").read(), 24, 0.0
    with open(out, "wb") as file:
        file.write(data[:24])
        while end + 16 <= len(data):
            seconds, micros, kept, length = struct.unpack_from("<IIII", data, end)
            frame = data[end + 16:end + 16 + kept]
            end += 16 + kept
            mark = frame.find(b"JUMP ")
            if mark >= 0 and len(frame) < 80:
                offset = float(frame[mark + 5:])
                continue
            moved = seconds + micros / 1e6 + offset
            file.write(struct.pack("<IIII", int(moved), int(moved % 1 * 1e6), kept, length) + frame)
