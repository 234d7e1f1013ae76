# SPDX-License-Identifier: GPL-2.0-only
"""scapy_layers - layers and packets by chance, in our notation and as scapy's"""

import random

from scapy.contrib.geneve import GENEVE, GeneveOptions
from scapy.contrib.mpls import MPLS
from scapy.layers import inet, inet6, l2, vxlan
from scapy.packet import Raw

chance = random.Random()


# ---- fields: their value by chance, as text and for scapy ----

def number(bits):
    def make():
        value = chance.getrandbits(bits)
        return chance.choice((str, hex))(value), value
    return make


def one_of(*values):
    return lambda: (lambda value: (str(value), value))(chance.choice(values))


def mac():
    text = ":".join("%02x" % chance.getrandbits(8) for _ in range(6))
    return text, text


def ipv4():
    text = ".".join(str(chance.getrandbits(8)) for _ in range(4))
    return text, text


def ipv6():
    text = ":".join("%x" % (chance.getrandbits(16) * chance.getrandbits(1))
                    for _ in range(8))
    return text, text


def letters(names):
    def make():
        text = "".join(c for c in names if chance.getrandbits(1))
        return text or "0", text
    return make


class Layer:
    """A layer of ours and scapy's same: of its fields some are always given,
    and of those that are computed now and then one, most often a wrong one."""

    def __init__(self, name, scapys, fields, computed=(), options=None,
                 **usual):
        keywords, given, fields = dict(usual), [], dict(fields)
        if computed and chance.random() < 0.05:
            field = chance.choice(list(computed))
            fields[field] = computed[field]
        for field, make in fields.items():
            scapy_name = field
            if isinstance(make, tuple):
                scapy_name, make = make
            text, keywords[scapy_name] = make()
            given.append(f"{field}={text}")
        if options:
            list_name, texts, options_of_scapy = options
            given.append(f"{list_name}=[{', '.join(texts)}]")
            if name != "icmpv6":
                keywords[list_name] = options_of_scapy
        self.name, self.given = name, {field.split("=")[0] for field in given}
        self.text = f"{name}({', '.join(given)})" if given else name
        self.scapy = scapys(**keywords)
        if options and name == "icmpv6":
            for option in options_of_scapy:
                self.scapy = self.scapy / option
        # What follows is then not to be known, or ends elsewhere.
        self.is_odd = bool(self.given & set(computed) - {"chksum"})
        self.takes_payload = name != "arp" and "ND" not in scapys.__name__


def options_by_chance(name, makers):
    """Some of them, in any order: their texts, and what they are for scapy."""
    chosen = [make() for make in chance.choices(makers, k=chance.randrange(4))]
    # Of several source routes scapy would follow none.
    for route in [option for option in chosen if "srr(" in option[0]][1:]:
        chosen.remove(route)
    return (name, *map(list, zip(*chosen))) if chosen else None


# ---- layers ----

def made(write, scapys, *makers):
    """An option of those values: write() is its text, scapys() scapy's."""
    def make():
        pairs = [maker() for maker in makers]
        return (write(*(text for text, _ in pairs)),
                scapys(*(value for _, value in pairs)))
    return make


IP_OPTIONS = (
    made(lambda: "nop", inet.IPOption_NOP),
    made("router_alert({})".format,
         lambda value: inet.IPOption_Router_Alert(alert=value), number(16)),
    made("sid({})".format,
         lambda value: inet.IPOption_Stream_Id(security=value), number(16)),
    made("rr(8, {}, {})".format,
         lambda *routers: inet.IPOption_RR(pointer=8, routers=[*routers]),
         ipv4, ipv4),
    made("lsrr(4, {}, {})".format,
         lambda *routers: inet.IPOption_LSRR(routers=[*routers]), ipv4, ipv4),
    made("ssrr(8, {}, {})".format,
         lambda *routers: inet.IPOption_SSRR(pointer=8, routers=[*routers]),
         ipv4, ipv4),
)

