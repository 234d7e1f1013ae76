#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # stderr: set by run
# sandbox - xdplab sandbox: private networks, whole or not at all

load ../lib

teardown() {
	local gone=0
	jobs -pr | xargs -r kill -KILL 2>&- || true
	wait
	xdplab sandbox ls -j | jq -r '.[].name' |
		xargs -r -n 1 xdplab sandbox down || gone=$?
	clean_up
	return $gone
}

inside() {
	xdplab sandbox exec "$@"
}

# send N NAMESPACE ADDRESS: UDP packets, which nobody takes
send() {
	# shellcheck disable=SC2016 # for the shell inside
	inside "$2" bash -c 'for ((i = 0; i < $0; i++)); do
		echo hello >"/dev/udp/$1/9"
	done' "$1" "$3"
}

# received N NAMESPACE IFACE: whether it was so many packets
received() {
	[[ $(inside "$2" cat "/sys/class/net/$3/statistics/rx_packets") == "$1" ]]
}

# redirect FROM TO: all that comes to one interface of lab leaves by another
redirect() {
	local id map
	id=$(inside lab xdplab load -j "$1" "$BPF/redirect.o" | jq .id)
	map=$(bpftool -j prog show id "$id" | jq '.map_ids[0]')
	inside lab bpftool map update id "$map" key 0 0 0 0 \
		value "$(inside lab cat "/sys/class/net/$2/ifindex")" 0 0 0
}

# Everything that sandboxes are made of, anywhere.
remains() {
	find /run/netns /run/xdplab -mindepth 1
	grep -E ' /run/(netns/|xdplab)' /proc/self/mounts || true
}

# Not with jq, which takes 25 ms to start: this is asked at each step.
state() {
	xdplab sandbox ls -j | sed -n 's/.*"state":"\([a-z]*\)".*/\1/p'
}

# ---- what there is ------------------------------------------------------

@test "both ends reach each other, by IPv4 and IPv6" {
	xdplab sandbox up lab
	inside lab ping -q -c 1 -W 5 10.11.1.2
	inside lab ping -q -c 1 -W 5 fd00:11:1::2
	inside lab-peer ping -q -c 1 -W 5 10.11.1.1
	inside lab-peer ping -q -c 1 -W 5 fd00:11:1::1
}

@test "up tells what it made and what to do next" {
	run xdplab sandbox up lab
	assert_status 0
	assert_matches '^lab +veth0 +02:00:0a:0b:01:01 +10.11.1.1 +fd00:11:1::1$'
	assert_matches '^lab-peer +peer0 +02:00:0a:0b:01:02 +10.11.1.2 +fd00:11:1::2$'
	assert_contains "xdplab sandbox enter lab"
}

@test "up --json tells the same, and it is true" {
	local netns ifname mac ipv4 ipv6 link
	run xdplab sandbox up --json --ports 2 lab
	assert_json 'length == 4'
	while read -r netns ifname mac ipv4 ipv6; do
		link=$(inside "$netns" ip -j addr show "$ifname")
		jq -e --arg mac "$mac" --arg ipv4 "$ipv4" --arg ipv6 "$ipv6" \
			'.[0] | .address == $mac and .operstate == "UP"
			and (.addr_info | map(.local) | . == [$ipv4, $ipv6])' \
			<<<"$link" >&2
	done < <(json '.[] | "\(.netns) \(.ifname) \(.mac) \(.ipv4) \(.ipv6)"')
}

@test "each port has a peer of its own" {
	xdplab sandbox up lab --ports 8
	inside lab ping -q -c 1 -W 5 10.11.8.2
	inside lab-peer8 ping -q -c 1 -W 5 fd00:11:8::1
	run inside lab-peer8 ip -br link
	assert_contains "peer7@"
	assert_lacks "peer0@"
}

@test "ip netns knows its namespaces, and neither hides the other's" {
	xdplab sandbox up lab
	run ip -n lab-peer -br addr show peer0
	assert_contains 10.11.1.2/24
	ip netns add other
	inside lab ping -q -c 1 -W 5 10.11.1.2
	ip netns delete other
	xdplab sandbox down lab
	run remains
	assert_output ""
}

