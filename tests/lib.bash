# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # status, output: set by run
# lib.bash - what the shell tests have in common; `load ../lib` in each of them
#
# A test file runs by tests/run, as root, in a network namespace with nothing
# but lo, with its own empty bpffs, /run and TMPDIR; the build comes first in
# PATH.  Its tests share these: after each of them teardown() makes them empty
# again.  A test that needs a teardown of its own calls clean_up in it.
#
#   $SLOW                 how many times slower than others this machine is
#   $ROOT                 the source tree
#   $BUILD                the build tree, absolute
#   $BPF                  where tests/bpf/NAME.bpf.c is NAME.o
#
#   make_veth [PORT]      vethPORT here and peerPORT in the namespace "peer",
#                         PORT 0 unless given: 10.11.PORT.1 and .2, both up;
#                         no packet passes but those that the test sends
#   at_peer COMMAND...    runs it in the namespace "peer", mounts unchanged
#   send_packets N [PORT [OPTION...]]
#                         the peer sends N packets to us, as ping's options say,
#                         answered or not, and we have received them
#   keep_sending [OPTION...]
#                         the peer sends a hundred packets a second from now on,
#                         or as ping's options say, in the background
#   stop_sending          no more; $sent is how many, and we have received them
#   reachable [PORT]      whether the peer's packets to us are answered
#   unreachable [PORT]    whether they are not; `! reachable` fails no test
#   attached IFACE        ids of the programs on it, says the kernel; "" if none
#   kernel_tells_features whether the kernel tells what an interface can do
#   no_links              whether no XDP program is held by a link, on the whole
#                         machine: to find its own a command asks for each
#   is_free NAME          whether no map has that name, on the whole machine
#   pins                  what there is in bpffs below /sys/fs/bpf, a line each
#   as_nobody COMMAND...  runs it without root's rights
#   steps CALLS COMMAND...
#                         runs it and prints "KIND N COMMAND" for the Nth call
#                         of each kind of system call in the list CALLS; only
#                         bpf() has a COMMAND, such as BPF_OBJ_PIN
#   at_step INJECTION KIND N COMMAND...
#                         runs it with strace's injection there, such as
#                         signal=KILL or error=EIO; what it says is in
#                         $TMPDIR/said, its calls of that KIND in $TMPDIR/trace
#   stop_at KIND N COMMAND...
#                         runs it in the background, until it is about to do its
#                         Nth call of that kind; what it says is in $TMPDIR/said
#   go_on                 lets it do that and the rest; has its exit status
#
# After `run` or `run --separate-stderr`:
#
#   assert_status N       the command's exit status was N
#   assert_output TEXT    the output was TEXT, word for word
#   assert_contains TEXT  TEXT is in the output
#   assert_lacks TEXT     TEXT is not in the output
#   assert_matches REGEX  a line of the output matches the extended REGEX
#   assert_json EXPR      the output is JSON for which jq's EXPR is true
#   json EXPR             prints jq's EXPR of the output, raw
# and
#   says MESSAGE COMMAND...
#                         it fails, with status 1 and that in its output
#   assert_equal GOT WANTED
#   wait_until COMMAND... polls until it succeeds; fails after 30 seconds * SLOW

bats_require_minimum_version 1.5.0

if [[ ${XDPLAB_INSIDE-} != "$(readlink /proc/self/ns/net)" ]]; then
	echo "these tests change what they run in: use tests/run" >&2
	exit 1
fi

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
BUILD=$ROOT/$B
BPF=$BUILD/tests/bpf
export ROOT BUILD BPF
SLOW=${XDPLAB_SLOW:-1}

# ---- the network --------------------------------------------------------

# Neighbours are fixed, as a program that drops would drop the question for the
# address too; and with IPv6 the kernel would send packets whenever it likes.
# `ip -n` makes a mount namespace for each command, and its end takes its time.
make_veth() {
	local n=${1-0} here=02:00:00:00:0${1-0}:01 there=02:00:00:00:0${1-0}:02

	[[ -e /run/netns/peer ]] || ip netns add peer
	ip link add "veth$n" address "$here" type veth \
		peer name "peer$n" address "$there" netns peer
	sysctl -qw "net.ipv6.conf.veth$n.disable_ipv6=1"
	at_peer sysctl -qw "net.ipv6.conf.peer$n.disable_ipv6=1"
	ip -batch - <<-END
		addr add 10.11.$n.1/24 dev veth$n
		link set veth$n up
		neigh add 10.11.$n.2 lladdr $there dev veth$n
	END
	at_peer ip -batch - <<-END
		addr add 10.11.$n.2/24 dev peer$n
		link set lo up
		link set peer$n up
		neigh add 10.11.$n.1 lladdr $here dev peer$n
	END
}

