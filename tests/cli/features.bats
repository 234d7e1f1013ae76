# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # stderr: set by run
# features - what xdplab features says is what the kernel does

load ../lib

make_veth_that_tells() {
	kernel_tells_features || skip "Linux tells features since 6.3"
	make_veth
}

@test "a kernel that does not tell is not taken for one that has nothing" {
	run xdplab features lo
	if kernel_tells_features; then
		assert_status 0
		assert_lacks yes
	else
		assert_status 5
		assert_contains "lo: the kernel does not report XDP features"
	fi
}

@test "a veth has native mode and lo has not" {
	make_veth_that_tells
	run xdplab features veth0
	assert_status 0
	assert_matches '^NETDEV_XDP_ACT_BASIC +yes$'
	run xdplab features lo
	assert_status 0
	assert_matches '^NETDEV_XDP_ACT_BASIC +no$'
}

@test "the flags follow the interface: GRO on the peer makes it a target" {
	make_veth_that_tells
	at_peer ethtool -K peer0 gro off
	run xdplab features -j veth0
	assert_json '.NETDEV_XDP_ACT_NDO_XMIT == false'
	at_peer ethtool -K peer0 gro on
	run xdplab features -j veth0
	assert_json '.NETDEV_XDP_ACT_NDO_XMIT == true'
}

@test "JSON is one flat object with the names of the text" {
	make_veth_that_tells
	run xdplab features -j veth0
	assert_json '.ifname == "veth0" and (map(scalars) | length) == length'
	json 'to_entries[] | select(.key != "ifname") |
		.key + " " + (.value | if . == true then "yes"
		elif . == false then "no" else tostring end)' |
		sort >"$TMPDIR/json"
	run xdplab features veth0
	tail -n +2 <<<"$output" | tr -s ' ' | sort >"$TMPDIR/text"
	diff "$TMPDIR/json" "$TMPDIR/text"
}

@test "all values stand in one column" {
	make_veth_that_tells
	run xdplab features veth0
	assert_lacks $'\t'
	assert_equal "$(awk '{ print index($0, " " $2) }' <<<"$output" |
		sort -u | wc -l)" 1
}

@test "xdp-loader prints what xdp-tools' xdp-loader prints, to the letter" {
	make_veth_that_tells
	at_peer ethtool -K peer0 gro off
	run xdp-loader features veth0
	assert_status 0
	assert_output "NETDEV_XDP_ACT_BASIC:		yes
NETDEV_XDP_ACT_REDIRECT:	yes
NETDEV_XDP_ACT_NDO_XMIT:	no
NETDEV_XDP_ACT_XSK_ZEROCOPY:	no
NETDEV_XDP_ACT_HW_OFFLOAD:	no
NETDEV_XDP_ACT_RX_SG:		yes
NETDEV_XDP_ACT_NDO_XMIT_SG:	no"
}

@test "anybody may ask" {
	make_veth_that_tells
	run as_nobody xdplab features veth0
	assert_status 0
	assert_matches '^NETDEV_XDP_ACT_BASIC +yes$'
}

@test "an interface of another namespace is found there" {
	make_veth_that_tells
	run xdplab features -j --netns peer peer0
	assert_status 0
	assert_json '.ifname == "peer0" and .NETDEV_XDP_ACT_BASIC'
}

@test "an interface that is not there is an error" {
	run --separate-stderr xdplab features nothere
	assert_status 1
	assert_output ""
	[[ $stderr == "xdplab features: nothere: no such network interface"* ]]
}

@test "no interface is a usage error" {
	run xdplab features
	assert_status 2
}
