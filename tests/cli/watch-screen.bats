#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2154 # a shell's own words; output: set by run
# watch-screen - the full screen of xdplab watch, and how it leaves a terminal

load ../lib

# A terminal of 100 columns and 24 lines, in which a shell waits.
setup() {
	make_veth
	export TMUX_TMPDIR=$TMPDIR TERM=xterm-256color
	unset TMUX
	terminal new-session -d -x 100 -y 24 \
		"PS1='ready> ' exec bash --norc --noprofile" 3>&-
	wait_until shows 'ready>'
	press 'stty -g > "$TMPDIR/before"; clear' Enter
	wait_until test -s "$TMPDIR/before"
}

teardown() {
	terminal kill-server
	clean_up
}

terminal() {
	tmux -L watch -f /dev/null "$@"
}

press() {
	terminal send-keys "$@"
}

screen() {
	terminal capture-pane -p
}

shows() {
	screen | grep -Eq -e "$1"
}

shows_no() {
	! shows "$1"
}

# Whether all of the last picture is there.
stands_still() {
	local before
	before=$(screen)
	sleep 0.1
	[[ $(screen) == "$before" ]]
}

# Whether the other screen is on, and whether there is a cursor: 1 or 0.
modes() {
	terminal display-message -p '#{alternate_on} #{cursor_flag}'
}

has_modes() {
	[[ $(modes) == "$1" ]]
}

# The process that was started from the shell in the terminal.
watcher() {
	pgrep -P "$(terminal display-message -p '#{pane_pid}')" -x xdplab
}

# Watches there, until there is something to see: watch_there [OPTION...]
watch_there() {
	press "xdplab watch -i 0.2 $*" Enter
	wait_until shows '^[^ ]+ [0-9:]+  every [0-9.]+ s'
	wait_until has_modes '1 0'
}

# All is as it was before: the screen, the cursor, the modes.
restored() {
	wait_until has_modes '0 1'
	press '' Enter
	wait_until shows 'ready>'
	press 'stty -g > "$TMPDIR/after"; echo don''e' Enter
	wait_until shows '^done'
	assert_equal "$(<"$TMPDIR/after")" "$(<"$TMPDIR/before")"
}

@test "the screen has programs, stages, numbers of maps and graphs" {
	xdplab load veth0 -P 10 "$BPF/stage_tick.o"
	xdplab load veth0 -P 20 "$BPF/pass.o"
	watch_there
	send_packets 50
	wait_until shows '^veth0 +native +xdplab_chain +[0-9]+ +[0-9]+ .*█'
	wait_until shows '^ => +xdp_tick .*▁'
	wait_until shows '^ => +xdp_pass '
	wait_until shows '^veth0 +xdp_tick +ticks +[0-9]+ +0 +[0-9]+ .*█'
	wait_until shows '^q quit '
	press q
	restored
}

@test "in a terminal without UTF-8 the graph is of ASCII" {
	xdplab load veth0 "$BPF/stage_tick.o"
	press 'export LC_ALL=C' Enter
	watch_there
	wait_until shows '^veth0 +native +xdp_tick .*_'
	send_packets 50
	wait_until shows '^veth0 +native +xdp_tick .*_#'
	shows_no '█'
	press q
	restored
}

@test "q, Ctrl-C, Ctrl-Z and signals give the terminal back" {
	local signal
	xdplab load veth0 "$BPF/stage_tick.o"
	watch_there
	press C-c
	restored
	for signal in TERM HUP INT; do
		watch_there
		kill -"$signal" "$(watcher)"
		restored
	done
}

@test "a crash gives the terminal back" {
	local signal
	xdplab load veth0 "$BPF/stage_tick.o"
	for signal in SEGV ABRT BUS FPE; do
		watch_there
		kill -"$signal" "$(watcher)"
		restored
	done
}

