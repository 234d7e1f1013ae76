#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# basic01 - the first lab: what its lesson says is what happens

load ../lib
load lab

# 1 native, 2 skb, 0 none.
mode() {
	ip -j link show dev "$1" | jq '.[0].xdp.mode // 0'
}

# ---- the build ----------------------------------------------------------

@test "make builds the lab from a fresh checkout" {
	cd "$BATS_TEST_TMPDIR"
	tar -C "$ROOT" --exclude=./build --exclude='./build-*' --exclude=./.git \
		--exclude='*.o' --exclude=xdp_pass_user -cf - . |
		tar -xf -
	cd labs/basic01
	run make V=1 -j "$(nproc)"
	assert_status 0
	assert_contains "clang -O2 -g -target bpf"
	run ./xdp_pass_user --dev lo
	assert_contains "Success: loaded xdp_prog_simple"
}

@test "a copy of the labs elsewhere uses the library that is installed" {
	local usr=$BATS_TEST_TMPDIR/usr

	make -C "$ROOT" install PREFIX="$usr" LDCONFIG=true >&2
	cp -r "$ROOT/labs" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR/labs/basic01"
	make clean >&2
	run env PKG_CONFIG_PATH="$usr/lib/pkgconfig" make
	assert_status 0
	run env LD_LIBRARY_PATH="$usr/lib" ./xdp_pass_user --dev lo
	assert_contains "Success: loaded xdp_prog_simple"
}

@test "a copy of the labs elsewhere says so when no library is installed" {
	cp -r "$ROOT/labs" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR/labs/basic01"
	run make clean
	assert_status 0
	run env PKG_CONFIG_LIBDIR=/nonexistent make
	assert_status 2
	assert_contains "libxdplab is not installed"
}

@test "what is built are two instructions in section xdp" {
	run llvm-objdump -S xdp_pass_kern.o
	assert_contains "Disassembly of section xdp:"
	assert_contains "<xdp_prog_simple>:"
	assert_matches '0:\s+b7 00 00 00 02 00 00 00\s+r0 = (0x)?2$'
	assert_matches '1:\s+95 00 00 00 00 00 00 00\s+exit$'
	run readelf -SW xdp_pass_kern.o
	assert_matches ' xdp +PROGBITS +0+ [0-9a-f]+ 000010 '
}

# ---- the lesson ---------------------------------------------------------

@test "the lesson's sessions are what happens" {
	lived
}

@test "the lesson shows the same sessions in both languages" {
	diff <(sessions README.md) <(sessions README.zh-CN.md)
}

@test "the lesson's sandbox can be entered, and has a neighbour and a bpffs" {
	xdplab sandbox up lab >&2
	run xdplab sandbox enter lab <<-'END'
		ping -q -c 1 -W 5 10.11.1.2
		xdplab load lo xdp_pass_kern.o
		find /sys/fs/bpf/xdplab -name chain
	END
	xdplab sandbox down lab >&2
	assert_contains " 0% packet loss"
	assert_contains "lo: xdp_prog_simple"
	assert_matches '/gen-[0-9]+/chain$'
}

@test "getting started in the README, word for word" {
	ip link set dev lo xdpgeneric obj xdp_pass_kern.o sec xdp
	assert_equal "$(mode lo)" 2
	run ip link show dev lo
	assert_contains "name xdp_prog_simple"
	ip link set dev lo xdpgeneric off
	assert_equal "$(mode lo)" 0

	xdp-loader load -m skb lo xdp_pass_kern.o
	run xdp-loader status lo
	assert_matches '^lo +xdp_prog_simple +skb +[0-9]+ +[0-9a-f]{16}'
	xdp-loader unload lo --all
	assert_equal "$(mode lo)" 0

	./xdp_pass_user --dev lo
	assert_equal "$(mode lo)" 2
	./xdp_pass_user --dev lo --unload-all
	assert_equal "$(mode lo)" 0

	mount -t bpf bpf /sys/fs/bpf/
	umount /sys/fs/bpf
}

# ---- way 1: iproute2 ----------------------------------------------------

@test "ip attaches the program in the driver, and takes it off" {
	make_veth
	ip link set dev veth0 xdpdrv obj xdp_pass_kern.o sec xdp
	assert_equal "$(mode veth0)" 1
	reachable
	ip link set dev veth0 xdpdrv off
	assert_equal "$(mode veth0)" 0
}

@test "ip refuses a second program, and -force replaces the first" {
	local first

	ip link set dev lo xdpgeneric obj xdp_pass_kern.o sec xdp
	first=$(attached lo)
	run ip link set dev lo xdpgeneric obj xdp_pass_kern.o sec xdp
	assert_status 2
	assert_contains "XDP program already attached"
	assert_equal "$(attached lo)" "$first"
	ip -force link set dev lo xdpgeneric obj xdp_pass_kern.o sec xdp
	[[ $(attached lo) != "$first" ]]
}

