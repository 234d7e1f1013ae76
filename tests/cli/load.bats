#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # sent: set by stop_sending
# load - xdplab load: where programs get attached, and what refuses them

load ../lib

setup() {
	make_veth
}

# ---- it attaches --------------------------------------------------------

@test "a program that drops stops the packets" {
	reachable
	run xdplab load veth0 "$BPF/drop.o"
	assert_status 0
	unreachable
}

@test "auto mode is native where the driver can, and says so" {
	run xdplab load veth0 "$BPF/pass.o"
	assert_output "veth0: xdp_pass (id $(attached veth0)) runs in native mode"
}

@test "auto mode is skb where there is no native mode, and -v says why" {
	run xdplab load -v lo "$BPF/pass.o"
	assert_status 0
	assert_contains "runs in skb mode"
	assert_contains "does not support XDP in native mode"
}

@test "auto mode falls back to skb where the MTU is too large for native" {
	ip -n peer link set peer0 mtu 9000
	ip link set veth0 mtu 9000
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 0
	assert_contains "runs in skb mode"
	assert_contains "native mode failed: "
}

@test "auto mode falls back to skb where queues do not suffice for native" {
	ip link add few numrxqueues 1 numtxqueues 1 type veth \
		peer name many numrxqueues 4 numtxqueues 4
	ip link set few up
	ip link set many up
	run xdplab load few "$BPF/pass.o"
	assert_status 0
	assert_contains "runs in skb mode"
}

@test "a program with frags is native whatever the MTU" {
	ip -n peer link set peer0 mtu 9000
	ip link set veth0 mtu 9000
	run xdplab load -n xdp_second veth0 "$BPF/two.o"
	assert_contains "runs in native mode"
}

@test "native mode where there is none is refused with the kernel's words" {
	run xdplab load -m native lo "$BPF/pass.o"
	assert_status 5
	assert_contains "lo: not possible in native mode: Underlying driver"
	assert_contains "skb mode works with any"
	assert_equal "$(attached lo)" ""
}

@test "a device that takes no programs refuses hw mode" {
	run xdplab load -m hw veth0 "$BPF/pass.o"
	assert_status 5
	assert_contains "xdp_pass cannot be offloaded"
	assert_equal "$(attached veth0)" ""
}

@test "what was loaded is told as JSON" {
	run xdplab load -j veth0 "$BPF/pass.o"
	assert_json '.ifname == "veth0" and .name == "xdp_pass"
		and .mode == "native" and (has("replaced_id") | not)'
	assert_equal "$(json .chain_id)" "$(attached veth0)"
	assert_json ".id == $(pins | sed -n 's|.*/stage-\([0-9]*\)$|\1|p')"
}

@test "a program gets into another namespace" {
	run xdplab load --netns peer peer0 "$BPF/pass.o"
	assert_status 0
	run ip -n peer link show peer0
	assert_contains "prog/xdp id"
	run xdplab unload --netns peer peer0
	assert_status 0
}

@test "an object without BTF loads" {
	llvm-strip -g --strip-debug -R .BTF -R .BTF.ext \
		-o "$TMPDIR/plain.o" "$BPF/drop.o"
	run xdplab load veth0 "$TMPDIR/plain.o"
	assert_status 0
	unreachable
}

# ---- it chooses ---------------------------------------------------------

@test "two programs and no name are refused, and both are listed" {
	run xdplab load veth0 "$BPF/two.o"
	assert_status 1
	assert_contains "contains several XDP programs"
	assert_contains "xdp_first (xdp), xdp_second (xdp.frags)"
	assert_equal "$(attached veth0)" ""
}

@test "a program is chosen by its name or its section" {
	run xdplab load -n xdp_first veth0 "$BPF/two.o"
	assert_contains "xdp_first"
	run xdplab load --force -s xdp.frags veth0 "$BPF/two.o"
	assert_contains "xdp_second"
	unreachable
}

@test "a name or section that is not there is refused with those that are" {
	run xdplab load -n xdp_thrid veth0 "$BPF/two.o"
	assert_status 1
	assert_contains "no program xdp_thrid"
	assert_contains "it contains xdp_first (xdp)"
	run xdplab load -s tc veth0 "$BPF/two.o"
	assert_status 1
	assert_contains "no program in section tc"
}

