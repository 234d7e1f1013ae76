# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016 # what make is to see
# configure - says what is missing and what installs it, and keeps its orders

load ../lib

# A tree of its own, so that build/config.mk of the real one stays, and nothing
# of what an outer make tells its children.
setup() {
	local file

	cd "$BATS_TEST_TMPDIR" || return
	for file in "$ROOT"/*; do
		[[ $file == */build* ]] || cp -r "$file" .
	done
	unset MAKEFLAGS MAKELEVEL MFLAGS CC CFLAGS LDFLAGS LD AR OBJCOPY \
		CLANG BPFTOOL PKG_CONFIG
}

# A PATH with all of the machine's tools but those.
path_without() { # NAME...
	local directory name

	mkdir bin
	for directory in /sbin /usr/sbin /bin /usr/bin /usr/local/bin; do
		ln -sf "$directory"/* bin/ 2>&-
	done
	for name in "$@"; do
		rm -f "bin/$name"
	done
	echo "$PWD/bin"
}

config() {
	printf 'include build/config.mk\nall:;@printf "%%s\\n" '\''$(%s)'\' \
		"$1" | make -s -f -
}

@test "this machine has what the build needs" {
	run ./configure
	assert_status 0
	assert_matches '^  clang +ok +.*clang version'
	assert_matches '^  bpftool +ok +bpftool v'
	assert_matches '^  libbpf +ok +1\.'
	assert_lacks missing
	[[ -s build/config.mk ]]
}

@test "the kernel's part is what xdplab doctor says" {
	run ./configure
	sed -n '/^the kernel$/,/^$/s/^  \([a-z]\)/\1/p' <<<"$output" |
		tr -s ' ' >configured
	run xdplab doctor
	grep '^[a-z]' <<<"$output" | tr -s ' ' >doctored
	diff configured doctored
}

@test "without clang it fails after all items, with what installs it" {
	PATH=$(path_without clang) run ./configure
	assert_status 1
	assert_matches '^  clang +missing +clang is not found$'
	assert_matches '^ +-> apt-get install clang$'
	assert_matches '^  jansson +ok '
	[[ ! -e build/config.mk ]]
}

@test "one line installs all that is missing" {
	PATH=$(path_without clang llvm-objdump pkg-config) run ./configure
	assert_status 1
	assert_matches '^  llvm +missing '
	assert_matches '^  libmnl +missing +not checked: pkg-config is missing$'
	assert_matches '^  apt-get install pkg-config clang llvm libbpf-dev .*libjansson-dev libncurses-dev$'
}

@test "a clang without BPF is not taken for one" {
	CLANG=gcc run ./configure
	assert_status 1
	assert_matches '^  clang +missing +gcc does not compile for BPF$'
}

@test "a bpftool that does not run is not taken for one" {
	BPFTOOL=/bin/false run ./configure
	assert_status 1
	assert_matches '^  bpftool +missing +/bin/false does not run$'
}

@test "a compiler that makes no program is not taken for one" {
	LDFLAGS=-lnothere run ./configure
	assert_status 1
	assert_matches '^  compiler +missing +gcc does not make a program$'
}

@test "libbpf before 1.1 is too old" {
	sed 's/^Version:.*/Version: 1.0.9/' \
		"$(pkg-config --variable=pcfiledir libbpf)/libbpf.pc" >libbpf.pc
	PKG_CONFIG_PATH=$PWD run ./configure
	assert_status 1
	assert_matches '^  libbpf +missing +1\.0\.9, older than 1\.1$'
}

@test "nobody can configure: what the kernel refuses him is no failure" {
	cp -r "$BATS_TEST_TMPDIR" "$TMPDIR/nobodys"
	chown -R 65534 "$TMPDIR/nobodys"
	run as_nobody "$TMPDIR/nobodys/configure"
	assert_status 0
	assert_matches '^  bpf +FAIL +'
	[[ -s $TMPDIR/nobodys/build/config.mk ]]
}

@test "what it is given is in config.mk, to the letter" {
	CFLAGS='-O1 -DX="a#b$c"' run ./configure --prefix=/opt/x \
		--libdir='/opt/x/lib y' CC=cc
	assert_status 0
	assert_equal "$(config PREFIX)" /opt/x
	assert_equal "$(config LIBDIR)" '/opt/x/lib y'
	assert_equal "$(config CC)" cc
	assert_equal "$(config CFLAGS)" '-O1 -DX="a#b$c"'
}