# `ip netns exec` would hide our bpffs.
at_peer() {
	nsenter --net=/run/netns/peer "$@"
}

# The packets that we have received: rx_packets [PORT]
rx_packets() {
	cat "/sys/class/net/veth${1-0}/statistics/rx_packets"
}

has_received() { # N [PORT]
	(($(rx_packets "${2-0}") >= $1))
}

# Those that are not answered can be on their way yet when ping ends.
send_packets() {
	local port=${2-0} before
	before=$(rx_packets "$port")
	at_peer ping -q -c "$1" -i 0.002 -W 0.1 "${@:3}" "10.11.$port.1" >&2 ||
		true
	wait_until has_received $((before + $1)) "$port"
}

# Not by at_peer: the shell of a function would be ended in ping's place.
keep_sending() {
	before_sending=$(rx_packets)
	nsenter --net=/run/netns/peer ping -q -i 0.01 "$@" 10.11.0.1 \
		>"$TMPDIR/pinged" 2>&1 3>&- &
	sender=$!
	wait_until has_received $((before_sending + 1))
}

stop_sending() {
	kill -INT "$sender"
	wait "$sender" || true
	sent=$(sed -n 's/ packets transmitted.*//p' "$TMPDIR/pinged")
	wait_until has_received $((before_sending + sent))
}

reachable() {
	at_peer ping -q -c 1 -W $((5 * SLOW)) "10.11.${1-0}.1" >&2
}

# Who answers does so within a millisecond.
unreachable() {
	local port=${1-0} before
	before=$(rx_packets "$port")
	if at_peer ping -q -c 1 -W 0.1 "10.11.$port.1" >&2; then
		echo "packets of the peer are answered" >&2
		return 1
	fi
	wait_until has_received $((before + 1)) "$port"
}

# Not with jq, which takes 25 ms to start: this is asked thousands of times.
attached() {
	ip link show dev "$1" |
		sed -n 's|^ *prog/xdp[a-z]* id \([0-9]*\) .*|\1|p' | sort -nu
}

# By a family of netlink, which Linux has since 6.3.
kernel_tells_features() {
	genl ctrl get name netdev >&2
}

# Names with a dot are the kernel's own, who forbids them to others.
pins() {
	find /sys/fs/bpf -mindepth 1 ! -name '*.*'
}

no_links() {
	! bpftool link | grep -q '^[0-9]*: xdp '
}

is_free() {
	! bpftool map | grep -q "  name $1  "
}

as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# LeakSanitizer, in the lane that has it, does not work under strace.
strace() {
	ASAN_OPTIONS=detect_leaks=0 command strace "$@"
}

# strace counts the calls of each kind by themselves.
steps() {
	strace -f -qq -e trace="$1" -o "$TMPDIR/trace" "${@:2}" >&2
	sed -E 's/^[0-9]+ +(\w+)\((BPF_\w+)?.*/\1 \2/' "$TMPDIR/trace" |
		awk '{ print $1, ++n[$1], $2 }'
}

at_step() {
	local injection=$1 kind=$2 n=$3
	shift 3
	strace -f -qq -o "$TMPDIR/trace" -e trace="$kind" \
		-e inject="$kind:$injection:when=$n" "$@" \
		>"$TMPDIR/said" 2>&1 || true
}

# strace writes a call down before it delays it, and when strace ends its command
# does the call.  With -D the command is our child, and strace is not.
stop_at() {
	rm -f "$TMPDIR/trace"
	env ASAN_OPTIONS=detect_leaks=0 strace -D -f -qq -o "$TMPDIR/trace" \
		-e trace="$1" -e inject="$1:delay_enter=100s:when=$2" "${@:3}" \
		>"$TMPDIR/said" 2>&1 3>&- &
	stopped=$!
	wait_until is_at "$1" "$2"
}

is_at() { # KIND N
	[[ $(grep -cs " $1(" "$TMPDIR/trace") == "$2" ]]
}

go_on() {
	kill -KILL "$(sed -n 's/^TracerPid:\s*//p' "/proc/$stopped/status")"
	wait "$stopped"
}

