"""Harmless traffic that looks like an attack to a careless rule."""
import asyncio
import subprocess

from agents import REALM, SERVER, STYLES, Agent


async def storm(w, count=200):
    """All telephones of an office register within seconds after a power cut, behind one address."""
    styles = ["yealink", "polycom", "snom", "grandstream"]
    office = [await Agent(w.clock, "10.2.0.1", str(1000 + n), None, styles[n % 4], port=20000 + n).start() for n in range(count)]
    for start in range(0, count, 20):
        first = w.clock.now()
        await asyncio.gather(*[phone.register() for phone in office[start:start + 20]])
        for phone in office[start:start + 20]:
            w.labels.add("reg-new", False, phone.ip, first, user=phone.user)
    await w.clock.jump(60)
    for round in range(3):
        for phone in office[:60]:
            first = w.clock.now()
            await phone.request("OPTIONS", f"sip:{REALM}", login=False)
            w.labels.add("options-keepalive", False, phone.ip, first, user=phone.user)
        await w.clock.jump(30)
    for phone in office:
        phone.close()


async def outage(w):
    """The server is away for a minute while a hundred telephones, each with its own address, want to register."""
    phones = [await Agent(w.clock, f"10.3.{n // 50}.{n % 50 + 1}", str(1000 + n), None, list(STYLES)[n % 10], server=("198.18.0.99", 5060)).start() for n in range(100)]
    first = w.clock.now()
    await asyncio.gather(*[phone.register(timeout=12) for phone in phones])
    for phone in phones:
        w.labels.add("reg-timeout", False, phone.ip, first, user=phone.user)
        phone.server = SERVER
    for start in range(0, 100, 20):
        first = w.clock.now()
        await asyncio.gather(*[phone.register() for phone in phones[start:start + 20]])
        for phone in phones[start:start + 20]:
            w.labels.add("reg-new", False, phone.ip, first, user=phone.user)
        await asyncio.sleep(0.1)
    for phone in phones:
        phone.close()


async def wrong_password(w):
    """One telephone tries every thirty seconds with an old password, for hours; another user finds his after nine tries."""
    phone = await Agent(w.clock, "10.1.0.80", "1070", "old", "polycom").start()
    soft = await Agent(w.clock, "10.9.0.5", "1071", "typo", "bria").start()
    await soft_tries(w, soft)
    for n in range(240):
        first = w.clock.now()
        w.labels.add("auth-failed", False, phone.ip, first, user="1070", codes=await phone.register())
        await w.clock.jump(30)
    burst = await Agent(w.clock, "10.1.0.81", "1072", "old", "cisco").start()
    for n in range(14):
        first = w.clock.now()
        w.labels.add("auth-failed", False, burst.ip, first, user="1072", codes=await burst.register())


async def soft_tries(w, soft):
    for n in range(9):
        first = w.clock.now()
        w.labels.add("auth-failed", False, soft.ip, first, user="1071", codes=await soft.register())
        await w.clock.jump(w.rng.uniform(4, 15))
    soft.password = "pw1071"
    first = w.clock.now()
    w.labels.add("reg-new", False, soft.ip, first, user="1071", codes=await soft.register())


async def office_new_passwords(w):
    """Five telephones of one office have old passwords for a while, retry every minute, then get the new ones."""
    phones = [await Agent(w.clock, "10.4.0.1", str(1100 + n), "old", "yealink", port=21000 + n).start() for n in range(3)]
    for minute in range(12):
        for phone in phones:
            first = w.clock.now()
            w.labels.add("auth-failed", False, phone.ip, first, user=phone.user, codes=await phone.register())
            await w.clock.jump(20)
    for phone in phones:
        phone.password = "pw" + phone.user
        first = w.clock.now()
        w.labels.add("reg-new", False, phone.ip, first, user=phone.user, codes=await phone.register())


async def pbx_reboot(w):
    """A PBX comes back after a power cut: sixty accounts register at once, then it asks about its telephones and the proxy with OPTIONS."""
    pbx = [await Agent(w.clock, "10.7.0.1", str(1100 + n), None, "asterisk", port=23000 + n).start() for n in range(60)]
    first = w.clock.now()
    await asyncio.gather(*[account.register() for account in pbx])
    for round in range(6):
        await asyncio.gather(*[account.request("OPTIONS", f"sip:{1000 + n}@{REALM}", login=False) for n, account in enumerate(pbx)])
        await asyncio.gather(*[account.request("OPTIONS", f"sip:{REALM}", login=False) for account in pbx])
        w.labels.add("options-keepalive", False, "10.7.0.1", first)
        await w.clock.jump(30)
    await asyncio.gather(*[account.register() for account in pbx])