@test "a program that is not XDP is refused with its type" {
	run xdplab load veth0 "$BPF/socket.o"
	assert_status 1
	assert_contains "no_xdp is not an XDP program but of type socket_filter"
	run xdplab load -n no_xdp veth0 "$BPF/two.o"
	assert_contains "no_xdp is not an XDP program"
}

# ---- what is there stays ------------------------------------------------

@test "a foreign program is not touched, and the error names it" {
	ip link set veth0 xdpdrv obj "$BPF/drop.o" sec xdp
	local before
	before=$(attached veth0)
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 1
	assert_contains "program xdp_drop_with_a_long_name (id $before) is already"
	assert_contains "--adopt keeps it"
	assert_contains "--force replaces it"
	assert_equal "$(attached veth0)" "$before"
	assert_equal "$(pins | grep /xdplab/ || true)" ""
}

@test "--force replaces a foreign program, and no stage of a chain" {
	ip link set veth0 xdpdrv obj "$BPF/pass.o" sec xdp
	local before
	before=$(attached veth0)
	run xdplab load --force veth0 "$BPF/drop.o"
	assert_status 0
	assert_contains "in native mode, replaces id $before"
	unreachable
	run xdplab load --force veth0 "$BPF/pass.o"
	assert_status 0
	assert_contains "stage 2 of 2"
	unreachable
	assert_equal "$(pins | grep -c /chain)" 1
}

@test "no packet slips through while programs are added" {
	xdplab load veth0 "$BPF/drop.o"
	keep_sending -i 0.001
	for _ in {1..30}; do
		xdplab load veth0 "$BPF/drop.o" >&2
	done
	stop_sending
	((sent > 10))
	grep "^$sent packets transmitted, 0 received" "$TMPDIR/pinged"
}

@test "--force keeps the mode that is there, and refuses another" {
	xdplab load -m skb veth0 "$BPF/pass.o"
	run xdplab load --force -m native veth0 "$BPF/drop.o"
	assert_status 1
	assert_contains "veth0: already in skb mode, not native"
	run xdplab load --force veth0 "$BPF/drop.o"
	assert_contains "runs in skb mode"
}

@test "--dry-run asks the verifier and changes nothing" {
	run xdplab load --dry-run veth0 "$BPF/pass.o"
	assert_status 0
	assert_contains "passes the verifier"
	assert_equal "$(attached veth0)" ""
	assert_equal "$(pins | grep gen- || true)" ""
	run xdplab load --dry-run veth0 "$BPF/pinned_refused.o"
	assert_status 1
}

# ---- links --------------------------------------------------------------

@test "--link holds the program by a pinned link, against ip link too" {
	run xdplab load --link veth0 "$BPF/drop.o"
	assert_status 0
	run ip link set veth0 xdp off
	assert_matches "Can't replace active"
	unreachable
	run xdplab unload veth0
	assert_status 0
	assert_equal "$(attached veth0)" ""
	assert_equal "$(pins | grep link || true)" ""
}

@test "a link is of the mode asked for" {
	xdplab load --link -m skb veth0 "$BPF/pass.o"
	run xdplab status -j veth0
	assert_json '.[0].mode == "skb" and .[0].attached_by == "link"'
}

@test "a link that was detached leaves no trace in the way of the next" {
	xdplab load --link veth0 "$BPF/pass.o"
	bpftool link detach id "$(xdplab status -j veth0 | jq '.[0].link_id')"
	run xdplab load --link veth0 "$BPF/drop.o"
	assert_status 0
	unreachable
}

@test "a chain under a link is swapped inside that link" {
	xdplab load --link veth0 "$BPF/pass.o"
	local link
	link=$(xdplab status -j veth0 | jq '.[0].link_id')
	run xdplab load veth0 "$BPF/drop.o"
	assert_status 0
	unreachable
	run xdplab status -j veth0
	assert_json ".[0].link_id == $link"
}

@test "a link of another process is pinned with --link, else warned of" {
	local link
	xdplab load --link veth0 "$BPF/drop.o"
	link=$(pins | grep '/link$')
	mv "$link" /sys/fs/bpf/other
	run xdplab load veth0 "$BPF/drop.o"
	assert_status 0
	assert_contains "the bpf_link belongs to another process or pin"
	run xdplab load --link veth0 "$BPF/drop.o"
	assert_status 0
	assert_lacks "another process"
	rm /sys/fs/bpf/other
	unreachable
}

