#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
# chain-bad - what cannot be in a chain is refused, and nothing has changed

load ../lib

setup() {
	make_veth
}

# repeat N WORD: the word N times, a line each
repeat() {
	local i
	for ((i = 0; i < $1; i++)); do
		printf '%s\n' "$2"
	done
}

# compile NAME: the program on stdin into $TMPDIR/NAME.o
compile() {
	{
		echo '#include <linux/bpf.h>'
		echo '#include <bpf/bpf_helpers.h>'
		cat
		echo 'char _license[] SEC("license") = "GPL";'
	} >"$TMPDIR/$1.bpf.c"
	compile_again "$1"
}

compile_again() {
	clang -target bpf -O2 -g -I"/usr/include/$(uname -m)-linux-gnu" -c \
		-o "$TMPDIR/$1.o" "$TMPDIR/$1.bpf.c"
}

# ---- what does not go together ------------------------------------------

@test "licences that cannot be combined are named, with whose they are" {
	xdplab load veth0 "$BPF/pass.o"
	refused 1 xdplab load veth0 "$BPF/stage_owned.o"
	assert_contains "veth0: the licence of xdp_owned, \"Proprietary\", is incompatible"
	assert_contains "with that of xdp_pass, \"GPL\""
	assert_contains "load one of them on another interface"
	refused 1 xdplab load --force veth0 "$BPF/stage_owned.o"
	refused 1 xdplab chain veth0 replace xdp_pass \
		"$BPF/refused_map_null.o"
	xdplab load veth0 "$BPF/stage_mit.o"
	refused 1 xdplab chain veth0 replace xdp_mit "$BPF/stage_owned.o"
	assert_contains "the licence of xdp_owned"
	run xdplab chain veth0 replace xdp_pass "$BPF/stage_owned.o"
	assert_status 0
	assert_equal "$(order)" "xdp_mit xdp_owned"
}

@test "two licences in one load are refused before anything is there" {
	refused 1 xdplab load veth0 "$BPF/pass.o" "$BPF/stage_owned.o"
	assert_contains "is incompatible"
	assert_equal "$(attached veth0)" ""
}

@test "the GPL of others lets a stage call nothing that its licence does not" {
	{
		echo 'SEC("xdp") int xdp_print(struct xdp_md *ctx) {'
		echo '	bpf_printk("seen"); return XDP_PASS; }'
	} | compile print
	sed -i 's/GPL/MIT/' "$TMPDIR/print.bpf.c"
	compile_again print
	refused 1 xdplab load veth0 "$TMPDIR/print.o"
	xdplab load veth0 "$BPF/pass.o"
	refused 1 xdplab load veth0 "$TMPDIR/print.o"
	assert_contains "cannot call GPL-restricted function"
	xdplab unload veth0
}

@test "a stage for one buffer makes no chain of frags lose them, but by force" {
	xdplab load veth0 "$BPF/deep_stack.o" "$BPF/stage_frags.o"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "veth0: xdp_pass is not an xdp.frags program"
	assert_contains 'SEC("xdp.frags")'
	assert_contains "--force"
	refused 1 xdplab load veth0 "$BPF/deep_stack.o" "$BPF/pass.o"
	refused 1 xdplab chain veth0 replace xdp_frags "$BPF/pass.o"
	assert_contains "veth0: xdp_pass is not an xdp.frags program"

	run xdplab chain veth0 replace --force xdp_frags "$BPF/pass.o"
	assert_status 0
	assert_equal "$(order)" "xdp_deep_stack xdp_pass"
	run xdplab load veth0 "$BPF/stage_gate.o" # there is nothing to lose
	assert_status 0
	assert_equal "$(order)" "xdp_deep_stack xdp_gate xdp_pass"
}

@test "a chain gets its frags back when the stage without them goes" {
	at_peer ip link set peer0 mtu 9000
	ip link set veth0 mtu 9000
	xdplab load veth0 "$BPF/deep_stack.o"
	refused 1 xdplab load --force veth0 "$BPF/pass.o"
	assert_contains "veth0: cannot attach in native mode: "
	at_peer ip link set peer0 mtu 1500
	ip link set veth0 mtu 1500
	xdplab load --force veth0 "$BPF/pass.o"
	xdplab unload veth0 -n xdp_pass
	ip link set veth0 mtu 9000
	refused 1 xdplab load veth0 "$BPF/pass.o"
}