async def nat_one_wrong(w):
    """Two hundred telephones behind one address; one has a wrong password and tries every ten seconds."""
    office = [await Agent(w.clock, "10.9.0.1", str(1000 + n), None, ["yealink", "snom", "cisco"][n % 3], port=24000 + n).start() for n in range(200)]
    office[77].password = "old"
    for start in range(0, 200, 25):
        await asyncio.gather(*[phone.register() for phone in office[start:start + 25]])
        await w.clock.jump(3)
    for n in range(180):
        first = w.clock.now()
        w.labels.add("auth-failed", False, "10.9.0.1", first, user=office[77].user, codes=await office[77].register())
        if n % 3 == 0:
            await asyncio.gather(*[phone.request("OPTIONS", f"sip:{REALM}", login=False) for phone in office[::4]])
        await w.clock.jump(10)


async def power_dialler(w):
    """A call centre's dialler: four calls a second to two countries, most not taken, the rest a second long."""
    seats = [await Agent(w.clock, "10.12.0.1", str(1200 + n), None, "asterisk", port=26000 + n).start() for n in range(30)]
    for seat in seats:
        await seat.register()

    async def one(n):
        seat = seats[n % 30]
        w.trunk.answer = ("ring", "busy", "ok", "ring", "ok")[n % 5]
        number = ("+4420700", "+4930200", "+4989100", "+4940300")[n % 4] + f"{w.rng.randrange(10**5):05d}"
        first = w.clock.now()
        codes, call_id = await seat.call(number, cancel_after=0.5)
        w.labels.add("call-setup" if 200 in codes else "call-attempt", False, seat.ip, first, user=seat.user, codes=codes)
        await asyncio.sleep(0.3)
        await seat.hang_up(call_id)

    tasks = []
    for n in range(240):
        tasks.append(asyncio.get_running_loop().create_task(one(n)))
        await asyncio.sleep(0.25)
        if n % 20 == 19:
            await w.clock.jump(5)
    await asyncio.gather(*tasks)
    w.trunk.answer = "ok"


