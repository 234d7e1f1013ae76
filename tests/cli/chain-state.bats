#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
# chain-state - what others do to bpffs, and to what is kept there, harms no chain

load ../lib

setup() {
	make_veth
}

# ---- bpffs --------------------------------------------------------------

lose_bpffs() {
	umount /sys/fs/bpf
	mount -t bpf bpf /sys/fs/bpf
}

@test "when bpffs was unmounted under us what runs is foreign, and runs on" {
	xdplab load veth0 "$BPF/stage_gate.o" "$BPF/stage_three.o"
	lose_bpffs
	unreachable
	local id
	id=$(attached veth0)
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "veth0: program xdplab_chain (id $id) "
	assert_contains "--adopt keeps it"
	assert_contains "--force replaces it"
	refused 1 xdplab chain veth0 set-prio xdp_gate 1
	xdplab clean

	run xdplab load --adopt veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$(order)" "xdp_pass xdplab_chain"
	unreachable
	lose_bpffs
	run xdplab load --force veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$(order)" xdp_pass
	reachable
	lose_bpffs
	run xdplab unload veth0
	assert_status 0
	assert_equal "$(attached veth0)" ""
}

@test "when bpffs goes during a load it fails, or has happened" {
	local before kind
	for kind in "bpf 5" "bpf 30" "mkdir 1" "mkdir 2" "sendto 1" "flock 1"; do
		xdplab load veth0 "$BPF/stage_gate.o"
		before=$(attached veth0)
		# shellcheck disable=SC2086 # two words
		stop_at $kind xdplab load veth0 "$BPF/stage_three.o"
		umount -l /sys/fs/bpf
		go_on || grep -E "^xdplab load: .+: .+" "$TMPDIR/said"
		mount -t bpf bpf /sys/fs/bpf
		[[ $(attached veth0) ]]
		grep -q "runs in" "$TMPDIR/said" ||
			assert_equal "$(attached veth0)" "$before"
		unreachable
		xdplab unload veth0 --all
		xdplab clean
		find /sys/fs/bpf -mindepth 1 ! -name '*.*' -delete
	done >&2
}

@test "when bpffs becomes read-only a change is refused, and unload works" {
	xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o"
	mount -o remount,ro /sys/fs/bpf
	refused 1 xdplab load veth0 "$BPF/stage_gate.o"
	assert_contains "Read-only file system"
	refused 1 xdplab chain veth0 set-prio xdp_three 1
	assert_contains "Read-only file system"
	refused 1 xdplab unload veth0 -n xdp_pass
	run xdplab status
	assert_status 0
	run xdplab clean
	((status < 2))
	reachable
	run xdplab unload veth0 --all
	mount -o remount,rw /sys/fs/bpf
	assert_status 0
	assert_equal "$(attached veth0)" ""
	xdplab clean
	assert_equal "$(pins)" /sys/fs/bpf/xdplab
}

@test "when bpffs becomes read-only during a load the chain stays as it was" {
	xdplab load veth0 "$BPF/stage_gate.o"
	local before
	before=$(everything)
	stop_at mkdir 1 xdplab load veth0 "$BPF/stage_three.o"
	mount -o remount,ro /sys/fs/bpf
	local failed=0
	go_on || failed=$?
	mount -o remount,rw /sys/fs/bpf
	assert_equal "$failed" 1
	grep "Read-only file system" "$TMPDIR/said" >&2
	xdplab clean
	assert_equal "$(everything)" "$before"
}

@test "without any bpffs one program runs, and nothing is remembered of it" {
	umount /sys/fs/bpf
	run xdplab load veth0 "$BPF/pass.o"
	local first=$status said=$output id
	id=$(attached veth0)
	run xdplab load veth0 "$BPF/pass.o"
	local second=$status refusal=$output
	run xdplab status
	local third=$status
	run xdplab unload veth0
	mount -t bpf bpf /sys/fs/bpf
	assert_status 0
	assert_equal "$first $second $third" "0 1 0"
	[[ $said == *"no bpffs is mounted, the state of"* ]]
	[[ $refusal == *"program xdp_pass (id $id) in native mode"* ]]
	[[ $id ]]
	assert_equal "$(attached veth0)" ""
	assert_equal "$(pins)" ""
}