@test "make runs it again with what it was given before" {
	CFLAGS='-O1 -DX="a#b$c"' ./configure --prefix=/opt/x CC=cc
	cp build/config.mk before
	touch -d '1 hour ago' build/config.mk
	run make build/config.mk
	assert_status 0
	assert_contains 'what the build needs'
	diff before build/config.mk
}

@test "run again with the same result, it leaves what was built up to date" {
	./configure
	touch -r build/config.mk before
	./configure
	[[ ! build/config.mk -nt before ]]
	./configure CFLAGS=-O1
	[[ build/config.mk -nt before ]]
}

@test "make runs it once, and not again, when it is newer than its result" {
	./configure
	touch configure
	run make build/config.mk
	assert_contains 'what the build needs'
	run make build/config.mk
	assert_lacks 'what the build needs'
}

@test "make runs it by itself when it never ran" {
	run make build/config.mk
	assert_status 0
	[[ -s build/config.mk ]]
}

@test "what it was given last time does not stick when run by hand" {
	./configure --prefix=/opt/x CC=cc
	./configure
	assert_equal "$(config CC)" gcc
	assert_equal "$(config PREFIX)" ""
}

@test "programs for BPF find the kernel's headers and use whole registers" {
	./configure
	cat >x.c <<-'END'
		#include <asm/types.h>
		#include <linux/bpf.h>
		#include <bpf/bpf_helpers.h>
		SEC("xdp") int x(struct xdp_md *ctx) { return XDP_PASS; }
	END
	# shellcheck disable=SC2046 # options
	clang $(config BPF_CFLAGS) -Werror -c -o x.o x.c
	run llvm-objdump -d x.o
	assert_matches "r0 = (0x)?2$"
}

@test "where there is no apt-get, --install-deps says what dnf and pacman take" {
	PATH=$(path_without apt-get) run ./configure --install-deps
	assert_status 1
	assert_matches '^  dnf install gcc glibc-devel .*elfutils-libelf-devel'
	assert_matches '^  pacman -S --needed gcc .*linux-api-headers'
	assert_matches 'dnf .* xdp-tools .* xz$'
	assert_lacks 'what the build needs'
}

@test "--install-deps takes a list of groups" {
	PATH=$(path_without apt-get) run ./configure --install-deps=check,bench
	assert_status 1
	assert_matches '^  dnf install libcmocka-devel bats .* xdp-tools$'
	assert_lacks jansson
}

@test "a machine of dnf is told of dnf" {
	PATH=$(path_without apt-get clang):$PWD
	ln -s /bin/true bin/dnf
	run ./configure
	assert_status 1
	assert_matches '^ +-> dnf install clang$'
}

@test "what it does not know it refuses, and does nothing" {
	local argument

	for argument in --wrong --install-deps=wrong wrong WRONG=1 --prefix=here \
		--libdir=here; do
		run ./configure "$argument"
		assert_status 1
		assert_contains "configure: "
		[[ ! -e build ]]
	done
}

@test "--help tells every option and every variable that is kept" {
	run ./configure --help
	assert_status 0
	local word
	for word in --prefix --libdir --install-deps --help CC CFLAGS LDFLAGS \
		CLANG BPFTOOL; do
		assert_contains "$word"
	done
}

@test "it works from another directory" {
	local tree=$PWD
	cd /
	run "$tree/configure"
	assert_status 0
	[[ -s $tree/build/config.mk ]]
}

@test "colour is for terminals, unless NO_COLOR" {
	run ./configure
	assert_lacks $'\e['
	TERM=xterm run script -qec ./configure /dev/null
	assert_contains $'\e[32mok'
	TERM=xterm NO_COLOR=1 run script -qec ./configure /dev/null
	assert_lacks $'\e['
}

@test "it leaves nothing behind but build" {
	mkdir tmp
	TMPDIR=$PWD/tmp ./configure
	assert_equal "$(ls -A tmp)" ""
	assert_equal "$(ls -A build)" config.mk
}
