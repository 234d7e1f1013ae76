# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # names; what `run` sets
# help - the help, the manual and the completion tell the same, and the truth

load ../lib

PROGRAMS=(xdplab xdp-loader)

commands() {
	"$1" help | sed -n '/^commands:$/,/^$/s/^  \([a-z]*\)  .*/\1/p'
}

# The options that a command's help tells, short and long.
options_in_help() {
	"$1" "$2" --help | sed -nE '/^options:$/,$s/^  (-.,|   ) (--[a-z-]+).*/\1\n\2/p' |
		tr -d ', ' | sed '/^$/d' | sort
}

options_in_manual() {
	sed -n "/^\.Ss $2\$/,/^\.S/p" "$BUILD/$1.8" |
		sed -nE 's/^\.(It )?Fl //p' | sed 's/ Ar .*//; s/ , Fl /\n/g' |
		sed 's/\\-/-/g; s/ [,.]$//; s/^/-/' | sort
}

# What is offered after "PROGRAM WORD...", a line each; the last word is the
# one that is being typed.
complete_words() {
	local COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()

	# shellcheck source=/dev/null
	source "$BUILD/completions/$1"
	"_$1"
	printf '%s\n' "${COMPREPLY[@]}"
}

options_in_completion() {
	complete_words "$1" "$2" - | sort
}

# Runs FUNCTION PROGRAM COMMAND for every command that there is.
each_command() {
	local program list command

	for program in "${PROGRAMS[@]}"; do
		list=$(commands "$program")
		[[ $list ]]
		for command in $list; do
			"$@" "$program" "$command"
		done
	done
}

@test "there are commands in every program" {
	for program in "${PROGRAMS[@]}"; do
		run commands "$program"
		for command in load unload status clean features help; do
			assert_matches "^$command\$"
		done
	done
}

has_help() {
	run --separate-stderr "$1" "$2" --help
	assert_status 0
	assert_matches "^usage: $1 $2 \[options\]"
	assert_equal "$stderr" ""
	assert_equal "$output" "$("$1" help "$2")"
	assert_equal "$output" "$("$1" "$2" -h)"
}

@test "every command's --help is on stdout, with status 0" {
	each_command has_help
}

fits_in_80_columns() {
	run "$1" "$2" --help
	run ! grep -E '^.{81}' <<<"$output"
}

@test "help fits in 80 columns" {
	each_command fits_in_80_columns
	for program in "${PROGRAMS[@]}"; do
		run "$program" --help
		run ! grep -E '^.{81}' <<<"$output"
	done
}

@test "help, manual and completion know the same commands" {
	for program in "${PROGRAMS[@]}"; do
		run commands "$program"
		told=$(sort <<<"$output")
		assert_equal "$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESC/s/^\.Cm \([a-z]*\).*/\1/p' \
			"$BUILD/$program.8" | sort)" "$told"
		assert_equal "$(sed -n '/^\.Sh COMMANDS/,$s/^\.Ss \([a-z]*\)$/\1/p' \
			"$BUILD/$program.8" | sort)" "$told"
		assert_equal "$(complete_words "$program" '' | grep -v ^- | sort)" \
			"$told"
		assert_equal "$(complete_words "$program" help '' | sort)" "$told"
	done
}

has_the_same_options() {
	run options_in_help "$1" "$2"
	assert_matches '^--help$'
	assert_matches '^-h$'
	assert_equal "$(options_in_manual "$1" "$2")" "$output"
	assert_equal "$(options_in_completion "$1" "$2")" "$output"
}

@test "help, manual and completion know the same options of each command" {
	each_command has_the_same_options
}

@test "every option that the manual explains is some command's" {
	for program in "${PROGRAMS[@]}"; do
		options_in_manual "$program" 'Common options' >"$TMPDIR/common"
		each=$(for command in $(commands "$program"); do
			options_in_help "$program" "$command"
		done | sort -u)
		assert_equal "$(comm -23 "$TMPDIR/common" - <<<"$each")" ""
		[[ -s $TMPDIR/common ]]
	done
}