@test "without any bpffs several programs run where one can be made of them" {
	umount /sys/fs/bpf
	run xdplab load veth0 "$BPF/pass.o" "$BPF/stage_three.o"
	local first=$status
	xdplab unload veth0 --all
	run xdplab load veth0 "$BPF/stage_deep512.o" "$BPF/pass.o"
	local id
	id=$(attached veth0)
	mount -t bpf bpf /sys/fs/bpf
	assert_equal "$first" 0
	assert_status 5
	assert_contains "a chain of several programs must be pinned"
	assert_contains "mount -t bpf bpf /sys/fs/bpf"
	assert_equal "$id" ""
}

# ---- state that was edited by hand --------------------------------------

# Three stages, one of which is tail-called; $home is their directory.
load_chain() {
	xdplab load veth0 -P 10 "$BPF/stage_deep512.o"
	xdplab load veth0 -P 20 "$BPF/stage_three.o"
	xdplab load veth0 -P 30 "$BPF/stage_gate.o"
	home=$(homes)
	gen=$home/gen-$(attached veth0)
	three=$home/stage-$(stage xdp_three .id)
}

# another_map NAME PATH: puts a map that is not ours there
another_map() {
	rm -f "$2"
	bpftool map create "$2" type array key 4 value 8 entries 1 name "$1"
}

# holds_out [WORDS]: what runs is not harmed, the commands do not crash, a change
# works or is refused with words (these, if told), and unload --all works
holds_out() {
	local before command
	before=$(attached veth0)
	unreachable
	for command in "status" "status -v" "status -j" "chain veth0" \
		"chain veth0 --dot" "clean" "clean veth0"; do
		# shellcheck disable=SC2086 # words
		run xdplab $command
		((status < 2)) || complain "of xdplab $command"
	done
	assert_equal "$(attached veth0)" "$before"
	unreachable
	for command in "chain veth0 set-prio xdp_three 5" \
		"load veth0 -P 40 $BPF/pass.o" "unload veth0 -n xdp_three"; do
		# shellcheck disable=SC2086 # words
		run xdplab $command
		((status < 2)) || complain "of xdplab $command"
		if ((status)); then
			assert_matches "^xdplab [a-z]+: .+: .+"
			assert_contains "${1-}"
			assert_equal "$(attached veth0)" "$before"
		elif [[ ${1-} ]]; then
			complain "xdplab $command works"
		fi
		before=$(attached veth0)
		unreachable
	done
	run xdplab unload veth0 --all
	assert_status 0
	assert_equal "$(attached veth0)" ""
	reachable
	run xdplab clean
	assert_status 0
	assert_equal "$(pins | grep -E '/(chain|prog|code|slots)$' || true)" ""
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$(order)" xdp_pass
}

@test "a chain's state that is another map is damaged, and says so" {
	load_chain
	another_map mine "$gen/chain"
	run xdplab load veth0 "$BPF/pass.o"
	assert_contains "$gen/chain: not an xdplab chain"
	holds_out "not an xdplab chain"
}

@test "so is one that has but the name of ours" {
	load_chain
	another_map xdplab_chain "$gen/chain"
	holds_out "not an xdplab chain"
}

@test "with --force what runs in its place is replaced" {
	load_chain
	another_map mine "$gen/chain"
	run xdplab load --force veth0 "$BPF/pass.o"
	assert_status 0
	assert_equal "$(order)" xdp_pass
	reachable
	xdplab clean
	assert_equal "$(pins | grep -c '/stage-[0-9]*$')" 1
}

@test "a program in the place of the chain's state is no chain either" {
	load_chain
	rm "$gen/chain"
	bpftool prog pin id "$(attached veth0)" "$gen/chain"
	holds_out "$gen/chain"
}

@test "a directory in the place of the chain's state is no chain either" {
	load_chain
	rm "$gen/chain"
	mkdir "$gen/chain"
	holds_out "$gen/chain"
}