TCP_OPTIONS = (
    made(lambda: "nop", lambda: ("NOP", None)),
    made("mss({})".format, lambda mss: ("MSS", mss), number(16)),
    made("wscale({})".format, lambda shift: ("WScale", shift), number(8)),
    made(lambda: "sackok", lambda: ("SAckOK", b"")),
    made("ts({}, {})".format, lambda *ts: ("Timestamp", ts),
         number(32), number(32)),
    made("sack({}, {})".format, lambda *edges: ("SAck", edges),
         number(32), number(32)),
)

ND_OPTIONS = (
    made("sll({})".format,
         lambda mac: inet6.ICMPv6NDOptSrcLLAddr(lladdr=mac), mac),
    made("tll({})".format,
         lambda mac: inet6.ICMPv6NDOptDstLLAddr(lladdr=mac), mac),
    made("mtu({})".format,
         lambda mtu: inet6.ICMPv6NDOptMTU(mtu=mtu), number(32)),
    made("prefix(prefixlen={}, L={}, A={}, R={}, valid={}, preferred={}, "
         "prefix={})".format,
         lambda length, on, auto, router, valid, preferred, prefix:
         inet6.ICMPv6NDOptPrefixInfo(
             prefixlen=length, L=on, A=auto, R=router, validlifetime=valid,
             preferredlifetime=preferred, prefix=prefix),
         number(8), number(1), number(1), number(1), number(32), number(32),
         ipv6),
    made("rdnss({}, {}, {})".format,
         lambda lifetime, *dns:
         inet6.ICMPv6NDOptRDNSS(lifetime=lifetime, dns=[*dns]),
         number(32), ipv6, ipv6),
)

# Two of them scapy would align.
IPV6_OPTIONS = (
    made("router_alert({})".format,
         lambda value: inet6.RouterAlert(value=value), number(16)),
    made("jumbo({})".format,
         lambda length: inet6.Jumbo(jumboplen=length), number(32)),
)

GENEVE_OPTIONS = (
    made("option({}, {}, hex 01 02 03 04 ff fe fd fc)".format,
         lambda number, kind: GeneveOptions(
             classid=number, type=kind,
             data=bytes.fromhex("01020304fffefdfc")), number(16), number(8)),
    made("option({}, {})".format,
         lambda number, kind: GeneveOptions(classid=number, type=kind),
         number(16), number(8)),
)

CHKSUM = {"chksum": number(16)}
CKSUM = {"chksum": ("cksum", number(16))}


def eth():
    return Layer("eth", l2.Ether, {"dst": mac, "src": mac},
                 {"type": number(16)})


def vlan(name, scapys):
    return Layer(name, scapys, {"prio": number(3), "dei": ("id", number(1)),
                                "id": ("vlan", number(12))},
                 {"type": number(16)})


def arp():
    return Layer("arp", l2.ARP,
                 {"op": number(16), "hwsrc": mac, "psrc": ipv4, "hwdst": mac,
                  "pdst": ipv4}, hwlen=6, plen=4)


def mpls(is_last):
    return Layer("mpls", MPLS, {"label": number(20), "tc": ("cos", number(3)),
                                "ttl": number(8)}, s=int(is_last))


def ip():
    return Layer("ip", inet.IP,
                 {"tos": number(8), "id": number(16),
                  "flags": one_of("DF", "evil"), "ttl": number(8),
                  "src": ipv4, "dst": ipv4},
                 {"proto": number(8), "ihl": number(4), "version": number(4),
                  **CHKSUM},
                 options_by_chance("options", IP_OPTIONS))


def ip_fragment():
    return Layer("ip", inet.IP,
                 {"flags": one_of("MF", "DF", "MF+DF"), "proto": number(8),
                  "src": ipv4, "dst": ipv4,
                  "frag": lambda: (lambda value: (str(value), value))(
                      chance.randrange(1, 8192))})


def ip6():
    return Layer("ipv6", inet6.IPv6,
                 {"tc": number(8), "fl": number(20), "hlim": number(8),
                  "src": ipv6, "dst": ipv6},
                 {"plen": number(16), "nh": number(8), "version": number(4)})


