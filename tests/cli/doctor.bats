# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # stderr: set by run
# doctor - what xdplab doctor finds changes when the world does

load ../lib

# Of one check in the last `run`: its status, finding and remedy.
status_of() {
	json ".[] | select(.check == \"$1\").status"
}

finding_of() {
	json ".[] | select(.check == \"$1\").finding"
}

remedy_of() {
	json ".[] | select(.check == \"$1\") | .remedy // \"\""
}

# Examines, and expects of CHECK the STATUS and WORDS in what it found.
examine() { # IFACE|"" CHECK STATUS [WORDS]
	run --separate-stderr xdplab doctor -j ${1:+"$1"}
	assert_equal "$2: $(status_of "$2")" "$2: $3"
	[[ $(finding_of "$2") == *"${4-}"* ]] ||
		complain "expected $2 to say: $4"
}

# Does what the doctor says, to the letter.
follow_remedy() { # CHECK
	local command
	command=$(remedy_of "$1")
	echo "remedy: $command" >&2
	eval "$command"
}

without() { # CAPABILITY,...
	setpriv --bounding-set="-${1//,/,-}" "${@:2}"
}

teardown() {
	mountpoint -q /sys/fs/bpf || mount -t bpf bpf /sys/fs/bpf
	clean_up
}

# ---- the kernel and the caller ------------------------------------------

@test "root on this kernel has nothing that fails" {
	run xdplab doctor
	assert_status 0
	assert_matches '^kernel +ok +Linux '"$(uname -r)"
	assert_matches '^bpf +ok '
	assert_matches '^[0-9]+ ok, [0-9]+ info, [0-9]+ warn, 0 failed$'
}

@test "JSON is an array of checks, with remedies where there are any" {
	run xdplab doctor -j lo
	assert_status 0
	assert_json 'length > 15 and all(keys - ["remedy"] ==
		["check", "finding", "status"])'
	assert_json 'all(.remedy != "")'
	assert_json 'all(.status | IN("ok", "info", "warn", "fail"))'
	assert_json '[.[].check] | length == (unique | length)'
}

@test "JSON and text find the same" {
	make_veth
	run xdplab doctor -j veth0
	json '.[] | .check + " " + .status + " " + .finding' >"$TMPDIR/json"
	run xdplab doctor veth0
	grep -E '^[a-z]' <<<"$output" | tr -s ' ' >"$TMPDIR/text"
	diff "$TMPDIR/json" "$TMPDIR/text"
}

@test "bpffs that is not mounted is a warning, and its remedy helps" {
	examine "" bpffs ok "mounted at /sys/fs/bpf"
	umount /sys/fs/bpf
	examine "" bpffs warn "/sys/fs/bpf"
	assert_equal "$(remedy_of bpffs)" "mount -t bpf bpf /sys/fs/bpf"
	follow_remedy bpffs
	examine "" bpffs ok
}

@test "XDPLAB_BPFFS is where bpffs is looked for" {
	mkdir "$TMPDIR/elsewhere"
	export XDPLAB_BPFFS=$TMPDIR/elsewhere
	examine "" bpffs warn "$XDPLAB_BPFFS"
	follow_remedy bpffs
	examine "" bpffs ok "mounted at $XDPLAB_BPFFS"
	umount "$XDPLAB_BPFFS"
}

@test "the remedy is on a line of its own, behind an arrow" {
	umount /sys/fs/bpf
	run xdplab doctor
	assert_status 0
	assert_matches '^ +-> mount -t bpf bpf /sys/fs/bpf$'
}

@test "without CAP_BPF and CAP_SYS_ADMIN programs do not load: it fails" {
	run without bpf,sys_admin xdplab doctor -j
	assert_status 3
	assert_equal "$(status_of capabilities)" warn
	assert_equal "$(status_of bpf)" fail
	output=$(finding_of capabilities)
	assert_contains CAP_BPF
	assert_contains CAP_SYS_ADMIN
	assert_lacks CAP_NET_ADMIN
}

@test "without CAP_NET_ADMIN CAP_BPF alone does not load XDP programs" {
	run without net_admin,sys_admin xdplab doctor -j
	assert_status 3
	assert_equal "$(status_of bpf)" fail
	output=$(finding_of capabilities)
	assert_contains CAP_NET_ADMIN
	assert_lacks CAP_BPF
}

@test "without CAP_NET_ADMIN root is told that nothing can be attached" {
	run without net_admin xdplab doctor -j
	assert_equal "$(status_of capabilities)" warn
	output=$(finding_of capabilities)
	assert_contains "CAP_NET_ADMIN (attaches"
	run without net_admin xdplab load lo "$BPF/pass.o"
	[[ $status != 0 ]]
}

