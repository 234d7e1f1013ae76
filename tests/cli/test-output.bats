#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2154 # a file's own words; output: set by run
# test-output - what xdplab test prints and writes, read by those it is for

load ../lib

setup() {
	cd "$(mktemp -d)" || return
	cp "$BPF/test_lower.o" .
	cat >lower.test <<-'END'
		program test_lower.o
		set rodata sloppy = 1

		test "a port is lowered, & the checksum \"follows\" #1"
		  for p in 2..4
		    send   eth / ip / udp(dport=$p)
		    expect PASS eth / ip / udp(dport=$(p - 1))

		test "port 1 is counted"
		  send   eth / ip / udp(dport=1)
		  expect DROP
		  expect map lowered[0] += 1

		test "TCP passes"
		  send   eth / ip / tcp
		  expect PASS unchanged
	END
}

# A failure as it is shown, up to the empty line behind it, without the line of
# the source.
failure() {
	sed -n "/^FAIL  $1/,/^\$/p" <<<"$output" |
		sed -E 's| /[^ ]*/(test_lower.bpf.c):[0-9]+:.*| \1|'
}

python() {
	/usr/bin/python3 -c "$1" "${@:2}"
}

@test "a packet that is not as expected is told word for word" {
	run xdplab test lower.test
	assert_status 3
	assert_equal "$(failure lower.test:4)" \
		'FAIL  lower.test:4: a port is lowered, & the checksum "follows" #1
      lower.test:7: expect PASS eth / ip / udp(dport=$(p - 1))
      udp.chksum is 0xe7d9, not 0xe7da
                    expected  got
        udp.sport   1024      1024
        udp.dport   1         1
        udp.len     8         8
      * udp.chksum  0xe7da    0xe7d9
      with      p=2
      sent      eth / ip / udp(dport=2)
      PASS      eth / ip / udp(dport=1, chksum=0xe7d9)
      decided   test_lower.bpf.c
      packets   xdplab-failed/lower-4.pcap
      again     xdplab test lower.test:4'
}

@test "a map that has not changed as expected is told word for word" {
	run xdplab test lower.test
	assert_equal "$(failure lower.test:9)" \
		'FAIL  lower.test:9: port 1 is counted
      lower.test:12: expect map lowered[0] += 1
      lowered[0] changed by +0, not by +1
                    expected  got
      * lowered[0]  1         0
      sent      eth / ip / udp(dport=1)
      DROP      as sent
      decided   test_lower.bpf.c
      packets   xdplab-failed/lower-9.pcap
      again     xdplab test lower.test:9'
}

@test "of a large packet the beginning is shown, and all of it is in JSON" {
	cat >large.test <<-END
		program test_lower.o

		test "a large packet"
		  send   eth / ip / udp / bytes(1400)
		  expect PASS eth / ip / udp(dport=7) / hex$(printf ' 02 01%.0s' {1..700})
	END
	run xdplab test large.test
	assert_status 3
	assert_matches "^ +[*] payload +hex( 02 01){10} [.]{3} +bytes"
	run xdplab test -j large.test
	assert_json 'select(.kind == "test") |
		.failures[0].rows[] | select(.what == "payload") |
		.expected | length > 4000'
}

@test "the command to run a test again runs that test alone, the same" {
	local again
	run xdplab test -j lower.test
	assert_json 'true'
	again=$(jq -r 'select(.line == 4).again' <<<"$output")
	run bash -c "$again -j"
	assert_status 3
	assert_json 'select(.line != 4) | false' || true
	assert_equal "$(jq -r .line <<<"$output")" 4
}

@test "a test is meant by the line that it begins at, unless a file has that name" {
	run xdplab test -j lower.test:4
	assert_equal "$(json 'select(.kind == "test").line')" 4
	run xdplab test lower.test:5
	assert_status 1
	assert_contains "lower.test: no test begins at line 5"
	run xdplab test lower.test:4 lower.test:5
	assert_status 1
	cp lower.test lower.test:5
	run xdplab test -j lower.test:5
	assert_status 3
	assert_equal "$(json 'select(.kind == "test").file' | uniq)" lower.test:5
}