@test "without its state a chain is a foreign program" {
	load_chain
	rm "$gen/chain"
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 1
	assert_contains "program xdplab_chain (id $(attached veth0)) "
	holds_out
}

@test "without its generation a chain is a foreign program" {
	load_chain
	rm -r "$gen"
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 1
	assert_contains "--force replaces it"
	xdplab unload veth0
	reachable
}

@test "a stage without its code is damaged, and can be taken out" {
	load_chain
	rm "$three/code"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "$three/code: the state of stage xdp_three is damaged"
	assert_contains "xdplab unload -i $(stage xdp_three .id)"
	refused 1 xdplab chain veth0 set-prio xdp_three 1
	run xdplab unload veth0 -i "$(stage xdp_three .id)"
	assert_status 0
	assert_equal "$(order)" "xdp_deep512 xdp_gate"
	unreachable
}

@test "a stage without its code does no harm otherwise" {
	load_chain
	rm "$three/code"
	holds_out
}

@test "a stage whose code is another map is damaged" {
	load_chain
	another_map xdplab_code "$three/code"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "the state of stage xdp_three is damaged"
	holds_out
}

@test "a stage whose code is random bytes is damaged" {
	local size
	load_chain
	size=$(bpftool -j map show pinned "$three/code" | jq .bytes_value)
	rm "$three/code"
	bpftool map create "$three/code" type array key 4 value "$size" \
		entries 1 name xdplab_code flags 0x400
	# shellcheck disable=SC2046 # bytes
	bpftool map update pinned "$three/code" key 0 0 0 0 value hex \
		$(head -c "$size" /dev/urandom | od -An -v -tx1)
	bpftool map freeze pinned "$three/code"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "damaged: its code cannot be read"
	holds_out
}

@test "a stage whose code is another stage's does no harm" {
	load_chain
	rm "$three/code"
	bpftool map pin id "$(bpftool -j map show pinned \
		"$home/stage-$(stage xdp_gate .id)/code" | jq .id)" "$three/code"
	holds_out
}

@test "a stage whose mark is another program is damaged" {
	load_chain
	rm "$three/prog"
	bpftool prog load "$BPF/pass.o" "$three/prog" type xdp
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "$three/prog: the state of stage xdp_three is damaged: the"
	holds_out
}

@test "a stage whose mark is a map, or has gone, is damaged" {
	load_chain
	another_map mine "$three/prog"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "the state of stage xdp_three is damaged"
	rm "$three/prog"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "the state of stage xdp_three is damaged"
	holds_out
}

@test "a stage without its directory is damaged" {
	load_chain
	rm -r "$three"
	refused 1 xdplab load veth0 "$BPF/pass.o"
	assert_contains "the state of stage xdp_three is damaged"
	holds_out
}

@test "a symbolic link in a stage's place is followed by no removal" {
	local victim
	load_chain
	victim=$(mktemp -d)
	mkdir "$victim/maps"
	touch "$victim/prog" "$victim/maps/precious"
	rm -r "$three"
	ln -s "$victim" "$three"
	holds_out
	[[ -e $victim/prog && -e $victim/maps/precious ]]
}

@test "a symbolic link in the place of the chain's state harms nobody" {
	local victim
	load_chain
	victim=$(mktemp)
	rm "$gen/chain"
	ln -s "$victim" "$gen/chain"
	holds_out
	[[ -e $victim ]]
}

@test "a symbolic link in the place of the interface's state harms nobody" {
	local victim
	load_chain
	victim=$(mktemp -d)
	mkdir "$victim/gen-7" "$victim/stage-7"
	touch "$victim/gen-7/precious" "$victim/stage-7/precious"
	rm -r "$home"
	ln -s "$victim" "$home"
	run xdplab status
	assert_status 0
	xdplab clean || true
	xdplab load veth0 "$BPF/pass.o" || true
	run xdplab unload veth0 --all
	assert_status 0
	xdplab clean || true
	[[ -e $victim/gen-7/precious && -e $victim/stage-7/precious ]]
}

@test "counters that are another map are not counted in" {
	load_chain
	another_map mine "$home/counts-0"
	holds_out
}

