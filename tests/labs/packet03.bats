#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# packet03 - the seventh lab: packets that are answered, redirected and routed

load ../lib
load lab

SOLUTION=solution/xdp_prog_kern.o
PORTS=/sys/fs/bpf/ports

# A trace buffer is the whole kernel's, not the test's.
teardown() {
	local trace=/sys/kernel/tracing/instances/packet03

	[[ ! -d $trace ]] || rmdir "$trace"
	umount -q /sys/kernel/tracing || true
	jobs -pr | xargs -r kill -KILL 2>&- || true
	wait
	xdplab sandbox down lab 2>&- || true
	clean_up
}

# ---- two neighbours, and us in between ----------------------------------------

two_ports() {
	local port

	xdplab sandbox up lab --ports 2 >&2
	for port in 1 2; do
		ip -n "$(peer $port)" route add default via "10.11.$port.1"
		ip -n "$(peer $port)" route add default via "fd00:11:$port::1"
	done
}

peer() {
	echo "lab-peer${1/#1/}"
}

us() {
	xdplab sandbox exec lab "$@"
}

# on_both PROGRAM [OBJECT]: it runs on both, with maps that they share
on_both() {
	us xdplab load veth0 -p "$PORTS" -n "$1" "${2-$SOLUTION}" >&2
	us xdplab load veth1 -p "$PORTS" -n "$1" "${2-$SOLUTION}" >&2
}

# The first neighbour pings an address: pings ADDRESS [OPTION...]
pings() {
	ip netns exec lab-peer ping -c 3 -i 0.1 -W "$SLOW" "$@"
}

# How many packets of veth0 have that verdict.
verdicts() {
	us xdplab status -j veth0 | jq "[.[].$1 // 0] | add"
}

# Gives 100,000 bytes to whoever comes first.
SERVER='import socket
server = socket.create_server(("10.11.2.2", 8000))
server.accept()[0].sendall(bytes(100000))'

listening() {
	ip netns exec lab-peer2 ss -Hltn 'sport = 8000' | grep -q 8000
}