@test "where the program decided is a line of its source" {
	local place
	run xdplab test -j -k 'port 1' lower.test
	place=$(json '"\(.decided_file):\(.decided_line)"')
	[[ $place == */test_lower.bpf.c:* ]]
	assert_equal "$(sed -n "${place##*:}s/^\t*//p" \
		"$ROOT/tests/bpf/test_lower.bpf.c")" "$(json .decided_text)"
}

# ---- packets that are saved -----------------------------------------------

@test "the packets of a failure are saved, sent and got, and go when it passes" {
	run xdplab test --save saved -k 'a port' lower.test
	assert_status 3
	cat >saved.test <<-'END'
		program test_lower.o
		test "the first was sent, the second came out"
		  send   pcap "saved/lower-4.pcap" filter "udp dst port 2"
		  expect count PASS == 1
		  send   pcap "saved/lower-4.pcap" filter "udp dst port 1"
		  expect count DROP == 1
	END
	run xdplab test saved.test
	assert_status 0
	sed -i '/sloppy/d' lower.test
	sed -i 's/^test "a port/\n&/' lower.test
	run xdplab test --save saved -k 'a port' lower.test
	assert_status 0
	[[ ! -e saved/lower-4.pcap ]]
}

@test "what cannot be saved is said, and the tests go on" {
	touch file
	run xdplab test --save file lower.test
	assert_status 3
	assert_contains 'file/lower-4.pcap: Not a directory'
	assert_contains '1 passed, 2 failed'
	run xdplab test --save "$(printf 'a%.0s' {1..5000})" lower.test
	assert_status 3
	assert_contains '1 passed, 2 failed'
	ln -s /dev/null link
	mkdir saved && ln -s "$PWD/victim" saved/lower-4.pcap
	run xdplab test --save saved lower.test
	assert_contains 'saved/lower-4.pcap: is a symbolic link'
	[[ ! -e victim ]]
}

@test "--out has all packets that came out, and none that was dropped" {
	sed -i '/sloppy/d' lower.test
	run xdplab test --out out.pcap lower.test
	assert_status 3
	cat >out.test <<-'END'
		program test_lower.o
		test "three of UDP, to ports 1 to 3, and one of TCP"
		  send   pcap "out.pcap" filter "udp"
		  expect count DROP == 1
		  expect count PASS == 2
		  send   pcap "out.pcap" filter "tcp"
		  expect count PASS == 1
		  send   pcap "out.pcap"
		  expect count PASS == 3
	END
	run xdplab test out.test
	assert_status 0
}

@test "of a map is told what else has changed in it" {
	cat >map.test <<-'END'
		program test_lower.o
		test "nothing is counted"
		  send   eth / ip / udp(dport=2)
		  expect map lowered unchanged
		test "something else is counted"
		  send   eth / ip / udp(dport=2)
		  expect map lowered entries == 0
	END
	run xdplab test map.test
	assert_status 3
	assert_matches '\* lowered\[0\] +was 0 +1$'
	assert_matches '^ +lowered\[0\] +was 0 +1$'
}

# ---- forms ----------------------------------------------------------------

@test "JSON has an object a line" {
	run xdplab test -j lower.test
	assert_status 3
	assert_equal "$(jq -r '[.line, .result, .packets] | join(" ")' <<<"$output")" \
		$'4 failed 1\n9 failed 1\n14 passed 1'
	assert_equal "$(jq -c 'select(.line == 9).failures' <<<"$output")" \
		'[{"line":12,"expectation":"expect map lowered[0] += 1","message":"lowered[0] changed by +0, not by +1","rows":[{"what":"lowered[0]","expected":"1","got":"0","differs":true}]}]'
	assert_equal "$(jq -r 'select(.line == 4) | .variables, .sent, .verdict, .got, .capture' <<<"$output")" \
		"p=2
eth / ip / udp(dport=2)
PASS
eth / ip / udp(dport=1, chksum=0xe7d9)
xdplab-failed/lower-4.pcap"
}