@test "ls lists them with what is in them" {
	xdplab sandbox up two --ports 2
	xdplab sandbox up one
	xdplab sandbox exec two-peer2 sleep 100 3>&- &
	wait_until eval 'xdplab sandbox -j | jq -e ".[1].processes == 1"' >&2
	run xdplab sandbox ls
	assert_matches '^one +1 +one,one-peer +0 +up$'
	assert_matches '^two +2 +two,two-peer,two-peer2 +1 +up$'
	run xdplab sandbox
	assert_matches '^one +1 +one,one-peer +0 +up$'
	assert_equal "$(xdplab sandbox list)" "$output"
}

@test "ls of none is empty" {
	run xdplab sandbox ls
	assert_output ""
	run xdplab sandbox ls -j
	assert_output "[]"
}

# ---- packets ------------------------------------------------------------

@test "the kernel sends no packet by itself" {
	xdplab sandbox up lab
	inside lab xdplab load veth0 "$BPF/pass.o"
	inside lab xdplab unload veth0
	inside lab-peer ip link set peer0 down
	inside lab-peer ip link set peer0 up
	sleep 3 # multicast reports come within one second, and once more
	received 0 lab veth0
	received 0 lab-peer peer0
}

@test "frames that XDP_TX sends back arrive" {
	xdplab sandbox up lab
	inside lab xdplab load -m native veth0 "$BPF/tx.o"
	send 5 lab-peer 10.11.1.1
	wait_until received 5 lab-peer peer0
}

@test "frames that XDP_REDIRECT sends to another port arrive" {
	xdplab sandbox up lab --ports 2
	redirect veth0 veth1
	send 5 lab-peer 10.11.1.1
	wait_until received 5 lab-peer2 peer1
}

# Nobody listens, and who refuses the connection got a packet that was whole,
# and sent one.
@test "TCP works through XDP_REDIRECT: checksums are in the packets" {
	xdplab sandbox up lab --ports 2
	redirect veth0 veth1
	redirect veth1 veth0
	inside lab-peer2 ip addr add 10.11.1.3/24 dev peer1
	inside lab-peer2 ip neigh add 10.11.1.2 lladdr 02:00:0a:0b:01:02 dev peer1
	inside lab-peer ip neigh add 10.11.1.3 lladdr 02:00:0a:0b:02:02 dev peer0
	run inside --timeout 5 lab-peer bash -c 'echo >/dev/tcp/10.11.1.3/9'
	assert_status 1
	assert_contains "Connection refused"
}

@test "a program that drops everything is not asked for addresses" {
	xdplab sandbox up lab
	inside lab xdplab load veth0 "$BPF/drop.o"
	send 1 lab-peer 10.11.1.1
	send 1 lab-peer fd00:11:1::1
	wait_until received 2 lab veth0
	inside lab xdplab unload veth0
	inside lab-peer ping -q -c 1 -W 5 10.11.1.1
}

# ---- inside -------------------------------------------------------------

@test "its bpffs is its own, its peer's too, and outlives commands" {
	xdplab sandbox up lab
	xdplab sandbox up other
	inside lab mkdir /sys/fs/bpf/mine
	inside lab test -d /sys/fs/bpf/mine
	inside lab-peer test -d /sys/fs/bpf/mine
	run inside other ls /sys/fs/bpf
	assert_lacks mine
	run pins
	assert_output ""
}

@test "what is loaded in one command is seen by the next" {
	xdplab sandbox up lab
	inside lab xdplab load veth0 "$BPF/pass.o"
	run inside lab xdplab status -j veth0
	assert_json '.[0].name == "xdp_pass"'
	inside lab xdplab unload veth0
}

@test "/sys is that of its network, and what else is mounted there stays" {
	mount -t tmpfs tmpfs /sys/fs/cgroup
	touch /sys/fs/cgroup/still-here
	xdplab sandbox up lab
	run inside lab ls /sys/class/net /sys/fs/cgroup
	assert_contains veth0
	assert_contains still-here
	run inside lab-peer ls /sys/class/net
	assert_output "lo
peer0"
	umount /sys/fs/cgroup
}

