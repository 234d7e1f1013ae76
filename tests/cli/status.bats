#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # stderr: set by run
# status - xdplab status: what the kernel says, all of it

load ../lib

setup() {
	make_veth
}

# The peer sends a hundred packets a second, from when this returns.
start_traffic() {
	at_peer ping -q -i 0.01 -w $((5 * SLOW)) 10.11.0.1 \
		>"$TMPDIR/ping" 2>&1 &
	wait_until packets_arrived
}

packets_arrived() {
	(($(</sys/class/net/veth0/statistics/rx_packets) > 20))
}

@test "every interface of the namespace has a line, idle ones a dash" {
	xdplab load veth0 "$BPF/drop.o"
	run xdplab status
	assert_status 0
	assert_matches "^lo +- *$"
	assert_matches "^veth0 +native +xdp_drop_with_a_long_name +$(attached veth0) "
}

@test "an interface that is down is told to be" {
	ip link set veth0 down
	run xdplab status -j
	assert_json '(.[] | select(.ifname == "veth0")).up == false'
	assert_json '(.[] | select(.ifname == "lo")).up == true'
}

@test "a map that is none of ours is not taken for what we know" {
	local chain
	xdplab load veth0 "$BPF/pass.o"
	chain=$(pins | grep '/chain$')
	rm "$chain"
	bpftool map create "$chain" type array key 4 value 512 entries 1 name x
	run xdplab status -j veth0
	assert_json '.[0].name == "xdp_pass" and (.[0] | has("file") | not)'
}

@test "one interface is shown alone" {
	run xdplab status veth0
	assert_lacks lo
	run xdplab status nope
	assert_status 1
	assert_contains "nope: no such network interface"
}

@test "a program's id, tag and maps are those that bpftool shows" {
	xdplab load veth0 "$BPF/count.o"
	local id
	id=$(attached veth0)
	run xdplab status -j veth0
	assert_json '.[0].name == "xdp_count" and .[0].mode == "native"'
	assert_equal "$(json '.[0] | [.id, .tag, .map_ids] | tojson')" \
		"$(bpftool -j prog show id "$id" |
			jq -c '[.id, .tag, .map_ids]')"
}

@test "when it was loaded is now" {
	xdplab load veth0 "$BPF/pass.o"
	run xdplab status -j veth0
	local age=$(($(date +%s) - $(json '.[0].loaded_at')))
	((age >= -1 && age <= 5))
}

@test "netlink and links are told apart, with the link's pin" {
	xdplab load veth0 "$BPF/pass.o"
	run xdplab status -j veth0
	assert_json '.[0].attached_by == "netlink" and (.[0] | has("link_id") | not)'
	xdplab unload veth0
	xdplab load --link veth0 "$BPF/pass.o"
	run xdplab status -j veth0
	assert_json '.[0].attached_by == "link"'
	assert_equal "$(json '.[0].link_id')" \
		"$(bpftool -j link show | jq '.[] | select(.type == "xdp") | .id')"
	assert_equal "$(json '.[0].pinned')" "$(pins | grep '/link$')"
}

@test "a program that someone pinned shows where" {
	xdplab load veth0 "$BPF/pass.o"
	bpftool prog pin id "$(attached veth0)" /sys/fs/bpf/somewhere
	run xdplab status -j veth0
	assert_json '.[0].pinned == "/sys/fs/bpf/somewhere"'
}

@test "a foreign program is shown by its full name from its BTF" {
	ip link set veth0 xdpdrv obj "$BPF/drop.o" sec xdp
	run xdplab status -j veth0
	assert_json '.[0].name == "xdp_drop_with_a_long_name"
		and (.[0] | has("file") | not)'
}