@test "the manuals are sound mdoc" {
	run mandoc -T lint -W warning "$BUILD"/xdplab.8 "$BUILD"/xdp-loader.8 \
		"$ROOT/docs/libxdplab.3" "$ROOT/docs/xdplab-packet.7"
	assert_output ""
	assert_status 0
}

@test "the library's manual and its header know the same functions" {
	assert_equal \
		"$(sed -n 's/^\.It Fn //p' "$ROOT/docs/libxdplab.3" | sort)" \
		"$(grep -oE 'xdplab_[a-z_]+\(' <(sed -n '/XDPLAB_API/,/;/p' \
			"$ROOT/lib/include/xdplab.h") | tr -d '(' | sort -u)"
}

@test "a command answers to a prefix that fits no other" {
	run xdplab vers
	assert_status 0
	assert_matches '^xdplab: [0-9]+\.[0-9]+\.[0-9]+$'

	run xdplab s
	assert_status 2
	run xdplab c lo
	assert_status 2
	assert_contains "c: could be chain, clean"
	run xdplab ch lo
	assert_status 0
	run xdplab he vers --bash
	assert_status 0
	assert_matches '^usage: xdplab version'
}

@test "xdp-loader takes no prefixes of commands" {
	run xdp-loader stat
	assert_status 2
	assert_contains "xdp-loader: stat: no such command"
}

@test "an unknown command is a usage error that says how to go on" {
	run --separate-stderr xdplab $'fly\e[31m'
	assert_status 2
	assert_output ""
	assert_equal "${stderr_lines[0]}" "xdplab: fly?[31m: no such command"
	assert_equal "${stderr_lines[1]}" "  \`xdplab help\` lists the commands"

	run xdplab help fly
	assert_status 2
	assert_contains "xdplab help: fly: no such command"
}

@test "a command that is mistyped is told the nearest one" {
	run xdplab chian lo
	assert_status 2
	assert_contains "xdplab: chian: no such command; did you mean chain?"
	run xdplab help statsu
	assert_contains "statsu: no such command; did you mean status?"
	run xdplab mp
	assert_contains "mp: no such command; did you mean map?"
	run xdp-loader unlod lo
	assert_contains "unlod: no such command; did you mean unload?"
	for word in x fly statistics "$(printf 'a%.0s' {1..300})"; do
		run xdplab "$word"
		assert_status 2
		assert_lacks "did you mean"
	done
}

@test "an option or a chain's verb that is mistyped is told the nearest one" {
	run xdplab load --aciton PASS lo x.o
	assert_status 2
	assert_contains "--aciton: no such option; did you mean --actions?"
	run xdplab status --intervall=2
	assert_contains "--intervall=2: no such option; did you mean --interval?"
	run xdplab chain lo mvoe
	assert_status 2
	assert_contains "or replace; did you mean move?"
}

@test "options before the command are told where they belong" {
	for words in "--netns foo status" -v "-j status"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr xdplab $words
		assert_status 2
		assert_equal "${stderr_lines[0]}" \
			"xdplab: ${words%% *}: options come after the command"
	done
}

refuses_an_unknown_option() {
	local word

	for word in --no-such-option -Z; do
		run --separate-stderr "$1" "$2" "$word"
		assert_status 2
		assert_output ""
		assert_equal "${stderr_lines[0]}" "$1 $2: $word: no such option"
		assert_equal "${stderr_lines[1]}" \
			"  see \`$1 $2 --help\`"
	done
}

@test "every command refuses an option that it does not know" {
	each_command refuses_an_unknown_option
}

@test "an argument too many and a missing one are usage errors" {
	run xdplab version now
	assert_status 2
	assert_contains "xdplab version: now: unexpected argument"

	run xdplab load --mode
	assert_status 2
	assert_contains "xdplab load: --mode needs MODE"

	run xdplab version --json=yes
	assert_status 2
	assert_contains "xdplab version: --json=yes takes no argument"
}

@test "without a command the help is shown, with status 2" {
	for program in "${PROGRAMS[@]}"; do
		help=$("$program" --help)
		run "$program"
		assert_status 2
		assert_output "$help"
	done
}