@test "another mode than the one that runs is refused, with both named" {
	xdplab load -m skb veth0 "$BPF/pass.o"
	for force in '' --force --adopt; do
		# shellcheck disable=SC2086 # none or one
		refused 1 xdplab load $force -m native veth0 "$BPF/pass.o"
		assert_contains "veth0: already in skb mode, not native"
		assert_contains "xdplab unload veth0 --all"
	done
	xdplab unload veth0 --all
	xdplab load veth0 "$BPF/pass.o"
	refused 1 xdplab load -m skb veth0 "$BPF/pass.o"
	assert_contains "veth0: already in native mode, not skb"
}

# ---- what is no such thing ----------------------------------------------

@test "a priority that is none is refused, of whatever kind" {
	xdplab load veth0 "$BPF/pass.o"
	for prio in -1 x 1x 1.5 '' ' ' 0x 2147483648 99999999999 \
		99999999999999999999999 $'\e[31m'; do
		refused 2 xdplab load veth0 -P "$prio" "$BPF/pass.o"
		assert_matches "--prio .*: not (an integer|in the range 0 to 2147483647)"
		assert_lacks $'\e'
	done
}

@test "actions that are none are refused, with those that are" {
	xdplab load veth0 "$BPF/pass.o"
	for list in PASS,FOO '' ',' 'PASS,' ',PASS' 2 none,PASS 'PASS DROP' \
		XDP_ \
		$'\e[31m'; do
		refused 2 xdplab load veth0 -A "$list" "$BPF/pass.o"
		assert_matches "no such verdict|missing verdict|empty list"
		assert_contains "ABORTED, DROP, PASS, TX and REDIRECT"
		assert_lacks $'\e'
	done
}

# configured MEMBER...: an object whose run configuration has these
configured() {
	compile configured <<-END
		struct {
			$*
		} _xdp_configured SEC(".xdp_run_config");
		SEC("xdp") int xdp_configured(struct xdp_md *ctx)
		{
			return XDP_PASS;
		}
	END
}

@test "a run configuration that is none is refused, and its mistake named" {
	xdplab load veth0 "$BPF/pass.o"
	configured '__uint(priority, 7); __uint(XDP_PAS, 1);'
	refused 1 xdplab load veth0 "$TMPDIR/configured.o"
	assert_contains "configured.o: the run configuration of xdp_configured has"
	assert_contains 'an unknown member "XDP_PAS"'
	assert_contains "XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX and XDP_REDIRECT"

	configured 'int priority;'
	refused 1 xdplab load veth0 "$TMPDIR/configured.o"
	assert_contains "priority in the run configuration of xdp_configured is not a number"
	assert_contains "use __uint(priority, NUMBER)"

	configured '__uint(priority, 3000000000);'
	refused 1 xdplab load veth0 "$TMPDIR/configured.o"
	assert_contains "3000000000, which is more than 2147483647"

	compile configured <<-END
		int _xdp_configured SEC(".xdp_run_config") = 1;
		SEC("xdp") int xdp_configured(struct xdp_md *ctx)
		{
			return XDP_PASS;
		}
	END
	refused 1 xdplab load veth0 "$TMPDIR/configured.o"
	assert_contains "_xdp_configured in section .xdp_run_config is not a"
}

@test "with -P and -A a wrong run configuration is still refused" {
	configured '__uint(prio, 7);'
	refused 1 xdplab load veth0 -P 1 -A none "$TMPDIR/configured.o"
	assert_contains 'unknown member "prio"'
	xdplab load veth0 "$BPF/pass.o"
	refused 1 xdplab chain veth0 replace xdp_pass "$TMPDIR/configured.o"
}

# ---- what is too much ---------------------------------------------------

