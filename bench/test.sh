#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# test - a million packets and a thousand tests through a program
#
# Against a bare loop of BPF_PROG_TEST_RUN, which starts, loads and runs as many.
set -eu

: "${AB:?run by make bench}" "${BENCH:?}" "${BPF:?}"

within() { # WHAT LIMIT-SECONDS COMMAND...: the median of seven
	local begin times
	times=$(for _ in {1..7}; do
		begin=$EPOCHREALTIME
		"${@:3}" >/dev/null
		echo $(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
	done | sort -n | sed -n 4p)
	printf '  %s: median %d ms   limit %d s: %s\n' "$1" "$times" "$2" \
		"$( ((times <= $2 * 1000)) && echo within || echo ABOVE)"
}

cd "$TMPDIR"
"$BENCH/test" pcap 1000000 >million.pcap
cat >million.test <<-EOT
	program "$BPF/pass.o"

	test "all of them pass"
	  send pcap "million.pcap"
	  expect PASS unchanged
EOT
"$BENCH/test" file "$BPF/pass.o" 1000 >thousand.test

echo "test: a capture of 1,000,000 packets, and a bare loop of as many runs"
"$AB" -n 15 -w 1.67 xdplab test million.test \
	-- "$BENCH/test" loop "$BPF/pass.o" 1000000
within "1,000,000 packets" 4 xdplab test million.test

echo "test: 1,000 tests"
within "1,000 tests" 2 xdplab test thousand.test
