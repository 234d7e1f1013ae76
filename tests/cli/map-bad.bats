#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
# map-bad - xdplab map: what makes no sense, is not allowed, or goes away

load ../lib

NR=20000 # more than fits into a pipe

setup() {
	bpftool map create /sys/fs/bpf/small type hash key 4 value 4 entries 9 \
		name small
	xdplab map set /sys/fs/bpf/small 1 7
}

# A map of many entries, which a reader that waits holds up.
make_big() {
	bpftool map create /sys/fs/bpf/big type hash key 4 value 4 entries $NR \
		name big
	xdplab map save /sys/fs/bpf/big >"$TMPDIR/big"
	seq -f '{"key":%.0f,"value":1}' $NR >>"$TMPDIR/big"
	xdplab map load /sys/fs/bpf/big <"$TMPDIR/big"
}

# unchanged STATUS MESSAGE COMMAND...: it fails so, and leaves maps and pins
unchanged() {
	local before
	before=$(pins; bpftool -j map dump pinned /sys/fs/bpf/small)
	run "${@:3}"
	assert_status "$1"
	assert_contains "$2"
	assert_equal "$(pins; bpftool -j map dump pinned /sys/fs/bpf/small)" \
		"$before"
}

@test "a map that is deleted while it is read is read to its end" {
	make_big
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	xdplab map show /sys/fs/bpf/big >"$BATS_TEST_TMPDIR/pipe" 3>&- &
	exec 4<"$BATS_TEST_TMPDIR/pipe"
	read -r -n 1 <&4 # it reads, and waits for us
	rm /sys/fs/bpf/big
	assert_equal "$(wc -l <&4)" $NR
	exec 4<&-
	wait $!
	says "no such pin" xdplab map show /sys/fs/bpf/big
}

@test "entries that go while they are read are told at most once" {
	make_big
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	xdplab map show /sys/fs/bpf/big >"$BATS_TEST_TMPDIR/pipe" 3>&- &
	exec 4<"$BATS_TEST_TMPDIR/pipe"
	read -r <&4 # it reads, and waits for us
	xdplab map clear /sys/fs/bpf/big
	sort <&4 >"$TMPDIR/shown"
	exec 4<&-
	wait $!
	assert_equal "$(uniq -d "$TMPDIR/shown")" ""
	(($(wc -l <"$TMPDIR/shown") < NR))
}

@test "what is no pin of a map is told for what it is" {
	local verb
	bpftool prog load "$BPF/pass.o" /sys/fs/bpf/pass type xdp
	mkdir /sys/fs/bpf/dir
	for verb in show clear save "get 0" "del 0" "set 0 1"; do
		# shellcheck disable=SC2086 # words
		set -- $verb
		unchanged 1 "is a program, not a map" \
			xdplab map "$1" /sys/fs/bpf/pass "${@:2}"
		unchanged 1 "is not a pin" xdplab map "$1" /etc/passwd "${@:2}"
		unchanged 1 "no such pin" xdplab map "$1" /sys/fs/bpf/x "${@:2}"
		unchanged 1 "no such map id" xdplab map "$1" 4294967295 "${@:2}"
		unchanged 1 "no such map" xdplab map "$1" nobodys "${@:2}"
	done
	unchanged 1 "dir: is a directory" xdplab map show /sys/fs/bpf/dir
	ln -s nothing "$TMPDIR/dangling"
	unchanged 1 "no such pin" xdplab map show "$TMPDIR/dangling"
	unchanged 1 "no such map" xdplab map show ''
}

@test "who may not look at maps is told so, and changes nothing" {
	local map verb
	chmod 0777 /sys/fs/bpf
	for map in small 1 /sys/fs/bpf/small; do
		for verb in show clear save "get 1" "del 1" "set 1 1"; do
			# shellcheck disable=SC2086 # words
			set -- $verb
			unchanged 4 "not permitted" as_nobody \
				"$BUILD/xdplab" map "$1" "$map" "${@:2}"
		done
	done
	unchanged 4 "not permitted" as_nobody "$BUILD/xdplab" map load 1 </dev/null
}

@test "a frozen map is read, and changed by nobody" {
	local verb
	xdplab map save /sys/fs/bpf/small >"$TMPDIR/saved"
	bpftool map freeze pinned /sys/fs/bpf/small
	for verb in clear "del 1" "set 1 1"; do
		# shellcheck disable=SC2086 # words
		set -- $verb
		unchanged 4 "is frozen" xdplab map "$1" /sys/fs/bpf/small "${@:2}"
	done
	run xdplab map load /sys/fs/bpf/small <"$TMPDIR/saved"
	assert_status 4
	assert_contains "is frozen"
	assert_contains "0 of 1 entries were written"
	run xdplab map get /sys/fs/bpf/small 1
	assert_output "hex 07 00 00 00"
}

@test "how much was written is told when the map has no room for more" {
	xdplab map save /sys/fs/bpf/small >"$TMPDIR/saved"
	seq -f '{"key":%.0f,"value":1}' 20 29 >>"$TMPDIR/saved"
	xdplab map clear /sys/fs/bpf/small
	says "is full" xdplab map load /sys/fs/bpf/small <"$TMPDIR/saved"
	assert_contains "9 of 11 entries were written"
}

catches_interrupts() { # PID
	((0x$(sed -n 's/^SigCgt:\s*//p' "/proc/$1/status") & 1 << 1))
}

@test "who interrupts a load is told that nothing was written" {
	xdplab map save /sys/fs/bpf/small >"$TMPDIR/saved"
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	xdplab map load /sys/fs/bpf/small <"$BATS_TEST_TMPDIR/pipe" >"$TMPDIR/said" 2>&1 3>&- &
	exec 4>"$BATS_TEST_TMPDIR/pipe"
	cat "$TMPDIR/saved" >&4
	wait_until catches_interrupts $!
	kill -INT $!
	wait $! || true
	exec 4>&-
	grep -q "interrupted; nothing was written" "$TMPDIR/said"
}

@test "who interrupts a load is told how much was written" {
	bpftool map create /sys/fs/bpf/big type hash key 4 value 4 \
		entries 140000 name big
	xdplab map save /sys/fs/bpf/big >"$TMPDIR/big"
	seq -f '{"key":%.0f,"value":1}' 140000 >>"$TMPDIR/big"
	at_step signal=INT bpf 14 xdplab map load /sys/fs/bpf/big <"$TMPDIR/big"
	grep -Eq "^  (65536|131072) of 140000 entries were written" "$TMPDIR/said"
	[[ $(xdplab map show /sys/fs/bpf/big | wc -l) =~ ^(65536|131072)$ ]]
}
