#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# readme - the README's commands work as they are written, in both languages

load ../lib

# block LANGUAGE FILE: the README's fenced blocks of that language
block() {
	sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/{/^\`\`\`/d;p}" "$2"
}

# All that is typed or printed, without remarks.
shown() {
	block console "$ROOT/$1"
	block text "$ROOT/$1"
	block c "$ROOT/$1"
	{ block sh "$ROOT/$1" && grep '^    [a-z]' "$ROOT/$1"; } |
		sed 's/ *#.*//'
}

# A checkout without the build, and a /usr/local, a linker's cache and a PATH
# without it, so that the tests use what gets installed.
setup_file() {
	export TREE=$BATS_FILE_TMPDIR/tree

	cp -a /etc "$TMPDIR/etc"
	mount --bind "$TMPDIR/etc" /etc
	mount -t tmpfs tmpfs /usr/local
	mount -t tmpfs tmpfs /var/cache/ldconfig
	mkdir "$TREE"
	tar -C "$ROOT" --exclude='./build*' --exclude=./.git --exclude='*.o' \
		--exclude=xdp_pass_user -cf - . | tar -C "$TREE" -xf -
}

as_newcomer() {
	env -i HOME=/root LC_ALL=C.UTF-8 MAKEFLAGS="-j$(nproc)" \
		PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

@test "getting started works, line by line" {
	cd "$TREE"
	run as_newcomer bash -euxc "$(block sh README.md)"
	umount /sys/fs/bpf # its last line mounted another
	assert_status 0
	assert_contains "<xdp_prog_simple>:"
	assert_matches '^lo +xdp_prog_simple +skb '
	assert_contains "Success: loaded xdp_prog_simple"
	assert_equal "$(attached lo)" ""
}

@test "the quick start works, and prints what it shows" {
	cd "$BATS_TEST_TMPDIR"
	sed -n '/^# cat drop.c$/,/^# clang/{/^# /d;p}' "$ROOT/README.md" >drop.c
	as_newcomer xdplab sandbox up lab >&2
	run as_newcomer xdplab sandbox exec lab "$ROOT/tests/labs/session" \
		"$ROOT/README.md"
	as_newcomer xdplab sandbox down lab >&2
	assert_status 0
}

@test "a program compiles without an installed xdplab, as the README says" {
	local command

	cd "$BATS_TEST_TMPDIR"
	sed -n '/^# cat drop.c$/,/^# clang/{/^# /d;p}' "$ROOT/README.md" >drop.c
	command=$(grep -oE 'clang -O2 [^`]*-c drop.c' "$ROOT/README.md")
	env -u PKG_CONFIG_PATH bash -euxc "$command"
	xdplab load lo drop.o
}

@test "the program in the README is built as it says, and loads" {
	cd "$TREE/labs/basic01"
	block c "$ROOT/README.md" >attach.c
	as_newcomer sh -ec "$(sed -n 's/^    \(cc .*\)/\1/p' "$ROOT/README.md")"
	as_newcomer ./attach
	[[ $(attached lo) ]]
	as_newcomer ./attach # one more: it joins the chain
	assert_equal "$(xdplab status -j lo | jq -c '[.[].stages // empty]')" "[2]"
}

@test "it names the packages that configure installs, and no others" {
	local readme

	for readme in "$ROOT"/README*.md; do
		diff <(sed -n "/^packages='/,/'\$/p" "$ROOT/configure" |
			awk 'NF > 2 { print $3 }' | tr , '\n' | sort) \
			<(sed -nE 's/^\| (build|check|lint|bench|vm) \| ([^|]*) \|.*/\2/p' \
				"$readme" | sed -E 's/, /\n/g
				s/(libclang-rt-)[0-9]+/\1VERSION/' | sort)
	done
}

@test "both languages show the same" {
	diff <(shown README.md) <(shown README.zh-CN.md)
}

@test "links in the READMEs and in docs lead somewhere" {
	local file link

	for file in "$ROOT"/README*.md "$ROOT"/docs/*.md; do
		while read -r link; do
			[[ -e ${file%/*}/$link ]] ||
				complain "$file: no such file: $link"
		done < <(grep -oE '\]\([^)#]+' "$file" | cut -c 3-)
	done
}