@test "what is refused under a link is told in words of that refusal" {
	ip -n peer link set peer0 mtu 9000
	ip link set veth0 mtu 9000
	xdplab load --link veth0 "$BPF/stage_frags.o"
	refused 1 xdplab load --force veth0 "$BPF/pass.o"
	assert_contains "veth0: cannot attach in native mode: Numerical result"
	run xdplab load -v --link lo "$BPF/pass.o"
	assert_status 0
	assert_contains "native mode failed: Operation not supported"
}

@test "a link that cannot be taken off is told in words of that refusal" {
	local n
	xdplab load --link veth0 "$BPF/pass.o"
	strace -qq -e trace=bpf -o "$TMPDIR/trace" xdplab unload veth0
	n=$(sed -n '/LINK_DETACH/=' "$TMPDIR/trace")
	xdplab load --link veth0 "$BPF/pass.o"
	at_step error=EINVAL bpf "$n" xdplab unload veth0
	grep "cannot detach program .*: Invalid argument" "$TMPDIR/said"
	[[ $(attached veth0) ]]
}

@test "a link that cannot be pinned is not tried in skb mode" {
	local home
	xdplab load veth0 "$BPF/pass.o"
	home=$(homes)
	bpftool map create "$home/link" type array key 4 value 4 entries 1 name x
	xdplab unload veth0
	run xdplab load --link veth0 "$BPF/pass.o"
	assert_status 1
	assert_lacks "skb mode"
	assert_contains "$home/link: File exists"
	assert_equal "$(attached veth0)" ""
}

@test "a chain attached by netlink is not put under a link" {
	xdplab load veth0 "$BPF/drop.o"
	run xdplab load --link veth0 "$BPF/pass.o"
	assert_status 1
	assert_contains "cannot switch atomically from netlink to a bpf_link"
	unreachable
}

# ---- files that are none ------------------------------------------------

# refuses FILE REASON
refuses() {
	run xdplab load veth0 "$1"
	assert_status 1
	assert_contains "xdplab load: $1: $2"
	assert_equal "$(attached veth0)" ""
	assert_equal "$(pins | grep gen- || true)" ""
}

@test "a file that is no BPF object is refused for what it is" {
	refuses "$TMPDIR/none.o" "No such file or directory"
	refuses "$TMPDIR" "not a regular file"
	mkfifo "$TMPDIR/fifo"
	refuses "$TMPDIR/fifo" "not a regular file"
	: >"$TMPDIR/empty.o"
	refuses "$TMPDIR/empty.o" "not an ELF file"
	truncate -s 65M "$TMPDIR/large.o"
	refuses "$TMPDIR/large.o" "too large for a BPF object"
	echo "int main(void) { return 0; }" >"$TMPDIR/text.c"
	refuses "$TMPDIR/text.c" "not an ELF file"
	refuses /bin/ls "compiled for another architecture, not for BPF"
}

@test "a section that is none of XDP's is named, with the cure" {
	llvm-objcopy --rename-section xdp=xdq "$BPF/pass.o" "$TMPDIR/xdq.o"
	refuses "$TMPDIR/xdq.o" "xdp_pass is in section xdq, not an XDP section"
	assert_contains 'SEC("xdp")'
	llvm-objcopy --rename-section xdp=xdp/cpumap "$BPF/pass.o" \
		"$TMPDIR/cpumap.o"
	refuses "$TMPDIR/cpumap.o" "xdp_pass is in section xdp/cpumap"
}

@test "the file in the interface's place is noticed" {
	run xdplab load "$BPF/pass.o" veth0
	assert_status 2
	assert_contains "expected the interface first"
}

@test "an object that was cut anywhere is refused as truncated" {
	local size
	size=$(stat -c %s "$BPF/pass.o")
	for length in 5 63 64 $((size / 4)) $((size / 2)) $((size - 1)); do
		head -c "$length" "$BPF/pass.o" >"$TMPDIR/cut.o"
		refuses "$TMPDIR/cut.o" "truncated"
	done
}