forward() {
	us sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# ---- the lesson ---------------------------------------------------------

@test "the lesson's sessions are what happens" {
	lived --ports 2
}

@test "the lesson shows the same sessions in both languages" {
	diff <(sessions README.md) <(sessions README.zh-CN.md)
}

@test "the code that the lesson shows is the lab's" {
	quoted
}

# ---- the programs ---------------------------------------------------------

@test "the starter says that it is a reply, and nothing else fits" {
	tests xdp_prog_kern.o -k 'request of IPv4 is answered'
	assert_status 3
	for field in eth.dst eth.src ip.src ip.dst icmp.chksum; do
		assert_matches "^ +\* $field "
	done
	assert_lacks "* icmp.type"
}

@test "the starter sends on to the MAC that the packet came to" {
	tests xdp_prog_kern.o -k 'comes in at the left'
	assert_matches 'eth.dst is 02:00:00:00:00:02, not 02:00:00:00:00:22$'
	assert_lacks "the packet is redirected to"
}

@test "the starter passes what a map or a route would send on" {
	local file

	for file in redirect_map router; do
		run xdplab test "$file.test"
		assert_status 3
		assert_contains "the verdict is PASS, not REDIRECT"
		assert_lacks "the verdict is REDIRECT"
	done
}

@test "the solution passes, and its tests reach all lines of it" {
	tests "$SOLUTION" --cov
	assert_status 0
	for name in icmp_echo redirect redirect_map router; do
		assert_matches "^  xdp_$name +([0-9]+) of \1 100%"
	done
}

@test "replies that are answered, too, are caught" {
	caught replies
}

@test "a checksum that stays the request's is caught" {
	caught no_checksum
}

@test "a carry that is lost is caught" {
	caught carry
}

@test "a TTL that stays is caught" {
	caught ttl
}

@test "a TTL that is over, and goes on, is caught" {
	caught expired
}

@test "a next hop that is not written is caught" {
	caught next_hop
}

@test "packets dropped that the stack should get are caught" {
	caught no_neighbour
}

@test "each wrong solution is one of those" {
	assert_equal "$(basename -s .sed wrong/*.sed | paste -sd ' ')" \
		"carry expired next_hop no_checksum no_neighbour replies ttl"
}

# ---- real packets -----------------------------------------------------------

@test "pings to anybody are answered by the program" {
	two_ports
	us xdplab load veth0 -n xdp_icmp_echo "$SOLUTION"
	ip -n lab-peer neigh replace 10.11.1.77 lladdr 02:00:0a:0b:01:01 dev peer0
	pings 10.11.1.77
	pings fd00:11:1::1 -s 1000
	assert_equal "$(verdicts tx) $(verdicts pass)" "6 0"
}

@test "a wire leads from one neighbour to the other, if the MAC is his" {
	two_ports
	on_both xdp_redirect xdp_prog_kern.o
	us xdplab map set "$PORTS/wires" 2 '{.ifindex = 3, .mac = 02:00:0a:0b:02:02}'
	us xdplab map set "$PORTS/wires" 3 '{.ifindex = 2, .mac = 02:00:0a:0b:01:02}'
	run pings 10.11.2.2
	assert_contains " 0 received"
	us xdplab unload --all veth0
	us xdplab unload --all veth1
	on_both xdp_redirect
	run pings 10.11.2.2
	assert_contains " 3 received"
	assert_matches 'ttl=64'
}

@test "a map of devices is a wire, too, and takes no interface that is none" {
	two_ports
	on_both xdp_redirect_map
	us xdplab map set "$PORTS/tx_port" 2 veth1
	us xdplab map set "$PORTS/tx_port" 3 veth0
	us xdplab map set "$PORTS/macs" 2 02:00:0a:0b:02:02
	us xdplab map set "$PORTS/macs" 3 02:00:0a:0b:01:02
	pings 10.11.2.2
	assert_equal "$(verdicts redirect)" 3
	run us xdplab map set "$PORTS/tx_port" 3 99
	assert_status 1
	assert_contains "no interface has ifindex 99"
}

@test "the router forwards, and the stack does the rest" {
	two_ports
	on_both xdp_router
	run pings 10.11.2.2
	assert_contains " 0 received"
	forward
	run pings 10.11.2.2
	assert_contains " 3 received"
	assert_matches 'ttl=63'
	pings fd00:11:2::2
	assert_equal "$(verdicts redirect) $(verdicts pass)" "6 3"
	run pings 10.11.2.2 -t 1
	assert_contains "Time to live exceeded"
	us ip route add unreachable 10.11.8.0/24
	run pings 10.11.8.1
	assert_contains "Destination Host Unreachable"
	us ip route add blackhole 10.11.9.0/24
	run pings 10.11.9.1
	assert_equal "$(verdicts drop) $(verdicts redirect)" "3 6"
}

@test "TCP goes through the router, and its checksums are right" {
	two_ports
	on_both xdp_router
	forward
	xdplab sandbox exec lab-peer2 python3 -c "$SERVER" >&2 3>&- &
	wait_until listening
	xdplab sandbox exec lab-peer bash -c 'exec 3<>/dev/tcp/10.11.2.2/8000
		cat <&3' >"$TMPDIR/got"
	assert_equal "$(wc -c <"$TMPDIR/got")" 100000
	assert_equal "$(verdicts pass)" 0
	(($(verdicts redirect) > 3))
	wait
}

# ---- mistakes -------------------------------------------------------------

@test "a veth whose other end has no program, or GRO, loses what it is sent" {
	two_ports
	on_both xdp_router
	forward
	ip -n lab-peer2 link set peer1 xdp off
	run pings 10.11.2.2
	assert_contains " 0 received"
	ip netns exec lab-peer2 ethtool -K peer1 gro on
	run pings 10.11.2.2
	assert_contains " 3 received"
}

# ---- the exercises --------------------------------------------------------

@test "exercise 1: a reply of nothing but zeros has the other zero" {
	cat >zeros.test <<-END
		program $SOLUTION xdp_icmp_echo
		test "zeros"
		  send   eth / ip / icmp(type=echo-request, id=0, seq=0)
		  expect icmp.chksum == 0x0000
	END
	xdplab test zeros.test
	rm zeros.test
}

@test "exercise 2: in a chain, pings are answered and all else is routed" {
	run xdplab test solution/chain.test
	assert_status 0
	assert_contains "2 passed"
}

@test "exercise 3: pings notice one of the wrong routers" {
	local wrong

	two_ports
	forward
	for wrong in ttl expired no_neighbour next_hop; do
		on_both xdp_router "wrong/$wrong.o"
		pings 10.11.2.2 && echo "$wrong" >>"$TMPDIR/works"
		us xdplab unload veth0
		us xdplab unload veth1
		us rm -r "$PORTS"
	done
	assert_equal "$(paste -sd ' ' "$TMPDIR/works")" "ttl expired no_neighbour"
}