@test "what is mounted inside does not come out" {
	mount --make-rshared /
	xdplab sandbox up lab
	inside lab mount -t tmpfs tmpfs /mnt
	run ! mountpoint -q /mnt
	xdplab sandbox down lab
	mount --make-rprivate /
}

@test "the environment names the sandbox, and no bpffs of the host" {
	xdplab sandbox up lab
	XDPLAB_BPFFS=/elsewhere run inside lab-peer env
	assert_contains XDPLAB_SANDBOX=lab-peer
	assert_lacks XDPLAB_BPFFS
}

@test "enter starts the user's shell" {
	xdplab sandbox up lab
	# shellcheck disable=SC2016 # for the shell inside
	SHELL=/bin/sh run xdplab sandbox enter lab \
		<<<'ls /sys/class/net; echo "$0 $XDPLAB_SANDBOX"; exit 7'
	assert_status 7
	assert_contains veth0
	assert_contains "/bin/sh lab"
}

@test "enter finds a shell where SHELL is none" {
	xdplab sandbox up lab
	SHELL=/nonexistent run xdplab sandbox enter lab <<<'exit 7'
	assert_status 7
}

@test "none is made inside another, where it would be of no use outside" {
	local netns
	xdplab sandbox up out
	for netns in out out-peer; do
		run --separate-stderr inside $netns \
			env -u XDPLAB_SANDBOX xdplab sandbox up in
		assert_status 1
		assert_output ""
		assert_equal "${stderr_lines[0]}" "xdplab sandbox:\
 in: not possible inside the sandbox out"
		assert_equal "${stderr_lines[1]}" \
			"  leave out first, then \`xdplab sandbox up in\`"
	done
	assert_equal "$(xdplab sandbox -j | jq -r '.[].name')" out
	nsenter --net=/run/netns/out xdplab sandbox up in # its mounts are ours
	assert_equal "$(state | uniq)" up
}

# ---- exec ---------------------------------------------------------------

@test "exec gives the command's exit status" {
	xdplab sandbox up lab
	run inside lab true
	assert_status 0
	run inside lab sh -c 'exit 42'
	assert_status 42
	run -127 inside lab /nonexistent
	assert_contains "/nonexistent: command not found"
	run inside lab /etc/passwd
	assert_status 126
	assert_contains "/etc/passwd: Permission denied"
	# shellcheck disable=SC2016 # for the shell inside
	run inside lab sh -c 'kill -TERM $$'
	assert_status 143
}

@test "options behind the name are the command's" {
	xdplab sandbox up lab
	run inside lab echo --timeout -h
	assert_output "--timeout -h"
	run inside lab -- echo -n -- hello
	assert_output "-- hello"
}

@test "exec connects the command to where it was called from" {
	xdplab sandbox up lab
	run inside lab cat <<<"from outside"
	assert_output "from outside"
	run inside --timeout 10 lab cat <<<"from outside"
	assert_output "from outside"
}

nobody_inside() {
	[[ $(xdplab sandbox -j | jq '.[0].processes') == 0 ]]
}

@test "exec --timeout ends a command in time, and what it started" {
	xdplab sandbox up lab
	run inside --timeout 1 lab \
		sh -c '(trap "" TERM; exec sleep 100 >&- 2>&-) & sleep 100'
	assert_status 124
	wait_until nobody_inside # the killed need a moment to be gone
}

@test "exec --timeout ends a command that does not want to" {
	local start=$SECONDS
	xdplab sandbox up lab
	run inside --timeout 1 lab sh -c 'trap "" TERM; while :; do sleep 1; done'
	assert_status 124
	((SECONDS - start < 60 * SLOW))
}

@test "exec --timeout leaves the exit status alone" {
	xdplab sandbox up lab
	run inside --timeout 10 lab sh -c 'exit 42'
	assert_status 42
	# shellcheck disable=SC2016 # for the shell inside
	run inside --timeout 10 lab sh -c 'kill -KILL $$'
	assert_status 137
	run -127 inside --timeout 10 lab /nonexistent
	assert_contains "command not found"
}

@test "exec --timeout passes on what ends it" {
	xdplab sandbox up lab
	xdplab sandbox exec --timeout 100 lab sleep 100 3>&- &
	wait_until eval 'xdplab sandbox -j | jq -e ".[0].processes == 2"' >&2
	kill -TERM $!
	wait $! || status=$?
	assert_equal "${status-}" 143
	run xdplab sandbox -j
	assert_json '.[0].processes == 0'
}