async def monitoring(w):
    monitor = await Agent(w.clock, "10.1.41.1", "monitor", "x", "nagios").start()
    for n in range(60):
        first = w.clock.now()
        codes, _, _ = await monitor.request("OPTIONS", f"sip:{REALM}", login=False)
        w.labels.add("options-monitoring", False, monitor.ip, first, codes=codes)
        await w.clock.jump(10)
    for n in range(6):
        first = w.clock.now()
        process = await asyncio.create_subprocess_exec("sipsak", "-s", f"sip:{SERVER[0]}", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await process.wait()
        w.labels.add("sipsak-options", False, "198.18.0.10", first)
        await w.clock.jump(60)


async def roaming(w):
    """Mobile users: another network every few minutes, sometimes signing off the old address, sometimes with a desk telephone as well."""
    desk = await Agent(w.clock, "10.1.0.33", "1033", None, "yealink").start()
    await desk.register()
    for n in range(8):
        user = str(1033 + n % 4)
        mobile = await Agent(w.clock, f"10.{20 + n}.0.7", user, None, "linphone").start()
        first = w.clock.now()
        if n >= 4 and n % 2 == 0:
            await mobile.register(expires=0, contact=f"<sip:{user}@10.{16 + n}.0.7:5060>")
        codes = await mobile.register()
        w.labels.add("reg-move", False, mobile.ip, first, user=user, codes=codes)
        await w.clock.jump(200)
        if n % 3 == 0:
            codes = await mobile.register(expires=0)
        mobile.close()
    rebinding = await Agent(w.clock, "10.1.0.44", "1044", None, "grandstream", port=30000).start()
    for n in range(10):
        first = w.clock.now()
        w.labels.add("reg-refresh", False, rebinding.ip, first, user="1044", codes=await rebinding.register(expires=60))
        rebinding.close()
        rebinding = await Agent(w.clock, "10.1.0.44", "1044", None, "grandstream", port=30001 + n).start()
        await w.clock.jump(45)


async def dialler(w):
    """A call centre: bursts of short domestic and foreign calls, many of which nobody takes."""
    seats = [await Agent(w.clock, "10.5.0.1", str(1200 + n), None, "zoiper", port=22000 + n).start() for n in range(12)]
    for seat in seats:
        await seat.register()
    for n in range(120):
        seat = seats[n % len(seats)]
        number = ("+4420700", "+4930200", "0033140")[n % 3] + f"{w.rng.randrange(10**5):05d}"
        first = w.clock.now()
        w.trunk.answer = ("ring", "busy", "ok", "ring")[n % 4]
        codes, call_id = await seat.call(number, cancel_after=0.15 if n % 4 in (0, 3) else None)
        w.labels.add("call-setup" if 200 in codes else "call-attempt", False, seat.ip, first, user=seat.user, codes=codes)
        if n % 4 == 2:
            await w.clock.jump(w.rng.uniform(2, 40))
            await seat.hang_up(call_id)
    w.trunk.answer = "ok"


async def inbound(w):
    """A carrier's trunk, which is on no list: many calls in, some to numbers that are not served, some given up soon."""
    phones = await w.phones(20)
    for phone in phones:
        phone.answer = ("ok", "busy", "ring", "ok")[int(phone.user) % 4]
    for n in range(150):
        callee = phones[w.rng.randrange(20)].user if n % 20 else str(1590 + w.rng.randrange(9))
        caller = f"+49{w.rng.choice(['30', '89', '221', '40'])}{w.rng.randrange(10**7):07d}"
        first = w.clock.now()
        codes, call_id = await w.trunk.call(callee, cancel_after=w.rng.uniform(0.2, 0.5), login=False, frm=f"sip:{caller}@carrier.example")
        w.labels.add("call-setup" if 200 in codes else "call-attempt", False, w.trunk.ip, first, callee=callee, codes=codes)
        await w.clock.jump(w.rng.uniform(5, 60))
        await w.trunk.hang_up(call_id)


async def abroad(w):
    """Ordinary business with other countries, a conference bridge, presence, messages, a forked call."""
    phones = await w.phones(8)
    second = await Agent(w.clock, "10.8.0.9", phones[0].user, None, "linphone").start()
    await second.register()
    for n in range(40):
        caller = phones[n % 8]
        number = w.rng.choice(["+33140", "+12125", "+81312", "+6129", "+41443", "0044207"]) + f"{w.rng.randrange(10**6):06d}"
        first = w.clock.now()
        codes, call_id = await caller.call(number if n % 5 else "+18005551234")
        w.labels.add("call-setup", False, caller.ip, first, user=caller.user, codes=codes)
        await w.clock.jump(w.rng.uniform(30, 600))
        await caller.hang_up(call_id)
        if n % 4 == 0:
            await caller.request("MESSAGE", f"sip:{phones[(n + 1) % 8].user}@{REALM}", body="hello")
            await caller.request("SUBSCRIBE", f"sip:{phones[(n + 1) % 8].user}@{REALM}", extra="Event: presence\r\n", expires=600)
            await phones[1].call(phones[0].user)
        caller.send("\r\n\r\n")


async def ipv6_tcp(w):
    phones = [await Agent(w.clock, f"fd00:1::{n + 1:x}" if n % 2 else f"10.6.0.{n + 1}", str(1300 + n), None, list(STYLES)[n % 10], tcp=n % 3 == 0).start() for n in range(10)]
    for phone in phones:
        first = w.clock.now()
        w.labels.add("reg-new", False, phone.ip, first, user=phone.user, codes=await phone.register(expires=20 if phone.user == "1301" else 600))
    for n in range(12):
        caller, callee = phones[n % 10], phones[(n + 3) % 10]
        first = w.clock.now()
        codes, call_id = await caller.call(callee.user, extra="X-Filler: " + "a" * (1600 if n % 3 == 0 else 10) + "\r\n")
        w.labels.add("call-setup", False, caller.ip, first, user=caller.user, codes=codes)
        await w.clock.jump(10)
        await caller.hang_up(call_id)


ALL = {f.__name__: f for f in (storm, outage, pbx_reboot, nat_one_wrong, power_dialler, wrong_password, office_new_passwords, monitoring, roaming, dialler, inbound, abroad, ipv6_tcp)}