@test "stopped by Ctrl-Z and brought back it goes on, drawn anew" {
	xdplab load veth0 "$BPF/stage_tick.o"
	watch_there
	press C-z
	wait_until shows 'Stopped'
	restored
	press clear Enter fg Enter
	wait_until has_modes '1 0'
	wait_until shows '^veth0 +native +xdp_tick'
	press q
	restored
}

@test "stopped by another and brought back it is drawn anew, too" {
	local pid
	xdplab load veth0 "$BPF/stage_tick.o"
	watch_there
	pid=$(watcher)
	kill -STOP "$pid"
	wait_until shows 'Stopped'
	press fg Enter
	wait_until has_modes '1 0'
	wait_until shows '^veth0 +native +xdp_tick'
	wait_until shows_no 'Stopped'
	press q
	restored
}

@test "space pauses: nothing moves until it is pressed again" {
	local before
	xdplab load veth0 "$BPF/stage_tick.o"
	watch_there
	press Space
	wait_until shows 'PAUSED'
	wait_until stands_still
	before=$(screen)
	send_packets 20
	assert_equal "$(screen)" "$before"
	press Space
	wait_until shows_no 'PAUSED'
	wait_until shows 'ticks +[0-9]+ +0 +2[0-9] '
	press q
	restored
}

@test "+ and - change the interval, within its limits" {
	xdplab load veth0 "$BPF/stage_tick.o"
	watch_there
	press -
	wait_until shows 'every 0.1 s'
	press - + +
	wait_until shows 'every 0.5 s'
	press q
	restored
}

@test "s sorts, and stages stay behind their chain" {
	make_veth 1
	xdplab load veth0 "$BPF/stage_tick.o" "$BPF/pass.o"
	xdplab load veth1 "$BPF/stage_tick.o"
	watch_there
	wait_until shows 'by interface'
	press S
	wait_until shows 'by name'
	assert_equal "$(screen | sed -n '3,6p' | awk '{ print $2, $3 }' |
		grep -v xdp_pass)" "native xdp_tick
native xdplab_chain
xdp_tick $(stage xdp_tick .id veth0)"
	press s s
	wait_until shows 'by packets/s'
	press q
	restored
}

@test "Enter looks into a map, of which it shows all keys; Esc back" {
	local i
	xdplab load veth0 "$BPF/watch_flows.o"
	for i in {1..9}; do
		xdplab map set "$(pin xdp_flows flows)" "{.addr = 10.0.0.$i, .port = 53}" \
			"{.packets = $i}"
	done
	watch_there --map flows.packets --top 2
	wait_until shows '7 slower keys'
	shows_no '10\.0\.0\.4,'
	press End Enter
	wait_until shows 'map flows'
	for i in {1..9}; do
		wait_until shows "\.addr = 10\.0\.0\.$i, \.port = 53.* packets +$i "
	done
	press Escape
	wait_until shows '7 slower keys'
	press Home Enter
	wait_until shows 'Enter only works on lines of maps'
	press q
	restored
}

@test "a map that is looked into is followed through a reload" {
	local old
	xdplab load veth0 "$BPF/stage_tick.o"
	old=$(stage xdp_tick '.map_ids[0]')
	watch_there -i $((2 * SLOW)) # for so long five times it tells what is new
	press End Enter
	wait_until shows 'map ticks'
	xdplab chain veth0 replace --fresh-maps xdp_tick "$BPF/stage_tick.o"
	wait_until shows "new map, id $old -> $(stage xdp_tick '.map_ids[0]')"
	xdplab unload veth0
	wait_until shows 'this map is no longer used'
	xdplab load veth0 "$BPF/stage_tick.o"
	wait_until shows '^0 +[0-9]+ +[0-9]+ '
	press q
	restored
}

@test "t turns the kernel's statistics on, and the end off" {
	xdplab load veth0 "$BPF/stage_tick.o"
	watch_there
	wait_until shows 'statistics off'
	press t
	wait_until shows 'statistics on'
	keep_sending
	wait_until shows 'ns/packet'
	press t
	wait_until shows 'statistics off'
	press q
	restored
}

