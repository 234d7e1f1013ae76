# SPDX-License-Identifier: GPL-2.0-only
# packet-scapy - packets as text are what scapy makes of the same fields

load ../lib

# Debian's, for which scapy is installed, whatever else PATH has first.
@test "packets by chance are the bytes that scapy makes, and come back from them" {
	run /usr/bin/python3 -B "$ROOT/tests/cli/packet-scapy.py" \
		"$BUILD/libxdplab.so" 1000
	assert_status 0
	assert_contains "1000 packets, 0 differ"
}