# ---- down ---------------------------------------------------------------

@test "down leaves nothing" {
	local id
	xdplab sandbox up lab --ports 3
	id=$(inside lab xdplab load -j veth0 "$BPF/pass.o" | jq .id)
	xdplab sandbox down lab
	run remains
	assert_output ""
	wait_until eval "! bpftool prog show id $id" 2>&-
	xdplab sandbox up lab
}

@test "down refuses while a process is inside, and says which" {
	xdplab sandbox up lab
	xdplab sandbox exec lab-peer sleep 100 3>&- &
	wait_until eval 'xdplab sandbox -j | jq -e ".[0].processes == 1"' >&2
	run xdplab sandbox down lab
	assert_status 1
	assert_contains "lab: process $! is inside"
	assert_contains "  end it or leave the sandbox"
	xdplab sandbox exec lab sleep 100 3>&- &
	wait_until eval 'xdplab sandbox -j | jq -e ".[0].processes == 2"' >&2
	run xdplab sandbox down lab
	assert_contains "lab: 2 processes are inside, one is"
	assert_contains "  end them or leave the sandbox"
	inside lab-peer ping -q -c 1 -W 5 10.11.1.1
}

@test "down refuses while its bpffs is in use, and nothing is lost" {
	xdplab sandbox up lab
	inside lab mkdir /sys/fs/bpf/mine
	(cd /run/xdplab/lab/bpf/mine && exec sleep 100) 3>&- &
	wait_until eval "[[ \$(readlink /proc/$!/cwd) == */mine ]]"
	run xdplab sandbox down lab
	assert_status 1
	assert_contains "/run/xdplab/lab/bpf: Device or resource busy"
	assert_equal "$(state)" up
	inside lab test -d /sys/fs/bpf/mine
}

@test "down is not held up by another sandbox, which saw its mounts" {
	local id
	xdplab sandbox up lab
	xdplab sandbox up other
	xdplab sandbox exec other sleep 100 3>&- &
	inside lab bpftool prog load "$BPF/pass.o" /sys/fs/bpf/pinned
	id=$(inside lab bpftool -j prog show pinned /sys/fs/bpf/pinned | jq .id)
	xdplab sandbox down lab
	wait_until eval "! bpftool prog show id $id" 2>&-
}

@test "what is not there is said so" {
	for action in "down lab" "enter lab" "exec lab true" "exec lab-peer true"; do
		# shellcheck disable=SC2086 # words
		run xdplab sandbox $action
		assert_status 1
		assert_contains "lab: no such sandbox"
	done
}

@test "a namespace is no sandbox" {
	ip netns add lab
	run inside lab true
	assert_status 1
	assert_contains "lab: no such sandbox"
	run xdplab sandbox down lab
	assert_status 1
	ip netns exec lab true
}

# ---- names --------------------------------------------------------------

@test "a name that is taken is refused, and what has it stays" {
	xdplab sandbox up lab
	run xdplab sandbox up lab
	assert_status 1
	assert_contains "the sandbox exists"
	inside lab ping -q -c 1 -W 5 10.11.1.2
	ip netns add else-peer3
	run xdplab sandbox up else
	assert_status 1
	assert_contains "network namespace else-peer3 exists"
	ip netns exec else-peer3 true
	assert_equal "$(xdplab sandbox -j | jq -r '.[].name')" lab
}

@test "a name that is none is refused" {
	local name
	for name in "" . .. a/b -a 'a b' a.b ä lab-peer lab-peer7 \
		a_2-45678901234567890123456789012; do
		run xdplab sandbox up -- "$name"
		assert_status 1
		assert_contains "not a valid sandbox name"
	done
	run remains
	assert_output ""
}

@test "the longest name works" {
	local name=a_2-4567890123456789012345678901
	xdplab sandbox up $name
	inside $name-peer ping -q -c 1 -W 5 10.11.1.1
	run inside ${name}x true
	assert_status 1
	xdplab sandbox down $name
}