@test "ip refuses both modes at once" {
	make_veth
	ip link set dev veth0 xdpgeneric obj xdp_pass_kern.o sec xdp
	run ip link set dev veth0 xdpdrv obj xdp_pass_kern.o sec xdp
	assert_status 2
	assert_contains "can't be active at the same time"
}

@test "ip says nothing when it takes off the wrong mode, and leaves it" {
	make_veth
	ip link set dev veth0 xdpdrv obj xdp_pass_kern.o sec xdp
	run ip link set dev veth0 xdpgeneric off
	assert_status 0
	assert_output ""
	assert_equal "$(mode veth0)" 1
}

@test "ip refuses a section or a file that is not there" {
	run ! ip link set dev lo xdpgeneric obj xdp_pass_kern.o sec xdp_pass
	run ! ip link set dev lo xdpgeneric obj nothing.o sec xdp
	assert_equal "$(mode lo)" 0
}

@test "our tools see and take off what ip attached" {
	ip link set dev lo xdpgeneric obj xdp_pass_kern.o sec xdp
	run xdplab status lo
	assert_matches '^lo +skb +xdp_prog_simple '
	run xdp-loader status lo
	assert_matches '^lo +xdp_prog_simple +skb '
	./xdp_pass_user --dev lo --unload-all
	assert_equal "$(mode lo)" 0
}

# ---- way 2: the loader --------------------------------------------------

@test "xdp-loader wants native mode unless told otherwise, and lo has none" {
	run xdp-loader load lo xdp_pass_kern.o
	assert_status 5
	assert_contains "not possible in native mode"
	assert_equal "$(mode lo)" 0
}

@test "xdp-loader unloads by id" {
	xdp-loader load -m skb lo xdp_pass_kern.o
	xdp-loader unload lo --id "$(attached lo)"
	assert_equal "$(mode lo)" 0
}

# ---- way 3: xdp_pass_user -----------------------------------------------

@test "xdp_pass_user reports what it did" {
	run ./xdp_pass_user --dev lo
	assert_status 0
	assert_output "Success: loaded xdp_prog_simple (id $(attached lo)) on lo, \
skb mode"
	run ./xdp_pass_user --dev lo --unload-all
	assert_status 0
	assert_output "Success: programs unloaded from lo: 1"
	assert_equal "$(mode lo)" 0
}

@test "it chooses native mode where the driver has it" {
	make_veth
	run ./xdp_pass_user --dev veth0
	assert_contains "native mode"
	assert_equal "$(mode veth0)" 1
	reachable
}

@test "a second load joins the first" {
	./xdp_pass_user --dev lo
	run ./xdp_pass_user --dev lo
	assert_contains "(id $(attached lo))"
	run ./xdp_pass_user --dev lo --unload-all
	assert_output "Success: programs unloaded from lo: 2"
}

@test "what another tool attached is not replaced" {
	local first

	ip link set dev lo xdpgeneric obj "$BPF/pass.o" sec xdp
	first=$(attached lo)
	run ./xdp_pass_user --dev lo
	assert_status 1
	assert_contains "program xdp_pass (id $first) is already"
	assert_equal "$(attached lo)" "$first"
}

@test "its failures are reported on stderr, with the reason" {
	run --separate-stderr ./xdp_pass_user --dev nothing
	assert_status 1
	assert_output ""
	# shellcheck disable=SC2154 # set by run
	[[ $stderr == "Error: nothing: no such network interface"* ]]
	run ./xdp_pass_user --dev lo --unload-all
	assert_status 1
	assert_contains "lo: no XDP program is attached"
	rm xdp_pass_kern.o
	run ./xdp_pass_user --dev lo
	make >&2
	assert_status 1
	assert_contains "xdp_pass_kern.o: No such file or directory"
}

@test "anything else on its command line is a usage error" {
	local options

	while read -r options; do
		# shellcheck disable=SC2086 # a list of words
		run ./xdp_pass_user $options
		assert_status 2
		assert_output "usage: ./xdp_pass_user --dev IFNAME [--unload-all]"
	done <<-'END'

		--dev
		--unload-all
		-d lo
		--dev lo lo
		--dev lo --unload-all lo
	END
	assert_equal "$(mode lo)" 0
}

@test "who is not root is told what is needed" {
	run as_nobody ./xdp_pass_user --dev lo
	assert_status 1
	assert_contains "run as root"
	assert_equal "$(mode lo)" 0
}

@test "it works without a bpffs, too" {
	umount /sys/fs/bpf
	run ./xdp_pass_user --dev lo
	run -0 ./xdp_pass_user --dev lo --unload-all
	mount -t bpf bpf /sys/fs/bpf
	assert_equal "$(mode lo)" 0
}