@test "maps without the BTF that describes them are refused with a hint" {
	llvm-strip -g -R .BTF -R .BTF.ext -o "$TMPDIR/plain.o" "$BPF/count.o"
	refuses "$TMPDIR/plain.o" "libbpf cannot read it"
	assert_contains "clang -g"
}

@test "a refused program leaves no pins behind" {
	local before
	before=$(pins)
	run xdplab load veth0 "$BPF/pinned_refused.o"
	assert_status 1
	assert_contains "the verifier refuses xdp_refused"
	assert_equal "$(pins | grep -v '/xdplab$' || true)" "$before"
}

# ---- maps ---------------------------------------------------------------

@test "maps that ask for it are pinned where --pin-path says" {
	mkdir /sys/fs/bpf/mine
	run xdplab load -p /sys/fs/bpf/mine veth0 "$BPF/count.o"
	assert_status 0
	send_packets 5
	run bpftool -j map lookup pinned /sys/fs/bpf/mine/shared_counts key 0 0 0 0
	assert_json '.formatted.value >= 5'
}

# ---- the surroundings ---------------------------------------------------

@test "a pin that another map is behind is told, with both layouts" {
	mkdir /sys/fs/bpf/mine
	bpftool map create /sys/fs/bpf/mine/shared_counts type array \
		key 4 value 8 entries 7 name other
	run xdplab load -p /sys/fs/bpf/mine veth0 "$BPF/count.o"
	assert_status 1
	assert_contains "the layout of map shared_counts differs"
	assert_matches '^  \* entries +7 +1$'
	assert_contains "it is /sys/fs/bpf/mine/shared_counts: remove it"
	assert_equal "$(attached veth0)" ""
}

@test "a load that fails or only tries takes its pins back" {
	run xdplab load --dry-run veth0 "$BPF/count.o"
	assert_status 0
	assert_equal "$(pins | grep shared_counts || true)" ""
	run xdplab load -m native lo "$BPF/count.o"
	assert_status 5
	assert_equal "$(pins | grep shared_counts || true)" ""
	xdplab load veth0 "$BPF/count.o"
	run xdplab load --dry-run lo "$BPF/count.o"
	assert_status 0
	assert_equal "$(pins | grep -v /stage- | grep shared_counts)" \
		/sys/fs/bpf/shared_counts
}

@test "maps are pinned in a bpffs or not at all" {
	run xdplab load -p "$TMPDIR/new/dir" veth0 "$BPF/count.o"
	assert_status 1
	assert_contains "not in a bpffs, maps cannot be pinned"
	[[ ! -e $TMPDIR/new ]]
	assert_equal "$(attached veth0)" ""
}

@test "an interface that is not there is refused" {
	run xdplab load nope "$BPF/pass.o"
	assert_status 1
	assert_contains "nope: no such network interface"
	run xdplab load "an interface name that is too long" "$BPF/pass.o"
	assert_status 1
	assert_contains "no such network interface"
	run xdplab load "" "$BPF/pass.o"
	assert_status 1
}

@test "without root's rights it says which are needed" {
	run as_nobody "$BUILD/xdplab" load veth0 "$BPF/pass.o"
	assert_status 4
	assert_contains "not permitted"
	assert_contains "CAP_BPF"
}

@test "without bpffs a program runs, and a note says what is missing" {
	umount /sys/fs/bpf
	run xdplab load veth0 "$BPF/drop.o"
	local status_seen=$status output_seen=$output
	run xdplab load --force --link veth0 "$BPF/drop.o"
	run xdplab unload veth0
	local unloaded=$status
	run xdplab load --link veth0 "$BPF/drop.o"
	local link_output=$output link_status=$status
	mount -t bpf bpf /sys/fs/bpf
	assert_equal "$status_seen" 0
	output=$output_seen
	assert_contains "no bpffs is mounted"
	assert_equal "$unloaded" 0
	assert_equal "$link_status" 1
	output=$link_output
	assert_contains "mount -t bpf bpf /sys/fs/bpf"
	assert_equal "$(attached veth0)" ""
}