@test "our own show their priority, actions and file" {
	xdplab load -P 7 -A DROP,xdp_tx veth0 "$BPF/pass.o"
	run xdplab status -j veth0
	assert_json '.[0].prio == 7 and .[0].actions == ["DROP", "TX"]
		and (.[0].file | endswith("/pass.o"))'
	run xdplab status -v veth0
	assert_matches " 7 +DROP,TX "
}

@test "--stats counts the packets of the second that it waits" {
	xdplab load veth0 "$BPF/pass.o"
	start_traffic
	run xdplab status --stats -j veth0
	assert_status 0
	assert_json '.[0].pps > 20 and .[0].pps < 300 and .[0].ns_per_packet > 0'
	assert_equal "$(cat /proc/sys/kernel/bpf_stats_enabled)" 0
}

@test "without statistics nothing is counted" {
	xdplab load veth0 "$BPF/pass.o"
	send_packets 5
	run xdplab status -j veth0
	assert_json '(.[0] | has("pps") | not) and .[0].run_cnt == 0'
}

@test "where the kernel counts anyway the rates are shown unasked" {
	xdplab load veth0 "$BPF/pass.o"
	sysctl -qw kernel.bpf_stats_enabled=1
	start_traffic
	run xdplab status -j veth0
	sysctl -qw kernel.bpf_stats_enabled=0
	assert_json '.[0].pps > 20'
}

@test "--watch streams an object a line until it is ended" {
	xdplab load veth0 "$BPF/pass.o"
	run timeout 3.5 xdplab status -w --stats -j veth0
	assert_status 124
	assert_equal "$(jq -s length <<<"$output")" 3
	assert_matches '^\{"ifindex":'
}

@test "without root's rights modes and ids are still shown" {
	xdplab load veth0 "$BPF/pass.o"
	run as_nobody "$BUILD/xdplab" status
	assert_status 0
	assert_matches "^veth0 +native +[?] +$(attached veth0)"
}

@test "another namespace is shown by its name" {
	run xdplab status --netns peer
	assert_contains peer0
	assert_lacks veth0
	run xdplab status --netns ../../proc/1/ns/net
	assert_status 1
	assert_contains "../../proc/1/ns/net: not a name of a namespace"
	run xdplab status --netns nowhere
	assert_status 1
	assert_contains "nowhere: no such network namespace"
}

@test "a namespace may have its name by a link to a process" {
	nsenter --net=/run/netns/peer sleep 100 3>&- &
	wait_until at_peer test "/proc/$!/ns/net" -ef /proc/self/ns/net
	ln -s "/proc/$!/ns/net" /run/netns/container
	run xdplab status --netns container
	assert_status 0
	assert_contains peer0
	assert_lacks veth0
	rm /run/netns/container
}

@test "what is no network namespace is not taken for one" {
	local target
	for target in /proc/self/ns/mnt /etc/passwd /proc; do
		ln -sfn $target /run/netns/other
		run --separate-stderr xdplab status --netns other
		assert_status 1
		assert_equal "$stderr" "xdplab status:\
 /run/netns/other: not a network namespace"
	done
	ln -sfn /nowhere /run/netns/other
	run xdplab status --netns other
	assert_contains "other: no such network namespace"
	rm /run/netns/other
}

@test "an interface's name cannot command the terminal" {
	ip link set veth0 down
	ip link set veth0 name $'a\e[31mb'
	run xdplab status
	assert_status 0
	assert_contains "a?[31mb"
	assert_lacks $'\e'
}

@test "status makes one netlink dump whatever the number of interfaces" {
	local requests few
	strace -f -qq -o "$TMPDIR/few" -e trace=sendto xdplab status >&2
	for i in {1..20}; do
		ip link add "many$i" type veth peer name "more$i"
	done
	xdplab load many1 "$BPF/pass.o"
	strace -f -qq -o "$TMPDIR/many" -e trace=sendto xdplab status >&2
	few=$(wc -l <"$TMPDIR/few") requests=$(wc -l <"$TMPDIR/many")
	assert_equal "$requests" "$few"
}