@test "TAP is understood by prove, and its diagnosis is YAML" {
	xdplab test --tap lower.test >tap || true
	run prove -v -e cat tap
	assert_status 1
	assert_matches '^1\.\.3$'
	assert_matches 'Failed tests:  1-2$'
	assert_lacks 'Parse errors'
	run python '
import re, sys, yaml
text = open("tap").read()
for block in re.findall(r"^  ---\n(.*?)^  \.\.\.\n", text, re.S | re.M):
    said = yaml.safe_load(block)
    print(said["line"], said["message"], said["failures"][0]["line"], said["name"])
'
	assert_status 0
	assert_output '4 udp.chksum is 0xe7d9, not 0xe7da 7 a port is lowered, & the checksum "follows" #1
9 lowered[0] changed by +0, not by +1 12 port 1 is counted'
}

@test "TAP that ends early says so" {
	run xdplab test --tap -x lower.test
	assert_status 3
	assert_equal "${lines[-1]}" 'Bail out!  stopped at the first failure'
}

@test "JUnit's XML is understood, and has the same counts and names" {
	local read='
import sys, xml.etree.ElementTree as tree
suite, = tree.parse(sys.argv[1]).getroot()
print(suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors"))
for case in suite:
    found = [child.tag + ": " + child.get("message") for child in case]
    print(case.get("line"), case.get("name"), *found)
'
	local wanted='lower.test 3 2 0
4 a port is lowered, & the checksum "follows" #1 failure: udp.chksum is 0xe7d9, not 0xe7da
9 port 1 is counted failure: lowered[0] changed by +0, not by +1
14 TCP passes'
	run xdplab test --junit junit.xml lower.test
	assert_status 3
	assert_contains '1 passed, 2 failed'
	run python "$read" junit.xml
	assert_output "$wanted"
	xdplab test --junit - lower.test >printed.xml || true
	run python "$read" printed.xml
	assert_output "$wanted"
}

@test "a file that does not load is an error to machines" {
	cp "$BPF/refused_packet_bounds.o" test_lower.o
	sed -i '/sloppy/d; /map/d' lower.test
	run --separate-stderr xdplab test --tap --junit junit.xml lower.test
	assert_status 1
	assert_equal "$(grep -c '^not ok' <<<"$output")" 3
	run python '
import xml.etree.ElementTree as tree
suite, = tree.parse("junit.xml").getroot()
print(suite.get("tests"), suite.get("errors"), suite[0][0].tag, suite[0][0].get("message"))'
	assert_matches '^3 3 error test_lower.o: the verifier refuses '
}

# A file with two mistakes in it, and one with one.
wrong_files() {
	printf 'program test_lower.o\ntest "<a>"\n\tsend eth / ipp\n\texpect DROPS\n' >wrong.test
	printf 'progam test_lower.o\n' >other.test
}

@test "mistakes in files are objects of JSON, with which nothing is run" {
	wrong_files
	run --separate-stderr xdplab test -j wrong.test lower.test
	assert_status 2
	assert_equal "${#lines[@]}" 2
	assert_equal "${lines[0]}" \
		'{"kind":"mistake","file":"wrong.test","line":3,"column":13,"message":"unknown protocol \"ipp\"","hint":"ip"}'
	assert_equal "$(jq -r '[.kind, .line, .hint] | join(" ")' <<<"${lines[1]}")" \
		'mistake 4 DROP'
	run --separate-stderr xdplab test --list -j wrong.test
	assert_status 2
	assert_equal "${#lines[@]}" 2
}

@test "TAP bails out with the first mistake" {
	wrong_files
	run --separate-stderr xdplab test --tap lower.test wrong.test other.test
	assert_status 2
	assert_output 'TAP version 13
1..0
Bail out!  wrong.test:3:13: unknown protocol "ipp"; did you mean ip?'
	xdplab test --tap wrong.test >tap || true
	run ! prove -e cat tap
}

@test "JUnit's XML has the first mistake of each file as an error" {
	local read='
import sys, xml.etree.ElementTree as tree
for suite in tree.parse(sys.argv[1]).getroot():
    print(suite.get("name"), suite.get("tests"), suite.get("errors"))
    for case in suite:
        print(case.get("name"), case.get("line"), case[0].tag, case[0].get("message"))
'
	wrong_files
	xdplab test --junit - wrong.test lower.test other.test >printed.xml || true
	run --separate-stderr xdplab test --junit junit.xml wrong.test lower.test other.test
	assert_status 2
	assert_output ''
	diff printed.xml junit.xml
	run python "$read" junit.xml
	assert_status 0
	assert_equal "${#lines[@]}" 4
	assert_equal "${lines[0]}" 'wrong.test 1 1'
	assert_equal "${lines[1]}" \
		'file 3 error wrong.test:3:13: unknown protocol "ipp"; did you mean ip?'
	assert_matches '^file 1 error other\.test:1:1: .*; did you mean program\?$'
}

# Reads XML from stdin: each suite, each test that is an error and why.
junit_errors() {
	python '
import sys, xml.etree.ElementTree as tree
for suite in tree.parse(sys.stdin).getroot():
    for case in suite:
        print(suite.get("name"), case[0].tag, case.get("line"), case[0].get("message"))
'
}

# What JSON, TAP and JUnit say of these operands, by which nothing is run.
expect_refused() {
	local status_wanted=$1 row=$2 line=$3 suite=$4
	shift 4
	run --separate-stderr xdplab test -j "$@"
	assert_status "$status_wanted"
	assert_output "$row"
	run --separate-stderr xdplab test --tap "$@"
	assert_status "$status_wanted"
	assert_output "TAP version 13
1..0
Bail out!  $line"
	run --separate-stderr xdplab test --junit junit.xml "$@"
	assert_status "$status_wanted"
	run junit_errors <junit.xml
	assert_output "$suite error None $line"
}

@test "a file that cannot be read is told in each form" {
	expect_refused 1 \
		'{"kind":"error","file":"none.test","message":"No such file or directory"}' \
		'none.test: No such file or directory' none.test none.test lower.test
}

@test "an object in the place of a file is told in each form" {
	local why='is an object, not a test file; test it with a file that says "program test_lower.o"; see `xdplab help test`'
	expect_refused 2 "{\"kind\":\"error\",\"file\":\"test_lower.o\",\"message\":\"${why//\"/\\\"}\"}" \
		"test_lower.o: $why" test_lower.o test_lower.o
}

@test "that there is nothing to run is told in each form" {
	mkdir empty
	expect_refused 1 \
		'{"kind":"error","file":"empty","message":"no *.test file in this directory"}' \
		'empty: no *.test file in this directory' 'xdplab test' empty
	expect_refused 1 \
		'{"kind":"error","message":"no test name contains \"IPX\""}' \
		'no test name contains "IPX"' 'xdplab test' -k IPX lower.test
	expect_refused 1 \
		'{"kind":"error","message":"none/out.pcap: No such file or directory"}' \
		'none/out.pcap: No such file or directory' 'xdplab test' \
		--out none/out.pcap lower.test
}

@test "a mistake that is found at load is why the tests of its file did not run" {
	sed -i 's/map lowered/map lowred/' lower.test
	run --separate-stderr xdplab test -j lower.test
	assert_status 2
	assert_equal "${#lines[@]}" 3
	assert_equal "$(jq -r '.result + " " + .error' <<<"${lines[2]}")" \
		'not-run lower.test:12:14: no map "lowred" in the tested programs; did you mean lowered?'
}

@test "files that cannot be written are a failure" {
	run xdplab test --junit /none/junit.xml lower.test
	assert_status 1
	assert_contains '/none/junit.xml: No such file or directory'
	run xdplab test --out /none/out.pcap lower.test
	assert_status 1
	assert_contains '/none/out.pcap: No such file or directory'
	run xdplab test --junit /dev/full -k TCP lower.test
	assert_status 1
	assert_contains '/dev/full: No space left on device'
	run xdplab test --cov-lcov /dev/full -k TCP lower.test
	assert_status 1
	assert_contains '/dev/full: No space left on device'
	run bash -c 'xdplab test -k TCP lower.test >/dev/full'
	assert_status 1
}

@test "colours are for terminals, and not for NO_COLOR" {
	export TERM=xterm
	run script -qec 'xdplab test lower.test' /dev/null
	assert_contains $'\e[31mFAIL\e[0m'
	run script -qec 'NO_COLOR=1 xdplab test lower.test' /dev/null
	assert_lacks $'\e'
	run xdplab test lower.test
	assert_lacks $'\e'
}

# ---- coverage -------------------------------------------------------------

@test "--cov tells what is not reached" {
	run xdplab test --cov -k TCP lower.test
	assert_status 0
	assert_matches 'xdp_lower  +[0-9]+ of [0-9]+ +[0-9]+%'
	assert_matches 'test_lower\.bpf\.c:[0-9]+: not reached: .*XDP_DROP|: not reached: packet->udp\.dest'
	run --separate-stderr xdplab test --cov --tap -k TCP lower.test
	assert_equal "${#lines[@]}" 3
	output=$stderr
	assert_contains 'lines reached'
}

@test "coverage of several jobs is added up" {
	xdplab test --cov-lcov one.info lower.test || true
	xdplab test --cov-lcov three.info --jobs 3 lower.test || true
	diff one.info three.info
	grep -Eq '^DA:[0-9]+,3$' one.info
}

@test "lcov and genhtml read coverage, and count the same" {
	local reached
	xdplab test --cov --cov-lcov cov.info lower.test >text || true
	reached=$(sed -nE 's/^  xdp_lower +([0-9]+) of ([0-9]+).*/(\1 of \2 lines)/p' text)
	run lcov --summary cov.info --rc lcov_branch_coverage=1
	assert_status 0
	assert_contains "$reached"
	run genhtml -q --branch-coverage -o html cov.info
	assert_status 0
	[[ -s html/index.html ]]
}

@test "HTML has all of the source, and is well-formed" {
	mkdir html
	xdplab test --cov-html html -k TCP lower.test
	run python '
import html.parser, sys
class Text(html.parser.HTMLParser):
    lines, table, cell = [], None, 0
    def handle_starttag(self, tag, attributes):
        if tag == "tr": self.cell = 0
        if tag == "table": self.table = dict(attributes).get("class")
        if tag != "td" or self.table != "source": return
        self.cell += 1
        if self.cell == 4: self.lines.append("")
    def handle_endtag(self, tag):
        if tag == "tr": self.cell = 0
    def handle_data(self, data):
        if self.cell == 4: self.lines[-1] += data
text = Text()
text.feed(open("html/index.html").read())
source = open(sys.argv[1]).read().splitlines()
assert text.lines == source, text.lines
' "$ROOT/tests/bpf/test_lower.bpf.c"
	assert_status 0
	grep -q '<tr class="miss"' html/index.html
	grep -q '<tr class="hit"' html/index.html
}

@test "programs that are tail-called are in every form of coverage" {
	mkdir html
	cat >tails.test <<-END
		program $BPF/cov_tails.o xdp_cov_tails
		test "odd ones"
		  map nexts[1] = xdp_cov_odd
		  send   eth(dst=03:00:00:00:00:00)
		  expect DROP
	END
	run xdplab test --cov --cov-html html --cov-lcov cov.info tails.test
	assert_status 0
	assert_matches '  xdp_cov_even +0 of [0-9]+ +0%'
	assert_matches '  xdp_cov_odd +[1-9] of [0-9]+ +[0-9]+% +1 of 2'
	assert_matches 'cov_tails\.bpf\.c:[0-9]+: not reached: odd\+\+'
	grep -q '^FNDA:0,xdp_cov_even$' cov.info
	grep -q '^FNDA:1,xdp_cov_odd$' cov.info
	grep -q '<tr class="part".*first == 3' html/index.html
	grep -q '<tr class="miss".*odd++' html/index.html
}

@test "a verdict that a tail-called program decided is told with its line" {
	cat >tails.test <<-END
		program $BPF/cov_tails.o xdp_cov_tails
		test "odd ones"
		  map nexts[1] = xdp_cov_odd
		  send   eth(dst=03:00:00:00:00:00)
		  expect PASS
	END
	run xdplab test tails.test
	assert_status 3
	assert_matches '^ +decided +.*cov_tails\.bpf\.c:[0-9]+: if \(first == 3\)'
}

@test "a program without lines has no coverage, which is said" {
	llvm-objcopy --remove-section .BTF.ext test_lower.o
	run xdplab test --cov -k TCP lower.test
	assert_status 1
	assert_contains 'clang -g'
	assert_lacks 'lines reached'
}
