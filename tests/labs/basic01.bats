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
	run make -j "$(nproc)"
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

@test "the notebook, word for word" {
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
	./xdp_pass_user --dev lo --unload "$(attached lo)"
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

@test "xdp_pass_user says what it did" {
	run ./xdp_pass_user --dev lo
	assert_status 0
	assert_output "Success: loaded xdp_prog_simple (id $(attached lo)) on lo \
(ifindex 1), skb mode"
	run ./xdp_pass_user --dev lo --unload-all
	assert_status 0
	assert_output "Success: unloaded 1 program from lo (ifindex 1)"
}

@test "-S is skb mode where the driver could, too" {
	make_veth
	run ./xdp_pass_user -d veth0 -S
	assert_contains "skb mode"
	assert_equal "$(mode veth0)" 2
	reachable
	./xdp_pass_user -d veth0 --unload-all
	./xdp_pass_user -d veth0 --skb-mode
	assert_equal "$(mode veth0)" 2
}

@test "-N is native mode, and refused where there is none" {
	make_veth
	run ./xdp_pass_user -d veth0 -N
	assert_contains "native mode"
	assert_equal "$(mode veth0)" 1
	reachable
	run ./xdp_pass_user -d lo --native-mode
	assert_status 1
	assert_contains "not possible in native mode"
	assert_equal "$(mode lo)" 0
}

@test "-A, and no mode, is native where the driver can, else skb" {
	make_veth
	./xdp_pass_user -d veth0 -A
	./xdp_pass_user -d lo --auto-mode
	assert_equal "$(mode veth0) $(mode lo)" "1 2"
	./xdp_pass_user -d veth0 --unload-all
	./xdp_pass_user -d veth0
	assert_equal "$(mode veth0)" 1
}

@test "a second load joins the first, and --force replaces what is foreign" {
	local first option

	./xdp_pass_user -d lo
	run ./xdp_pass_user -d lo
	assert_contains "(id $(xdplab status -j lo |
		jq '[.[] | select(.stage).id] | max'))"
	run ./xdp_pass_user -d lo --unload-all
	assert_contains "unloaded 2 programs"
	for option in -F --force; do
		ip link set dev lo xdpgeneric obj "$BPF/pass.o" sec xdp
		first=$(attached lo)
		run ./xdp_pass_user -d lo
		assert_status 1
		assert_contains "program xdp_pass (id $first) runs there"
		run ./xdp_pass_user -d lo $option
		assert_status 0
		assert_contains "in place of id $first"
		./xdp_pass_user -d lo --unload-all
	done
}

@test "--unload takes off that program and no other" {
	local id

	./xdp_pass_user -d lo
	id=$(attached lo)
	run ./xdp_pass_user -d lo -U $((id + 1000000))
	assert_status 1
	assert_contains "is not attached there"
	assert_equal "$(attached lo)" "$id"
	./xdp_pass_user -d lo -U "$id"
	assert_equal "$(mode lo)" 0
	./xdp_pass_user -d lo
	./xdp_pass_user -d lo --unload "$(attached lo)"
	assert_equal "$(mode lo)" 0
}

@test "a mode narrows what is taken off" {
	./xdp_pass_user -d lo -S
	run ./xdp_pass_user -d lo --unload-all -N
	assert_status 1
	assert_equal "$(mode lo)" 2
	./xdp_pass_user -d lo --unload-all -S
	assert_equal "$(mode lo)" 0
}

@test "--unload-all where nothing is fails" {
	run ./xdp_pass_user -d lo --unload-all
	assert_status 1
	assert_contains "lo: no XDP program is attached there"
}

@test "--filename and --progname choose what is loaded" {
	make_veth
	run ./xdp_pass_user -d veth0 --filename "$BPF/two.o"
	assert_status 1
	assert_contains "xdp_first"
	run ./xdp_pass_user -d veth0 --filename "$BPF/two.o" --progname xdp_second
	assert_status 0
	assert_contains "loaded xdp_second"
	unreachable
	run ./xdp_pass_user -d lo --progname xdp_pass
	assert_status 1
	assert_contains "no program xdp_pass"
	assert_contains "it holds xdp_prog_simple (xdp)"
}

@test "-q is silent about success, not about errors" {
	run ./xdp_pass_user -d lo -q
	assert_status 0
	assert_output ""
	run --separate-stderr ./xdp_pass_user -d nope --quiet
	assert_status 1
	assert_output ""
	# shellcheck disable=SC2154 # set by run
	[[ $stderr == "Error: nope: "* ]]
	run ./xdp_pass_user -d lo --unload-all -q
	assert_status 0
	assert_output ""
}

@test "--help lists every option on stdout" {
	local option

	run --separate-stderr ./xdp_pass_user --help
	assert_status 0
	for option in '-d, --dev ' '-S, --skb-mode ' '-N, --native-mode ' \
		'-A, --auto-mode ' '-F, --force ' '-U, --unload ' \
		'--unload-all ' '--filename ' '-n, --progname ' '-q, --quiet ' \
		'-h, --help '; do
		assert_contains "$option"
	done
	assert_equal "$(./xdp_pass_user -h)" "$output"
}

@test "options that make no sense are refused with status 2" {
	local options

	while read -r options; do
		# shellcheck disable=SC2086 # a list of words
		run ./xdp_pass_user $options
		assert_status 2
		[[ $output == ./xdp_pass_user:* ]]
	done <<-'END'

		-d
		--dev
		-S
		-d lo -S -N
		-d lo -A -S
		-d lo -x
		-d lo --nothing
		-d lo --unload
		-d lo lo
		-d lo -U 0
		-d lo -U -1
		-d lo -U 1x
		-d lo -U 4294967296
		-d lo -U 18446744073709551617
		-d lo -U 1 --unload-all
		-d lo --unload-all --force
		-d lo --unload-all --filename xdp_pass_kern.o
		-d lo -U 1 --progname xdp_prog_simple
	END
	assert_equal "$(mode lo)" 0
}

@test "what cannot be loaded is refused with the reason" {
	run ./xdp_pass_user -d nothing
	assert_status 1
	assert_contains "nothing: no such network interface"
	run ./xdp_pass_user -d lo --filename nothing.o
	assert_status 1
	assert_contains "nothing.o: No such file or directory"
	run ./xdp_pass_user -d lo --filename xdp_pass_kern.c
	assert_status 1
	assert_contains "not an ELF file"
	head -c 100 xdp_pass_kern.o >"$BATS_TEST_TMPDIR/cut.o"
	run ./xdp_pass_user -d lo --filename "$BATS_TEST_TMPDIR/cut.o"
	assert_status 1
	assert_contains "Error: "
	run ./xdp_pass_user -d lo --filename "$BPF/refused_packet_bounds.o"
	assert_status 1
	assert_contains "Error: "
	assert_equal "$(mode lo)" 0
}

@test "who is not root is told what is needed" {
	run as_nobody ./xdp_pass_user -d lo
	assert_status 1
	assert_contains "run as root"
	assert_equal "$(mode lo)" 0
}

@test "it works without a bpffs, too" {
	umount /sys/fs/bpf
	run ./xdp_pass_user -d lo
	run -0 ./xdp_pass_user -d lo --unload-all
	mount -t bpf bpf /sys/fs/bpf
	assert_equal "$(mode lo)" 0
}