@test "arguments that do not fit are refused" {
	local arguments
	for arguments in frob up "up a b" "up a --ports 0" "up a --ports 9" \
		"up a --ports two" enter exec "exec a" "exec a --" "ls a" down \
		"exec --timeout 0 a true"; do
		# shellcheck disable=SC2086 # words
		run xdplab sandbox $arguments
		assert_status 2
	done
}

@test "without root's rights it says so" {
	run as_nobody xdplab sandbox ls
	assert_status 4
	assert_contains "/run/xdplab: not permitted"
}

@test "a directory that others may write is not trusted" {
	mkdir -p /run/xdplab
	chmod 777 /run/xdplab
	run xdplab sandbox up lab
	assert_status 4
	assert_contains "/run/xdplab: not owned exclusively by root"
	chmod 700 /run/xdplab
}

# ---- all or nothing -----------------------------------------------------

# The calls that change something, or find out what there is.
CALLS=mkdir,mount,openat,unshare,setns,sendto,ioctl,bpf,write
CALLS+=,flock,umount2,unlink,rmdir

# at_each_call INJECTION COMMAND...: runs it with the injection at each of its
# calls, one by one, `before` before and `after` after each.
at_each_call() {
	local injection=$1 kind n
	shift
	: >"$TMPDIR/seen"
	before
	steps $CALLS "$@" >"$TMPDIR/steps"
	after
	while read -r kind n _; do
		before
		at_step "$injection" "$kind" "$n" "$@"
		echo "$kind $n: $(state)" >>"$TMPDIR/seen"
		after || {
			echo "at $kind $n:" && cat "$TMPDIR/said"
			return 1
		} >&2
	done <"$TMPDIR/steps"
}

seen() {
	grep -Eq ": $1\$" "$TMPDIR/seen"
}

nothing_remains() {
	[[ -z $(state) ]] || xdplab sandbox down lab || return 1
	assert_equal "$(remains)" ""
}

@test "killed at any step, up leaves what ls shows and down removes" {
	before() { :; }
	after() {
		[[ $(state) != broken ]] || ! inside lab true 2>&- || return 1
		nothing_remains
	}
	at_each_call signal=KILL xdplab sandbox up lab
	seen '' && seen broken
}

@test "killed at any step, down leaves what ls shows and down removes" {
	before() { xdplab sandbox up lab >&2; }
	after() { nothing_remains; }
	at_each_call signal=KILL xdplab sandbox down lab
	seen up && seen broken
}

@test "Ctrl-C at any step of up leaves a whole sandbox or none" {
	before() { :; }
	after() {
		[[ $(state) != broken ]] && nothing_remains
	}
	at_each_call signal=INT xdplab sandbox up lab
	seen '' && seen up
}

@test "Ctrl-C at any step of down leaves a whole sandbox or none" {
	before() { xdplab sandbox up lab >&2; }
	after() {
		[[ $(state) != broken ]] && nothing_remains
	}
	at_each_call signal=INT xdplab sandbox down lab
	seen '' && seen up
}

@test "an up that fails at any step takes back what it made" {
	before() { :; }
	after() {
		[[ $(state) != broken ]] && nothing_remains
	}
	at_each_call error=EIO xdplab sandbox up lab
	seen '' && seen up
}

@test "of several that want the same name one gets it" {
	local pids=() pid got=0
	for _ in 1 2 3 4 5 6; do
		xdplab sandbox up lab 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		! wait "$pid" || got=$((got + 1))
	done
	assert_equal "$got" 1
	inside lab ping -q -c 1 -W 5 10.11.1.2
}

@test "ls waits for what is being made or taken away" {
	local pid
	(for _ in 1 2 3 4 5 6 7 8; do
		xdplab sandbox up lab --ports 4 && xdplab sandbox down lab
	done) 3>&- &
	pid=$!
	: >"$TMPDIR/states"
	while kill -0 $pid 2>&-; do
		state >>"$TMPDIR/states"
	done
	wait $pid
	assert_equal "$(sort -u "$TMPDIR/states")" up
}

@test "several at once get what they want" {
	local pids=() pid n
	for n in 1 2 3 4 5 6; do
		xdplab sandbox up "lab$n" 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	run xdplab sandbox -j
	assert_json 'length == 6 and all(.state == "up")'
}
