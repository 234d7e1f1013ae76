# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# lab.bash - what the tests of lessons have in common; `load lab` after ../lib
#
# A test file is named for its lab.  The lab is in a tree of its own, where
# exercises may change it, and each test begins in its folder.
#
#   lived [OPTION...]     types the sessions of the lesson in a sandbox, made
#                         with these options: what they say is what happens,
#                         and the exercises leave everything as it was
#   sessions FILE         prints the sessions of a lesson
#   quoted                the C code that the lesson shows is the lab's, comments
#                         aside, which are translated
#
# Of a lab with packet tests:
#
#   tests OBJECT [OPTION...]
#                         runs them
#   caught WRONG          wrong/WRONG.o fails the test that wrong/WRONG.sed
#                         names, and the program loads

NAME=$(basename "$BATS_TEST_FILENAME" .bats)
LAB=$BATS_FILE_TMPDIR/tree/labs/$NAME

# All but the labs is the real tree's.
setup_file() {
	local entry tree=$BATS_FILE_TMPDIR/tree

	mkdir "$tree"
	for entry in "$ROOT"/*; do
		ln -s "$entry" "$tree"
	done
	rm "$tree/labs"
	cp -r "$ROOT/labs" "$tree"
	make -C "$LAB" clean all >&2
}

setup() {
	cd "$LAB" || return
}

lived() {
	local file

	xdplab sandbox up "$@" lab >&2
	run xdplab sandbox exec lab "$ROOT/tests/labs/session" README.md
	xdplab sandbox down lab >&2
	assert_status 0
	for file in "$ROOT/labs/$NAME"/*.[ch]; do
		cmp "$file" "${file##*/}"
	done
}

sessions() {
	# shellcheck disable=SC2016 # backquotes are what is looked for
	sed -n '/^```console$/,/^```$/p' "$1"
}

quoted() {
	local line lesson

	for lesson in README*.md; do
		# shellcheck disable=SC2016
		sed -n '/^```c$/,/^```$/ { /^```/d; /^\s*\/\*/d; /^$/d; p }' "$lesson" |
			while IFS= read -r line; do
				grep -qxF -- "$line" ./*.c solution/*.c || {
					echo "$lesson shows, and no program has: $line" >&2
					return 1
				}
			done
	done
}

tests() {
	run xdplab test --program "$1" "${@:2}" .
}

caught() {
	local by

	by=$(sed -n 's/^# Caught by: //p' "wrong/$1.sed")
	[[ $by ]]
	tests "wrong/$1.o" -k "$by"
	assert_status 3
	assert_matches "^FAIL .*: ${by}\$"
}