@test "CAP_SYS_ADMIN stands for CAP_BPF and CAP_PERFMON" {
	run without bpf,perfmon xdplab doctor -j
	assert_status 0
	assert_equal "$(status_of capabilities)" ok
	assert_equal "$(status_of bpf)" ok
}

@test "CAP_BPF and CAP_NET_ADMIN are enough to load" {
	run without sys_admin,perfmon xdplab doctor -j
	assert_status 0
	assert_equal "$(status_of bpf)" ok
	assert_equal "$(status_of trampolines)" info
	output=$(finding_of capabilities)
	assert_contains CAP_SYS_ADMIN
	assert_contains CAP_PERFMON
	assert_lacks CAP_BPF
}

@test "nobody is told all that he lacks" {
	run as_nobody xdplab doctor
	assert_status 3
	assert_matches '^bpf +FAIL '
	assert_matches '^ +-> run it as root$'
	assert_matches ' 1 failed$'
}

@test "trampolines are said to be refused just when the kernel refuses" {
	cat >"$TMPDIR/fentry.bpf.c" <<-'END'
		__attribute__((section("fentry/bpf_fentry_test1"), used))
		int probe(void *ctx) { return 0; }
		char _license[] __attribute__((section("license"), used)) = "GPL";
	END
	clang -O2 -g -target bpf -c -o "$TMPDIR/fentry.o" "$TMPDIR/fentry.bpf.c"
	local expected=warn
	if bpftool prog load "$TMPDIR/fentry.o" /sys/fs/bpf/fentry; then
		expected=ok
	fi
	examine "" trampolines $expected "freplace"
}

@test "run statistics are reported as the kernel has them" {
	case $(</proc/sys/kernel/bpf_stats_enabled) in
	0) examine "" statistics info "are off" ;;
	*) examine "" statistics info "are on" ;;
	esac
}

@test "nothing that was tried stays loaded" {
	xdplab doctor lo
	wait_until no_probe_is_left
}

no_probe_is_left() {
	! bpftool prog | grep -q xdplab_probe
}

# ---- an interface -------------------------------------------------------

@test "an interface that is not there is said before anything else" {
	run --separate-stderr xdplab doctor nothere
	assert_status 1
	assert_output ""
	[[ $stderr == "xdplab doctor: nothere: no such network interface"* ]]
}

@test "two interfaces are one too many" {
	run xdplab doctor lo lo
	assert_status 2
}

@test "an interface of another namespace is examined there" {
	make_veth
	run xdplab doctor -j --netns peer peer0
	assert_status 0
	output=$(finding_of interface)
	assert_contains "peer0"
}

@test "an interface that is down is a warning, and its remedy helps" {
	make_veth
	ip link set veth0 down
	examine veth0 interface warn "down"
	follow_remedy interface
	examine veth0 interface ok "driver veth: up"
}

@test "lo has no native mode, and the kernel agrees" {
	examine lo modes info "no native mode"
	run ip link set lo xdpdrv obj "$BPF/pass.o" sec xdp
	[[ $status != 0 ]]
}

@test "a veth has native mode, and the kernel agrees" {
	make_veth
	examine veth0 modes ok "native, skb"
	ip link set veth0 xdpdrv obj "$BPF/pass.o" sec xdp
}

@test "a peer that sends on more queues takes native mode away" {
	ip link add veth0 numrxqueues 1 numtxqueues 1 type veth \
		peer name peer0 numrxqueues 4 numtxqueues 4
	ip link set veth0 up
	ip link set peer0 up
	examine veth0 modes warn "4"
	run ip link set veth0 xdpdrv obj "$BPF/pass.o" sec xdp
	[[ $status != 0 ]]
	examine veth0 modes warn
	follow_remedy modes
	examine veth0 modes ok "native"
	ip link set veth0 xdpdrv obj "$BPF/pass.o" sec xdp
}

# What does not get the socket cannot ask, as on kernels before 6.3.
@test "where native mode is unknown the remedy finds out" {
	local n command
	ip link add unknown0 type vxlan id 5 dstport 4789
	strace -qq -e trace=socket -o "$TMPDIR/trace" xdplab doctor unknown0 >&2
	n=$(grep -n NETLINK_GENERIC "$TMPDIR/trace" | cut -d : -f 1)
	run --separate-stderr strace -qq -o /dev/null -e trace=socket \
		-e inject=socket:error=EPROTONOSUPPORT:when="$n" \
		xdplab doctor -j unknown0
	command=$(remedy_of modes)
	assert_equal "$command" "xdplab load -m native unknown0 FILE &&\
 xdplab unload unknown0"
	run eval "${command//FILE/$BPF/pass.o}"
	assert_status 5
	assert_contains "unknown0"
}

@test "what runs on it is told with its mode and id" {
	make_veth
	examine veth0 running info "no program"
	ip link set veth0 xdpgeneric obj "$BPF/pass.o" sec xdp
	examine veth0 running info "program id $(attached veth0) (skb)"
}