clean_up() {
	local link

	jobs -pr | xargs -r kill -KILL 2>&- || true
	wait
	ip -all netns delete
	for link in /sys/class/net/*/; do
		link=$(basename "$link")
		[[ $link == lo ]] || ip link del "$link" 2>&- || true
	done
	ip link set lo xdp off
	ip link set lo xdpgeneric off
	find /sys/fs/bpf -mindepth 1 ! -name '*.*' -delete
}

teardown() {
	clean_up
}

# ---- chains ---------------------------------------------------------------

# The names of the stages in their order, in a line: order [OPTION...]
order() {
	xdplab status -j "$@" |
		jq -r '[.[] | select(.stage) | .name] | join(" ")'
}

# What the status tells of the stages NAME: stage NAME EXPR [OPTION...]
stage() {
	xdplab status -j "${@:3}" |
		jq -r ".[] | select(.stage and .name == \"$1\") | $2"
}

# Where a map of the stage is pinned: pin NAME MAP
pin() {
	echo /sys/fs/bpf/xdplab/*/*/"stage-$(stage "$1" .id)/maps/$2"
}

# What is in a map of the stage: in_map NAME MAP [EXPR]
in_map() {
	bpftool -j map dump pinned "$(pin "$1" "$2")" | jq -r "${3-.}"
}

# What it has counted there: counted NAME MAP [INDEX]
counted() {
	in_map "$1" "$2" ".[${3-0}].formatted.value"
}

# Whether the stages NAME... have each let N packets pass: passed N NAME...
passed() {
	local n=$1 name
	for name in "${@:2}"; do
		assert_equal "$name $(stage "$name" .pass)" "$name $n"
	done
}

# Where the states of chains are: /sys/fs/bpf/xdplab/COOKIE/IFINDEX.
homes() {
	pins | sed -n 's|/gen-[0-9]*$||p'
}

# What must not change: what is attached, the pins, and of each stage all but
# the packets that it counts.
everything() {
	attached veth0
	pins | grep "/$(cat /sys/class/net/veth0/ifindex)/" | sort || true
	xdplab status -j veth0 | jq -c '.[] | [.id, .stage, .name, .prio,
		.actions, .how, .why, .group, .map_ids, .link_id]'
}

# refused STATUS COMMAND...: it is, with that status, and nothing changes
refused() {
	local before
	before=$(everything)
	run "${@:2}"
	assert_status "$1"
	assert_equal "$(everything)" "$before"
}

# The object with other bytes in its .rodata: patch FILE OFFSET BYTES
patch() {
	llvm-objcopy --dump-section ".rodata=$TMPDIR/rodata" "$1" "$TMPDIR/a.o"
	# shellcheck disable=SC2059 # bytes, as \x00
	printf "$3" | dd of="$TMPDIR/rodata" bs=1 seek="$2" conv=notrunc status=none
	llvm-objcopy --update-section ".rodata=$TMPDIR/rodata" \
		"$1" "$TMPDIR/${1##*/}"
}

# ---- what is expected ---------------------------------------------------

# Says what was wrong with the last `run`, and fails.
complain() {
	local line

	for line in "$@" "it said:" "${output-}" ${stderr:+"and on stderr:"} \
		"${stderr-}"; do
		printf '%s\n' "$line"
	done
	return 1
} >&2

assert_status() {
	[[ $status == "$1" ]] ||
		complain "exit status $status instead of $1: $BATS_RUN_COMMAND"
}

assert_output() {
	[[ $output == "$1" ]] || complain "expected:" "$1"
}

assert_contains() {
	[[ $output == *"$1"* ]] || complain "expected to find:" "$1"
}

assert_lacks() {
	[[ $output != *"$1"* ]] || complain "expected not to find:" "$1"
}

assert_matches() {
	grep -Eq -e "$1" <<<"$output" || complain "expected a line like:" "$1"
}

assert_json() {
	jq -e "$1" <<<"$output" >&2 || complain "expected of this JSON:" "$1"
}

json() {
	jq -r "$1" <<<"$output"
}

says() {
	run "${@:2}"
	assert_status 1
	assert_contains "$1"
}

assert_equal() {
	[[ $1 == "$2" ]] || {
		printf 'got:    %s\nwanted: %s\n' "$1" "$2" >&2
		return 1
	}
}

wait_until() {
	local end=$((SECONDS + 30 * SLOW))

	until "$@"; do
		((SECONDS < end)) || {
			echo "did not come true in $((30 * SLOW)) seconds: $*" >&2
			return 1
		}
		sleep 0.05
	done
}