def segments():
    return options_by_chance("addresses", (ipv6,))


def padded(name, scapys):
    option = chance.choice(IPV6_OPTIONS)()
    return Layer(name, scapys, {}, {"nh": number(8)},
                 chance.choice((None, ("options", *([one] for one in option)))))


def extension():
    return chance.choice((
        lambda: padded("hopopts", inet6.IPv6ExtHdrHopByHop),
        lambda: padded("dstopts", inet6.IPv6ExtHdrDestOpt),
        lambda: Layer("routing", inet6.IPv6ExtHdrRouting,
                      {"type": one_of(0, 2, 5), "segleft": number(8),
                       "reserved": number(32)},
                      {"nh": number(8)}, segments()),
        lambda: Layer("routing", inet6.IPv6ExtHdrSegmentRouting,
                      {"type": one_of(4), "segleft": number(8),
                       "tag": number(16)}, {"nh": number(8)},
                      segments() or ("addresses", ["::1"], ["::1"])),
        lambda: Layer("fragment", inet6.IPv6ExtHdrFragment,
                      {"res1": number(8), "res2": number(2),
                       "id": number(32)}, {"nh": number(8)}),
    ))()


def tcp():
    return Layer("tcp", inet.TCP,
                 {"sport": number(16), "dport": number(16), "seq": number(32),
                  "ack": number(32), "reserved": number(3),
                  "flags": letters("FSRPAUECN"), "window": number(16),
                  "urgptr": number(16)},
                 {"dataofs": number(4), **CHKSUM},
                 options_by_chance("options", TCP_OPTIONS))


def udp():
    return Layer("udp", inet.UDP,
                 {"sport": number(16), "dport": one_of(9, 53, 2000, 65535)},
                 {"len": number(16), **CHKSUM})


def icmp():
    layer = chance.choice((
        {"type": one_of(0, 8), "id": number(16), "seq": number(16)},
        {"type": one_of(13, 14), "id": number(16), "seq": number(16),
         "ts_ori": number(32), "ts_rx": number(32), "ts_tx": number(32)},
        {"type": one_of(17, 18), "id": number(16), "seq": number(16),
         "addr_mask": ipv4},
    ))
    return Layer("icmp", inet.ICMP, {**layer, "code": number(8)}, CHKSUM)


def icmp_error():
    layer = chance.choice((
        {"type": one_of(3), "unused": ("reserved", number(8)),
         "length": number(8), "mtu": ("nexthopmtu", number(16))},
        {"type": one_of(5), "gateway": ("gw", ipv4)},
        {"type": one_of(12), "ptr": number(8), "length": number(8)},
    ))
    return Layer("icmp", inet.ICMP, {**layer, "code": number(8)}, CHKSUM)


def icmp6():
    scapys, fields = chance.choice((
        (inet6.ICMPv6EchoRequest,
         {"type": one_of(128), "id": number(16), "seq": number(16)}),
        (inet6.ICMPv6EchoReply,
         {"type": one_of(129), "id": number(16), "seq": number(16)}),
        (inet6.ICMPv6ND_NS,
         {"type": one_of(135), "res": number(32), "target": ("tgt", ipv6)}),
        (inet6.ICMPv6ND_NA,
         {"type": one_of(136), "R": number(1), "S": number(1),
          "override": ("O", number(1)), "reserved": ("res", number(29)),
          "target": ("tgt", ipv6)}),
        (inet6.ICMPv6ND_Redirect,
         {"type": one_of(137), "res": number(32), "target": ("tgt", ipv6),
          "dst": ipv6}),
        (inet6.ICMPv6MLReport,
         {"type": one_of(131), "mrd": number(16),
          "rsv": ("reserved", number(16)), "group": ("mladdr", ipv6)}),
        (inet6.ICMPv6ND_RS, {"type": one_of(133), "res": number(32)}),
        (inet6.ICMPv6ND_RA,
         {"type": one_of(134), "chlim": number(8), "M": number(1),
          "O": number(1), "H": number(1), "prf": number(2), "P": number(1),
          "unassigned": ("res", number(2)), "routerlifetime": number(16),
          "reachabletime": number(32), "retranstimer": number(32)}),
    ))
    return Layer("icmpv6", scapys, {**fields, "code": number(8)}, CKSUM,
                 options_by_chance("options", ND_OPTIONS)
                 if "ND" in scapys.__name__ else None)