@test "a packet must fit in a page: the limit is the kernel's own" {
	make_veth
	at_peer ip link set peer0 mtu 3507
	examine veth0 mtu warn "3507 of peer0"
	run ip link set veth0 xdpdrv obj "$BPF/pass.o" sec xdp
	[[ $status != 0 ]]

	at_peer ip link set peer0 mtu 3506
	examine veth0 mtu ok
	ip link set veth0 xdpdrv obj "$BPF/pass.o" sec xdp
}

@test "the MTU that counts is the sender's, and is said to be" {
	make_veth
	ip link set veth0 mtu 9000
	examine veth0 mtu ok "1500 of peer0, the peer"
}

@test "the remedy for a large MTU helps" {
	make_veth
	at_peer ip link set peer0 mtu 9000
	examine veth0 mtu warn "9000"
	follow_remedy mtu
	examine veth0 mtu ok
}

@test "a large MTU does not matter where there is no native mode" {
	examine lo mtu ok "65536"
}

# Frames that peer0 got back of some that it sent.
frames_that_come_back() {
	send_packets 5
	at_peer ethtool -S peer0 | sed -n 's/ *rx_queue_0_xdp_packets: //p'
}

@test "what TX sends is lost until the peer has a program, as the remedy says" {
	make_veth
	at_peer ethtool -K peer0 gro off
	xdplab load -m native veth0 "$BPF/tx.o"
	examine veth0 peer warn "neither a native program nor GRO"
	assert_equal "$(frames_that_come_back)" 0

	cd "$BUILD/bpf"
	follow_remedy peer
	examine veth0 peer ok "peer0 has a native program"
	[[ $(frames_that_come_back) -ge 5 ]]
}

@test "GRO on the peer is enough for REDIRECT, but not for TX" {
	make_veth
	at_peer ethtool -K peer0 gro on
	xdplab load -m native veth0 "$BPF/tx.o"
	examine veth0 peer warn "REDIRECT to veth0 arrives, native TX requires"
	assert_equal "$(frames_that_come_back)" 0
}

@test "a generic program on the peer is not enough" {
	make_veth
	at_peer ethtool -K peer0 gro off
	xdplab load --netns peer -m skb peer0 "$BPF/pass.o"
	examine veth0 peer warn "neither a native program nor GRO"
}

@test "a peer that is down is told, and its remedy helps" {
	make_veth
	at_peer ip link set peer0 down
	examine veth0 peer warn "peer0 is down"
	follow_remedy peer
	at_peer ip link show up | grep -q peer0
	examine veth0 peer warn "program"
}

@test "a peer in a namespace without a name is told by the kernel's flags" {
	unshare -n sleep 60 &
	wait_until other_namespace_of $!
	ip link add veth0 type veth peer name peer0 netns $!
	ip link set veth0 up
	nsenter -t $! -n ip link set peer0 up
	kernel_tells_features || {
		examine veth0 peer info "not visible from here"
		return
	}
	examine veth0 peer warn "peer0 has neither"
	nsenter -t $! -n ethtool -K peer0 gro on
	examine veth0 peer info "peer0 has GRO or a native program"
}

@test "without root's rights it is told what cannot be told, and no half command" {
	make_veth
	kernel_tells_features || skip "the kernel tells no features"
	at_peer ethtool -K peer0 gro on
	run --separate-stderr as_nobody "$BUILD/xdplab" doctor -j veth0
	assert_equal "$(status_of peer)" info
	assert_contains "native TX only with the program"
	assert_equal "$(remedy_of peer)" "run it as root"
	at_peer ethtool -K peer0 gro off
	run --separate-stderr as_nobody "$BUILD/xdplab" doctor -j veth0
	assert_equal "$(status_of peer)" warn
	assert_contains "neither a native program nor GRO"
	assert_equal "$(remedy_of peer)" \
		"xdplab load --netns peer -m native IFACE xdp_pass.o"
}

other_namespace_of() {
	[[ $(readlink "/proc/$1/ns/net") != "$(readlink /proc/self/ns/net)" ]]
}

@test "partial checksums of the peer are a warning, and the remedy helps" {
	make_veth
	at_peer ethtool -K peer0 tx on
	examine veth0 checksums warn "peer0"
	follow_remedy checksums
	examine veth0 checksums ok
}

@test "a port of a bridge is told, and what a bridge itself sees" {
	make_veth
	ip link add br0 type bridge
	ip link set veth0 master br0
	examine veth0 master info "port of br0"
	examine br0 master warn "only sees packets for this host"
	examine br0 modes info "no native mode"
}

@test "all of it works for an interface whose name is odd" {
	ip link add $'x\e[31m' type veth peer name y
	run xdplab doctor $'x\e[31m'
	assert_status 0
	assert_contains 'x?[31m'
	assert_lacks $'\e'
}
