# SPDX-License-Identifier: GPL-2.0-only
"""packet-scapy - packets by chance, as scapy makes them and as we do

    packet-scapy.py LIBRARY COUNT [SEED]

Each is made of the same fields twice, by scapy and from our notation, and must
be the same bytes, with what both compute: lengths, checksums, what follows.
Those bytes are read again and printed: the layers must be the same, no field
may be said that was not given, and the text must be the same bytes again.
"""

import ctypes
import re
import sys

import scapy_layers


# ---- the library ----

class Text(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_void_p), ("length", ctypes.c_size_t),
                ("room", ctypes.c_size_t), ("lost", ctypes.c_bool)]


class Library:
    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        self.lib.xdplab_error.restype = ctypes.c_char_p
        self.lib.xdplab_packet_bytes.restype = ctypes.c_void_p

    def _taken(self, err, packet, use):
        if err:
            raise ValueError(self.lib.xdplab_error().decode())
        result = use(packet)
        self.lib.xdplab_packet_free(packet)
        return result

    def _bytes(self, packet):
        length = ctypes.c_size_t()
        at = self.lib.xdplab_packet_bytes(packet, ctypes.byref(length))
        return ctypes.string_at(at, length.value)

    def _print(self, packet):
        text = Text()
        self.lib.xdplab_packet_print(packet, ctypes.byref(text))
        printed = ctypes.string_at(text.bytes).decode()
        self.lib.xdplab_text_free(ctypes.byref(text))
        return printed

    def parse(self, text):
        packet = ctypes.c_void_p()
        err = self.lib.xdplab_packet_parse(ctypes.byref(packet), text.encode(),
                                           None, None)
        return self._taken(err, packet, self._bytes)

    def print(self, data):
        packet = ctypes.c_void_p()
        err = self.lib.xdplab_packet_decode(ctypes.byref(packet), data,
                                            ctypes.c_size_t(len(data)))
        return self._taken(err, packet, self._print)


# ---- what is compared ----

def said(text):
    """The layers of a printed packet: their names, and their fields' names."""
    layers = []
    text, *payload = re.split(r" / (?=\"|hex |bytes\()", text)
    for layer in text.split(" / "):
        name, _, fields = layer.partition("(")
        fields = re.sub(r"\[.*?\]", "", fields)
        layers.append((name, set(re.findall(r"(\w+)=", fields))))
    return layers + [("payload", set()) for _ in payload]


def difference(name, wanted, got):
    at = next((i for i, (a, b) in enumerate(zip(wanted, got)) if a != b),
              min(len(wanted), len(got)))
    return (f"\n  byte {at}: {wanted[at:at + 8].hex(' ')}"
            f"\n  {name}: {got[at:at + 8].hex(' ')}")


def compare(lib, layers):
    text = " / ".join(layer.text for layer in layers)
    theirs = layers[0].scapy
    for layer in layers[1:]:
        theirs = theirs / layer.scapy
    theirs = bytes(theirs)
    ours = lib.parse(text)
    if ours != theirs:
        return text + difference("scapy", ours, theirs)
    printed = lib.print(ours)
    again = lib.parse(printed)
    if again != ours:
        return f"{text}\n  printed {printed}" + difference("again", ours, again)
    if any(layer.is_odd for layer in layers):
        return None
    shown = said(printed)
    if [name for name, _ in shown] != [layer.name for layer in layers]:
        return f"{text}\n  printed {printed}\n  other layers"
    for (_, fields), layer in zip(shown, layers):
        if not fields <= layer.given:
            return (f"{text}\n  printed {printed}\n  not given: "
                    f"{fields - layer.given}")
    return None


def main(library, count, seed="1"):
    scapy_layers.chance.seed(int(seed))
    lib = Library(library)
    wrong = 0
    for i in range(int(count)):
        layers = scapy_layers.packet()
        try:
            what = compare(lib, layers)
        except ValueError as refused:
            what = " / ".join(layer.text for layer in layers)
            what += f"\n  refused: {refused}"
        if what:
            wrong += 1
            if wrong <= 10:
                print(f"{i}: {what}")
    print(f"{count} packets, {wrong} differ")
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