@test "the version's JSON has the schema" {
	run xdplab version -j
	assert_status 0
	assert_json '.schema == 1'
	assert_json '.kernel == "'"$(uname -r)"'"'
	assert_json '.libbpf | test("^[0-9]+\\.[0-9]+$")'
	run xdplab --version
	assert_output "xdplab $(xdplab version -j | jq -r .version)"
}

@test "-v is verbose, and -vv adds libbpf's log" {
	run xdplab load -v --dry-run lo "$BPF/pass.o"
	assert_status 0
	assert_lacks libbpf
	run xdplab load -vv --dry-run lo "$BPF/pass.o"
	assert_status 0
	assert_contains "libbpf: "
	run xdplab load --help
	assert_matches '--verbose +Verbose; -vv adds libbpf.s log$'
}

@test "output that is lost is a failure" {
	run bash -c 'xdplab help >/dev/full'
	assert_status 1
	assert_contains "No space left on device"
	run bash -c 'xdplab version -j >/dev/full'
	assert_status 1
}

# ---- completion -----------------------------------------------------------

@test "modes are completed after -m, --mode and --mode=" {
	modes=$'native\nskb\nhw\nauto'
	assert_equal "$(complete_words xdplab load -m '')" "$modes"
	assert_equal "$(complete_words xdplab load lo --mode '')" "$modes"
	assert_equal "$(complete_words xdplab load --mode =)" "$modes"
	assert_equal "$(complete_words xdplab load --mode = s)" skb
	assert_equal "$(complete_words xdplab lo -m n)" native
}

@test "nothing is offered for an option's argument that can be anything" {
	assert_equal "$(complete_words xdplab load --pri)" --prio
	assert_equal "$(complete_words xdplab load --prio -)" ""
	assert_equal "$(complete_words xdplab fly '')" ""
}

@test "interfaces, namespaces and files are completed" {
	make_veth
	assert_equal "$(complete_words xdplab status '')" $'lo\nveth0'
	assert_equal "$(complete_words xdplab status ve)" veth0
	assert_equal "$(complete_words xdplab status --netns '')" peer

	cd "$BATS_TEST_TMPDIR"
	touch 'a b.o' c.o
	run complete_words xdplab load lo "$BATS_TEST_TMPDIR/"
	assert_contains "$BATS_TEST_TMPDIR/a b.o"
	assert_contains "$BATS_TEST_TMPDIR/c.o"
}

@test "each operand is completed as what it is, wherever options stand" {
	cd "$BATS_TEST_TMPDIR"
	touch c.o
	assert_equal "$(complete_words xdplab load '')" lo
	for options in "" "-v" "-m skb" "--mode skb" "--mode = skb" "--mode=skb"; do
		# shellcheck disable=SC2086 # words
		assert_equal "$(complete_words xdplab load $options '')" lo
		# shellcheck disable=SC2086
		assert_equal "$(complete_words xdplab load $options lo '')" c.o
		# shellcheck disable=SC2086
		assert_equal "$(complete_words xdplab load lo $options '')" c.o
		# shellcheck disable=SC2086
		assert_equal "$(complete_words xdplab load lo c.o $options '')" c.o
	done
	assert_equal "$(complete_words xdplab unload lo '')" ""
}

@test "sandboxes are completed after what is done with them" {
	assert_equal "$(complete_words xdplab sandbox '' | tr '\n' ' ')" \
		"up enter exec ls down "
	assert_equal "$(complete_words xdplab sandbox down '')" ""
	mkdir -p /run/xdplab/lab
	assert_equal "$(complete_words xdplab sandbox down '')" lab
	assert_equal "$(complete_words xdplab sandbox exec --timeout 5 l)" lab
	assert_equal "$(complete_words xdplab sandbox exec lab '')" ""
	rmdir /run/xdplab/lab
}