@test "counters that have gone, or are a program, do no harm" {
	load_chain
	rm "$home/counts-0"
	holds_out
	load_chain_anew
	rm "$home/counts-0"
	bpftool prog pin id "$(attached veth0)" "$home/counts-0"
	holds_out
}

@test "where counters have gone each stage counts in new ones of its own" {
	load_chain
	xdplab unload veth0 -n xdp_gate
	rm "$home/counts-0"
	xdplab load veth0 -P 40 "$BPF/pass.o"
	send_packets 5
	passed 5 xdp_deep512 xdp_three xdp_pass
	xdplab chain veth0 set-actions xdp_pass none
	rm "$home/counts-0"
	xdplab chain veth0 set-prio xdp_pass 5
	send_packets 5
	passed 5 xdp_pass
	assert_equal "$(stage xdp_three .packets)" 0
}

# forge_counter STAGE NUMBER: what the chain's state says of a stage, from 0
forge_counter() {
	local chain=$gen/chain values i
	mapfile -t values < <(bpftool -j map dump pinned "$chain" |
		jq -r '.[].value | map(.[2:]) | join(" ")')
	rm "$chain"
	bpftool map create "$chain" type array key 4 value 576 name xdplab_chain \
		entries ${#values[@]} flags 0x400
	for i in "${!values[@]}"; do
		# shellcheck disable=SC2206 # bytes
		local bytes=(${values[i]})
		((i != $1)) || for byte in {0..3}; do
			bytes[532 + byte]=$(printf %02x $(($2 >> 8 * byte & 255)))
		done
		bpftool map update pinned "$chain" key hex \
			"$(printf %02x "$i")" 00 00 00 value hex "${bytes[@]}"
	done
}

@test "a counter that there is not is no counter" {
	local number
	for number in 500 16777215 4294967293; do
		load_chain
		forge_counter 1 "$number"
		assert_equal "$(order)" "xdp_deep512 xdp_three xdp_gate"
		assert_equal "$(stage xdp_three .packets)" null
		run xdplab chain veth0 set-prio xdp_gate 5
		assert_status 0
		assert_equal "$(stage xdp_three .packets)" 0
		xdplab unload veth0 --all
	done
}

load_chain_anew() {
	xdplab unload veth0 --all
	load_chain
}

@test "without the pin of its slots a chain can still be changed" {
	load_chain
	rm "$gen/slots"
	run xdplab status
	assert_status 0
	run xdplab chain veth0 set-prio xdp_three 5
	assert_status 0
	unreachable
	assert_equal "$(order)" "xdp_three xdp_deep512 xdp_gate"
	send_packets 3
	(($(stage xdp_deep512 .pass) >= 3))
	holds_out
}

@test "files and directories with odd names among the state do no harm" {
	local name
	load_chain
	for name in gen- gen-x gen--1 gen-0 gen-99999999999999999999 stage- \
		stage-x 'stage-1 ' stage-0 counts- counts-x counts-99999 \
		counts--1 link2 $'new\nline' $'\e[31m' \
		"$(printf 'x%.0s' {1..255})"; do
		mkdir "$home/$name"
		mkdir -p "$home/$name/a"
	done
	mkdir -p "$home"/../x "$home"/../-1 /sys/fs/bpf/xdplab/{x,-1,0} \
		/sys/fs/bpf/xdplab/99999999999999999999999 "$three/maps/odd/a/b/c"
	another_map mine /sys/fs/bpf/xdplab/7
	another_map mine "$home/gen-7"
	another_map mine "$home/../8"
	holds_out
}

@test "a link's pin that is another thing holds nothing" {
	load_chain
	another_map mine "$home/link"
	holds_out
}

@test "a directory of state that others may write to is not believed" {
	load_chain
	chmod 0777 /sys/fs/bpf/xdplab
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 4
	assert_contains "/sys/fs/bpf/xdplab: not owned exclusively by the caller"
	chmod 0700 /sys/fs/bpf/xdplab
	assert_equal "$(order)" "xdp_deep512 xdp_three xdp_gate"
}