@test "it fits itself to the terminal, and never wraps a line" {
	xdplab load veth0 "$BPF/watch_flows.o" "$BPF/stage_tick.o"
	watch_there
	terminal resize-window -x 40 -y 10
	wait_until shows '^veth0 +xdplab'
	wait_until shows '^q quit '
	assert_equal "$(screen | sed -n 4p | cut -c1-3)" ' =>'
	press End
	wait_until shows '^Program +Map'
	terminal resize-window -x 120 -y 40
	wait_until shows '^veth0 +xdp_tick +ticks +[0-9]+ +0 '
	terminal resize-window -x 100 -y 24
	press q
	restored
}

@test "in a narrow terminal names go before rates do" {
	xdplab load veth0 "$BPF/watch_flows.o" "$BPF/stage_tick.o"
	terminal resize-window -x 60 -y 30
	keep_sending # for verdicts have columns, too
	watch_there
	wait_until shows '^Interface +Program +Map +Key .* Rate/s'
	wait_until shows '^Interface +Program +.*Packets/s'
	terminal resize-window -x 130 -y 30
	wait_until shows '^Interface +Program +Map +ID .* Rate/s'
	press q
	restored
}

@test "in a terminal that grows what was scrolled out comes back" {
	xdplab load veth0 "$BPF/watch_flows.o" "$BPF/stage_tick.o"
	terminal resize-window -x 100 -y 6
	watch_there
	press End
	wait_until shows_no '^veth0 +native'
	terminal resize-window -x 100 -y 40
	wait_until shows '^veth0 +native'
	press q
	restored
}

@test "what is said of a line covers no half of a number" {
	xdplab load veth0 "$BPF/watch_flows.o" "$BPF/stage_tick.o"
	terminal resize-window -x 66 -y 24
	watch_there -i $((2 * SLOW))
	xdplab chain veth0 replace --fresh-maps xdp_tick "$BPF/stage_tick.o"
	xdplab map set "$(stage xdp_tick '.map_ids[0]')" 0 1234567 --cpu all
	wait_until shows '^veth0 +(native +)?xdplab[^ ]* .*new program'
	wait_until shows '^(veth0 +)?xdp_tick +ticks .*new map'
	run screen
	assert_matches '^(veth0 +)?xdp_tick +ticks +([0-9]+ +)*new map'
	terminal resize-window -x 100 -y 24
	press q
	restored
}

@test "lines that are not seen are scrolled to" {
	local i
	for i in {1..30}; do
		ip link add "a$i" type veth peer name "b$i"
		ip link set "a$i" xdpgeneric obj "$BPF/pass.o" sec xdp
	done
	watch_there
	wait_until shows '^a1 '
	shows_no '^a30 '
	press End
	wait_until shows '^a30 '
	shows_no '^a1 '
	press PageUp PageUp
	wait_until shows '^a1 '
	press q
	restored
}

@test "help has all keys, and goes away" {
	xdplab load veth0 "$BPF/stage_tick.o"
	watch_there
	press h
	wait_until shows 'pause, resume'
	shows_no 'xdp_tick'
	press Escape
	wait_until shows 'xdp_tick'
	press z
	wait_until shows 'h lists the keys'
	press q
	restored
}

@test "--count ends it after so many rounds" {
	xdplab load veth0 "$BPF/stage_tick.o"
	watch_there -c 5
	restored
}

@test "where the screen cannot be drawn rounds are printed" {
	xdplab load veth0 "$BPF/stage_tick.o"
	press 'TERM=dumb xdplab watch -i 0.1 -c 3; echo don''e' Enter
	wait_until shows '^done'
	assert_equal "$(screen | grep -c '^Interface .*Program .*Packets')" 3
	press 'clear; TERM=unheard-of xdplab watch -i 0.1 -c 2' Enter
	wait_until shows '^Interface +Mode'
	restored
}