@test "XDPLAB_BPFFS moves the state, and must be a bpffs" {
	mkdir "$TMPDIR/bpf"
	mount -t bpf bpf "$TMPDIR/bpf"
	XDPLAB_BPFFS=$TMPDIR/bpf run xdplab load veth0 "$BPF/pass.o"
	assert_status 0
	run find "$TMPDIR/bpf" -name chain
	assert_contains "/chain"
	XDPLAB_BPFFS=$TMPDIR/bpf xdplab unload veth0
	umount "$TMPDIR/bpf"
	XDPLAB_BPFFS=$TMPDIR/bpf run xdplab load veth0 "$BPF/pass.o"
	assert_status 1
	assert_contains "no bpffs is mounted there"
	assert_equal "$(attached veth0)" ""
}

@test "a change waits for another no longer than --timeout says" {
	mkdir -p /sys/fs/bpf/xdplab
	flock -F /sys/fs/bpf/xdplab sleep 30 3>&- &
	wait_until bash -c '! flock -n /sys/fs/bpf/xdplab true'
	run xdplab load --timeout 1 veth0 "$BPF/pass.o"
	kill $!
	assert_status 1
	assert_contains "another change is in progress"
}

# meanwhile FORCE OPTION...: a load with these options; between the moment when
# it has read what runs and that of its swap iproute2 attaches a program
meanwhile() {
	local force=$1
	shift
	stop_at sendto 2 xdplab load "$@"
	ip ${force:+"$force"} link set veth0 xdpdrv obj "$BPF/drop.o" sec xdp
	! go_on
}

@test "what came between reading and attaching is not replaced" {
	meanwhile "" veth0 "$BPF/pass.o"
	grep "the program was changed concurrently" "$TMPDIR/said"
	unreachable
}

@test "--force replaces what it saw, and nothing that came meanwhile" {
	xdplab load veth0 "$BPF/pass.o"
	meanwhile -force --force veth0 "$BPF/pass.o"
	cat "$TMPDIR/said"
	unreachable
}

@test "what came into the link meanwhile is not replaced either" {
	local n failed=0
	wait_until no_links
	xdplab load --link veth0 "$BPF/pass.o"
	strace -f -qq -e trace=bpf -o "$TMPDIR/trace" \
		xdplab chain veth0 set-prio xdp_pass 1
	n=$(sed -n '/LINK_UPDATE/=' "$TMPDIR/trace")
	stop_at bpf "$n" xdplab chain veth0 set-prio xdp_pass 2
	mkdir -p "$TMPDIR/bpf"
	mount -t bpf bpf "$TMPDIR/bpf"
	XDPLAB_BPFFS=$TMPDIR/bpf xdplab load --force veth0 "$BPF/drop.o"
	umount "$TMPDIR/bpf"
	go_on || failed=$?
	assert_equal $failed 1
	grep "veth0: the program was changed concurrently" "$TMPDIR/said"
	unreachable
}

@test "state that somebody else has made is not believed, nor used" {
	local victim
	chmod 1777 /sys/fs/bpf
	victim=$(mktemp -d)
	touch "$victim/precious"
	as_nobody mkdir /sys/fs/bpf/xdplab
	as_nobody ln -s "$victim" /sys/fs/bpf/xdplab/gen-7
	run xdplab load veth0 "$BPF/pass.o"
	assert_status 4
	assert_contains "not owned exclusively by the caller"
	run xdplab clean
	assert_status 4
	[[ -e $victim/precious ]]
	assert_equal "$(attached veth0)" ""
}

@test "eight loads at once all succeed, one after the other" {
	local pids=() won=0
	for i in {1..8}; do
		xdplab load veth0 "$BPF/pass.o" >"$TMPDIR/$i" 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		if wait "$pid"; then won=$((won + 1)); fi
	done
	assert_equal "$won" 8
	assert_equal "$(pins | grep -c "/gen-.*/chain")" 1
	assert_equal "$(pins | grep -c "/stage-[0-9]*$")" 8
}

@test "of eight loads at once over a foreign program one replaces it" {
	local pids=() replaced=0
	ip link set veth0 xdpdrv obj "$BPF/drop.o" sec xdp
	for i in {1..8}; do
		xdplab load --force veth0 "$BPF/pass.o" >"$TMPDIR/$i" 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	replaced=$(cat "$TMPDIR"/[1-8] | grep -c 'replaces id')
	assert_equal "$replaced" 1
	reachable
}