@test "what is done with a chain is completed after its interface" {
	assert_equal "$(complete_words xdplab chain '')" lo
	for options in "" "-m skb" "--netns x"; do
		# shellcheck disable=SC2086 # words
		assert_equal "$(complete_words xdplab chain $options lo '' |
			tr '\n' ' ')" "show move set-prio set-actions replace "
	done
	assert_equal "$(complete_words xdplab chain lo move '')" ""
	assert_equal "$(complete_words xdplab chain -m '')" $'native\nskb\nhw'
}

@test "all further operands are completed where there may be any number" {
	cd "$BATS_TEST_TMPDIR"
	mkdir c.d
	touch c.o
	assert_equal "$(complete_words xdplab load lo c.o c.o '' | sort)" $'c.d\nc.o'
	assert_equal "$(complete_words xdp-loader load lo c.o c.o '' | sort)" $'c.d\nc.o'
	assert_equal "$(complete_words xdplab unload lo '')" ""
}

@test "what is done with a chain has its own operands, stages among them" {
	cd "$BATS_TEST_TMPDIR"
	touch c.o
	make_veth
	xdplab load --netns peer peer0 "$BPF/pass.o" "$BPF/stage_gate.o"
	for chain in "--netns peer peer0" "--netns = peer -m skb peer0"; do
		for verb in move set-prio set-actions replace "move xdp_pass after"; do
			# shellcheck disable=SC2086 # words
			assert_equal "$(complete_words xdplab chain $chain $verb '')" \
				$'xdp_gate\nxdp_pass'
		done
		# shellcheck disable=SC2086
		assert_equal "$(complete_words xdplab chain $chain move xdp_pass '')" \
			$'before\nafter'
	done
	assert_equal "$(complete_words xdplab chain lo replace xdp_pass '')" c.o
	assert_equal "$(complete_words xdplab chain lo replace xdp_pass c.o '')" ""
	assert_equal "$(complete_words xdplab chain lo set-prio xdp_pass '')" ""
	assert_equal "$(complete_words xdplab chain lo show '')" ""
	assert_equal "$(complete_words xdplab chain lo set-actions x D)" DROP
	assert_equal "$(complete_words xdplab unload --netns peer peer0 -n xdp_g)" \
		xdp_gate
}

@test "what is done with maps is completed, and then the names of maps" {
	cd "$BATS_TEST_TMPDIR"
	touch saved
	bpftool map create /sys/fs/bpf/pin_of_map type array key 4 value 4 \
		entries 1 name one_of_maps
	assert_equal "$(complete_words xdplab map '' | tr '\n' ' ')" \
		"list show get set del clear save load diff "
	for verb in show get set del clear save load "set --cpu 1"; do
		# shellcheck disable=SC2086 # words
		assert_equal "$(complete_words xdplab map $verb one_of)" one_of_maps
	done
	assert_equal "$(complete_words xdplab map get /sys/fs/bpf/pin_)" \
		/sys/fs/bpf/pin_of_map
	assert_equal "$(complete_words xdplab map get one_of_maps '')" ""
	assert_equal "$(complete_words xdplab map list '')" ""
	assert_equal "$(complete_words xdplab map diff saved s)" saved
}

@test "a list is completed behind its commas, with what is not in it" {
	assert_equal "$(complete_words xdplab load -A '' | tr '\n' ' ')" \
		"PASS DROP ABORTED TX REDIRECT none "
	assert_equal "$(complete_words xdplab load -A PASS,)" \
		$'PASS,DROP\nPASS,ABORTED\nPASS,TX\nPASS,REDIRECT'
	assert_equal "$(complete_words xdplab load --actions = PASS,DROP,T)" \
		PASS,DROP,TX
	assert_equal "$(complete_words xdplab chain lo set-actions x TX,P)" TX,PASS
}

@test "the name of an interface is never run" {
	cd "$BATS_TEST_TMPDIR"
	ip link add '$(>run)' type veth peer name '`>run`;*'
	run complete_words xdplab status ''
	[[ ! -e run ]]
	assert_contains '\$\(\>run\)'
	assert_contains '\`\>run\`\;\*'
	eval "printf '%s\n' $(complete_words xdplab status '$')" >name
	assert_equal "$(cat name)" '$(>run)'
	[[ ! -e run ]]
}