def icmp6_error():
    scapys, fields = chance.choice((
        (inet6.ICMPv6PacketTooBig, {"type": one_of(2), "mtu": number(32)}),
        (inet6.ICMPv6ParamProblem, {"type": one_of(4), "ptr": number(32)}),
    ))
    return Layer("icmpv6", scapys, {**fields, "code": number(8)}, CKSUM)


def gre():
    fields, usual = {}, {}
    if chance.getrandbits(1):
        fields["key"] = number(32)
        usual["key_present"] = 1
    if chance.getrandbits(1):
        fields["seq"] = ("sequence_number", number(32))
        usual["seqnum_present"] = 1
    if chance.getrandbits(1):
        fields["chksum_present"] = one_of(1)
        usual["offset"] = 0
    return Layer("gre", l2.GRE, fields, {"proto": number(16)}, **usual)


def tunnel_udp(port):
    return Layer("udp", inet.UDP, {"sport": number(16)}, CHKSUM, dport=port)


def vxlan_layer():
    return Layer("vxlan", vxlan.VXLAN, {"vni": number(24),
                                        "reserved2": number(8)}, flags=8)


def geneve():
    return Layer("geneve", GENEVE,
                 {"oam": number(1), "critical": number(1),
                  "reserved": number(6), "vni": number(24),
                  "reserved2": number(8)}, {"proto": number(16)},
                 options_by_chance("options", GENEVE_OPTIONS))


class Payload:
    name, given, is_odd, takes_payload = "payload", set(), False, False

    def __init__(self):
        data = chance.randbytes(chance.choice((1, 2, 3, 20, 21, 60)))
        self.text = f"hex {data.hex(' ')}"
        self.scapy = Raw(data)


# ---- packets ----

def link():
    tags = {"vlan": l2.Dot1Q, "qinq": l2.Dot1AD}
    yield eth()
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        name = chance.choice(list(tags))
        yield vlan(name, tags[name])


def network(depth):
    kind = chance.randrange(12)
    if kind == 0:
        yield arp()
        return
    if kind == 1:
        labels = chance.randint(1, 3)
        for i in range(labels):
            yield mpls(i == labels - 1)
    if kind == 2:
        yield ip_fragment()
    elif chance.getrandbits(1):
        yield ip()
        yield from above(depth, icmp, icmp_error)
    else:
        yield ip6()
        for _ in range(chance.choice((0, 0, 0, 1, 2, 3))):
            yield extension()
        yield from above(depth, icmp6, icmp6_error)


def inner(depth, with_link=False):
    if with_link:
        yield from link()
    yield from network(depth + 1)


def above(depth, ping, error):
    """What is in an IP packet; tunnels hold another, three deep at most."""
    kind = chance.randrange(12 if depth < 3 else 6)
    if kind < 2:
        yield tcp()
    elif kind < 4:
        yield udp()
    elif kind < 5:
        yield ping()
    elif kind == 5:
        yield Payload()
    elif kind == 6:
        yield from (ip(), udp()) if ping is icmp else (ip6(), udp())
    elif kind == 7:
        yield error()
        yield from (ip(), udp()) if ping is icmp else (ip6(), tcp())
    elif kind == 8:
        yield gre()
        yield from inner(depth, chance.getrandbits(1))
    elif kind == 9:
        yield tunnel_udp(4789)
        yield vxlan_layer()
        yield from inner(depth, True)
    elif kind >= 10:
        yield tunnel_udp(6081)
        yield geneve()
        yield from inner(depth, True)


def packet():
    layers = [*link(), *network(0)]
    if layers[-1].takes_payload and chance.getrandbits(1):
        layers.append(Payload())
    return layers