@test "a chain of more than 64 maps runs as groups, and says so once" {
	local files
	mapfile -t files < <(repeat 25 "$BPF/stage_three.o")
	run --separate-stderr xdplab load veth0 "${files[@]}"
	assert_status 0
	assert_equal "$stderr" "xdplab load: veth0: the chain is too large for one\
 program and was split into 2"
	assert_equal "$(stage xdp_three .group | sort | uniq -c | wc -l)" 2
	reachable
	run --separate-stderr xdplab load veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$stderr" ""
	run --separate-stderr xdplab chain veth0 set-prio xdp_pass 1
	assert_equal "$stderr" ""
	send_packets 5
	assert_equal "$(xdplab status -j veth0 | jq 'all(.[] | select(.stage);
		.pass >= 5)')" true
}

@test "a chain of more than a million instructions does so too" {
	xdplab load veth0 "$BPF/stage_heavy.o"
	run --separate-stderr xdplab load veth0 "$BPF/stage_heavy.o" \
		"$BPF/stage_heavy.o" "$BPF/stage_heavy.o"
	assert_status 0
	assert_equal "$(grep -c "too large for one program" <<<"$stderr")" 1
	(($(stage xdp_heavy .group | sort -u | wc -l) >= 2))
	send_packets 5
	assert_equal "$(xdplab status -j veth0 | jq 'all(.[] | select(.stage);
		.pass >= 5)')" true
}

# A program with N branches, all still to be looked into at its end.
branches() {
	local i
	{
		echo 'SEC("xdp") int xdp_branches(struct xdp_md *ctx) {'
		echo '	unsigned char *data = (void *)(long)ctx->data;'
		echo '	if (data + 64 > (void *)(long)ctx->data_end)'
		echo '		return XDP_PASS;'
		for ((i = 0; i < $1; i++)); do
			echo "	if (data[$((i % 60))] == $i) return XDP_PASS;"
			echo '	asm volatile("" ::: "memory");'
		done
		echo '	return XDP_PASS; }'
	} | compile branches
}

@test "a chain with more branches than the verifier follows does so too" {
	local files
	branches 120
	mapfile -t files < <(repeat 75 "$TMPDIR/branches.o")
	run xdplab load veth0 "${files[@]}"
	assert_status 0
	assert_contains "the chain is too large for one program and was split into 2"
	reachable
}

# A program with N maps.
many_maps() {
	local i
	{
		for ((i = 0; i < $1; i++)); do
			echo 'struct { __uint(type, BPF_MAP_TYPE_ARRAY);' \
				'__uint(max_entries, 1); __type(key, int);' \
				"__type(value, long); } map$i SEC(\".maps\");"
		done
		echo 'SEC("xdp") int xdp_maps(struct xdp_md *ctx) {'
		echo '	int key = 0; long *value;'
		for ((i = 0; i < $1; i++)); do
			echo "	if ((value = bpf_map_lookup_elem(&map$i, &key)))" \
				'++*value;'
		done
		echo '	return XDP_PASS; }'
	} | compile maps
}

@test "a stage has as many maps as a program can, and others beside it" {
	local nr
	for nr in 62 63 64; do
		many_maps "$nr"
		run xdplab load veth0 "$TMPDIR/maps.o"
		assert_status 0
		run xdplab load veth0 -P 60 "$BPF/pass.o"
		assert_status 0
		send_packets 3
		passed 3 xdp_maps xdp_pass
		assert_equal "$(counted xdp_maps "map$((nr - 1))")" 3
		xdplab unload veth0 --all
	done
}

@test "more tail calls than the kernel makes are refused, with what to do" {
	local files
	mapfile -t files < <(repeat 33 "$BPF/stage_deep512.o")
	refused 1 xdplab load veth0 "${files[@]}" "$BPF/stage_deep512.o"
	assert_contains "veth0: the chain needs 34 tail calls, the kernel"
	assert_contains "allows 33 per packet"
	assert_contains "stages with less stack or fewer maps can be fused"
	assert_equal "$(attached veth0)" ""

	xdplab load veth0 "${files[@]}"
	reachable
	refused 1 xdplab load veth0 "$BPF/stage_deep512.o"
	assert_contains "34 tail calls"
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 0
	send_packets 5
	assert_equal "$(xdplab status -j veth0 | jq 'all(.[] | select(.stage);
		.pass >= 5)')" true
}

# of_maps: the numbers of the calls of that command that make maps
of_maps() {
	strace -f -qq -e trace=bpf -o "$TMPDIR/trace" "$@" >&2
	grep -n BPF_MAP_CREATE "$TMPDIR/trace" | cut -d : -f 1
}

# short_of ERROR COMMAND...: at each map that it makes: refused with words, or
# done all the same
short_of() {
	local error=$1 before n failed
	shift
	before=$(everything)
	of_maps "$@" --dry-run >"$TMPDIR/maps"
	(($(wc -l <"$TMPDIR/maps") > 2))
	while read -r n; do
		failed=0
		strace -f -qq -o /dev/null -e trace=bpf \
			-e inject="bpf:error=$error:when=$n" "$@" \
			>"$TMPDIR/said" 2>&1 || failed=$?
		if ((failed)); then
			assert_equal "$(everything)" "$before" &&
				grep -E "^xdplab [a-z]+: .+: .+" "$TMPDIR/said"
			assert_equal "$failed" 1
		else
			xdplab unload veth0 -n xdp_three
		fi || {
			echo "at $n:" && cat "$TMPDIR/said"
			return 1
		}
	done <"$TMPDIR/maps" >&2
}

@test "where there is no room for a map it is said, and nothing is left" {
	xdplab load veth0 "$BPF/pass.o"
	short_of ENOSPC xdplab load veth0 "$BPF/stage_three.o"
	short_of ENOMEM xdplab load veth0 "$BPF/stage_three.o"
	reachable
}

@test "without root's rights no chain is changed" {
	xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o"
	local command
	for command in "load veth0 $BPF/pass.o" "load --force veth0 $BPF/pass.o" \
		"load --adopt veth0 $BPF/pass.o" "unload veth0 -n xdp_pass" \
		"unload veth0 --all" "chain veth0 set-prio xdp_pass 1" \
		"chain veth0 move xdp_three before xdp_pass" \
		"chain veth0 set-actions xdp_pass none" \
		"chain veth0 replace xdp_pass $BPF/pass.o" "clean"; do
		# shellcheck disable=SC2086 # words
		refused 4 as_nobody "$BUILD/xdplab" $command
	done
}

# ---- what the verifier refuses ------------------------------------------

@test "what is refused alone is told as if there was no chain, with its line" {
	xdplab load veth0 "$BPF/stage_three.o" "$BPF/stage_subs.o"
	local name line
	for name in map_null packet_bounds scalar_access; do
		refused 1 xdplab load veth0 "$BPF/refused_$name.o"
		line=$(grep -n 'refused here' \
			"$ROOT/tests/bpf/refused_$name.bpf.c" | cut -d : -f 1)
		assert_contains "refused_$name.o: the verifier refuses $name: "
		assert_contains "refused_$name.bpf.c:$line: "
		assert_lacks "passes alone"
	done
}

@test "of several new stages the one that is refused is named" {
	refused 1 xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o" \
		"$BPF/refused_map_null.o" "$BPF/stage_gate.o"
	assert_contains "the verifier refuses map_null: "
	assert_contains "refused_map_null.bpf.c:"
	assert_equal "$(attached veth0)" ""
}

# Its own prog_array holds programs for frags, so that the chain has to be for
# frags too; alone it is.
frags_tails() {
	compile frags_tails <<-END
		int xdp_end(struct xdp_md *ctx);
		struct {
			__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
			__uint(max_entries, 1);
			__type(key, __u32);
			__array(values, int(struct xdp_md *));
		} tails SEC(".maps") = {.values = {[0] = (void *)&xdp_end}};
		SEC("xdp.frags") int xdp_begin(struct xdp_md *ctx)
		{
			bpf_tail_call(ctx, &tails, 0);
			return XDP_ABORTED;
		}
		SEC("xdp.frags") int xdp_end(struct xdp_md *ctx)
		{
			return XDP_PASS;
		}
	END
}

@test "what passes alone but not in the chain is refused with that reason" {
	frags_tails
	run xdplab load veth0 -n xdp_begin "$TMPDIR/frags_tails.o"
	assert_status 0
	xdplab unload veth0
	xdplab load veth0 "$BPF/pass.o"
	refused 1 xdplab load veth0 -n xdp_begin "$TMPDIR/frags_tails.o"
	assert_contains "veth0: "
	assert_contains "cannot be loaded: Invalid argument"
	assert_contains "must match the chain in xdp.frags"
	assert_lacks "refuses"
}
