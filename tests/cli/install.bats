# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2046 # pkg-config's words are meant to be split
# install - what is installed works for those who know nothing of the tree

load ../lib

# /usr/local and the linker's cache are this file's own, in its namespaces, so
# that this is the real thing: `make install`, and nothing more.
setup_file() {
	make_private /etc
	mount -t tmpfs tmpfs /usr/local
	mount -t tmpfs tmpfs /var/cache/ldconfig
	make_quietly install
}

make_private() {
	cp -a "$1" "$TMPDIR/private"
	mount --bind "$TMPDIR/private" "$1"
}

# Without what an outer make tells its children.
make_quietly() {
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -C "$ROOT" B="$B" "$@"
}

files_in() {
	(cd "$1" && find . ! -type d | sort)
}

version() {
	xdplab version -j | jq -r .version
}

# The program in the library's manual, as it was installed.
example() {
	sed -n '/^#include <stdio.h>/,/^}/{s/\\e/\\/g;p}' \
		/usr/local/share/man/man3/libxdplab.3
}

# Runs ./example as the manual says: it attaches, until Enter is pressed.
attaches_and_detaches() {
	mkfifo enter
	timeout 30 ./example "$1" "$2" <enter 3>&- &
	exec 9>enter
	wait_until is_attached "$1"
	echo >&9
	exec 9>&-
	wait $!
	assert_equal "$(attached "$1")" ""
}

is_attached() {
	[[ $(attached "$1") ]]
}

@test "DESTDIR gets everything, and uninstall takes it away again" {
	stage=$BATS_TEST_TMPDIR/stage
	mkdir -p "$stage/usr/lib"
	touch "$stage/usr/lib/other"
	make_quietly DESTDIR="$stage" PREFIX=/usr install

	run files_in "$stage/usr"
	assert_equal "$(grep -v '^./lib/xdplab/' <<<"$output")" "$(sort <<-END
		./include/xdplab.h
		./lib/libxdplab.a
		./lib/libxdplab.so
		./lib/libxdplab.so.0
		./lib/libxdplab.so.$(version)
		./lib/other
		./lib/pkgconfig/libxdplab.pc
		./sbin/xdp-loader
		./sbin/xdplab
		./share/bash-completion/completions/xdp-loader
		./share/bash-completion/completions/xdplab
		./share/man/man3/libxdplab.3
		./share/man/man5/xdplab-test.5
		./share/man/man7/xdplab-packet.7
		./share/man/man8/xdp-loader.8
		./share/man/man8/xdplab.8
	END
	)"
	assert_equal "$(grep -c '^./lib/xdplab/.*\.o$' <<<"$output")" \
		"$(find "$ROOT/bpf" -name '*.bpf.c' | wc -l)"
	assert_equal "$(find "$stage" -xtype l)" ""
	run ! grep -r "$stage" "$stage/usr/lib/pkgconfig"

	make_quietly DESTDIR="$stage" PREFIX=/usr uninstall
	assert_equal "$(files_in "$stage")" ./usr/lib/other
	[[ ! -e $stage/usr/lib/xdplab ]]
}

@test "what is installed can be read by all, whatever the umask" {
	prefix=$BATS_TEST_TMPDIR/prefix
	(umask 077 && make_quietly DESTDIR="$prefix" install)
	assert_equal "$(find "$prefix/usr/local" -type d ! -perm 755)" ""
	assert_equal "$(find "$prefix" -type f ! -perm 644)" \
		"$prefix/usr/local/sbin/xdplab"
}

@test "PREFIX and LIBDIR choose the place" {
	prefix=$BATS_TEST_TMPDIR/prefix
	make_quietly DESTDIR="$prefix" PREFIX=/opt LIBDIR=/opt/lib64 install
	[[ -x $prefix/opt/sbin/xdplab && -f $prefix/opt/lib64/libxdplab.a ]]
	PKG_CONFIG_PATH=$prefix/opt/lib64/pkgconfig run pkg-config --cflags --libs libxdplab
	assert_status 0
	assert_contains "-I/opt/include"
	assert_contains "-L/opt/lib64 -lxdplab"
}

@test "an installation without the alias leaves another's xdp-loader alone" {
	prefix=$BATS_TEST_TMPDIR/prefix
	mkdir -p "$prefix/sbin"
	echo other >"$prefix/sbin/xdp-loader"
	make_quietly DESTDIR="$prefix" PREFIX= ALIAS= install
	make_quietly DESTDIR="$prefix" PREFIX= ALIAS= uninstall
	assert_equal "$(files_in "$prefix")" ./sbin/xdp-loader
	assert_equal "$(cat "$prefix/sbin/xdp-loader")" other
}

@test "the installed commands run" {
	run /usr/local/sbin/xdplab --version
	assert_output "xdplab $(version)"
	run /usr/local/sbin/xdp-loader status lo
	assert_status 0
	assert_contains "<No XDP program loaded!>"
}

@test "bash takes the installed completion" {
	cd /usr/local/share/bash-completion/completions
	run bash -c "source ./xdp-loader && complete -p xdp-loader"
	assert_output "complete -F _xdp-loader xdp-loader"
}

@test "the manual's example is built with the shared library, and runs" {
	cd "$BATS_TEST_TMPDIR"
	example >example.c
	cc -Wall -Werror -o example example.c \
		$(pkg-config --cflags --libs libxdplab)
	run ldd example
	assert_matches 'libxdplab\.so\.0 => /usr/local/lib/libxdplab\.so\.0 '
	attaches_and_detaches lo "$BPF/pass.o"
}

@test "the manual's example is built with the static library, and runs" {
	cd "$BATS_TEST_TMPDIR"
	example >example.c
	cc -Wall -Werror -o example example.c \
		$(pkg-config --cflags --libs --static libxdplab |
			sed s/-lxdplab/-l:libxdplab.a/)
	run ldd example
	assert_lacks libxdplab
	attaches_and_detaches lo "$BPF/pass.o"
}

@test "the header is complete, strict C99 and C++" {
	for dialect in "c -std=c99" "c -std=c17" "c++ -std=c++11"; do
		# shellcheck disable=SC2086 # two words
		clang -x $dialect -pedantic -Wall -Wextra -Werror -fsyntax-only \
			/usr/local/include/xdplab.h
	done
}

@test "both libraries export what the header declares, and nothing else" {
	declared=$(sed -n '/XDPLAB_API/,/;/p' /usr/local/include/xdplab.h |
		grep -oE 'xdplab_[a-z_]+\(' | tr -d '(' | sort -u)
	assert_equal "$(nm -D --defined-only /usr/local/lib/libxdplab.so |
		awk '$2 == "T" { sub("@.*", "", $3); print $3 }' | sort)" \
		"$declared"
	assert_equal "$(nm -g --defined-only /usr/local/lib/libxdplab.a |
		awk 'NF == 3 { print $3 }' | sort)" "$declared"
}

@test "uninstall leaves nothing in the prefix" {
	make_quietly uninstall
	assert_equal "$(files_in /usr/local)" ""
	run ldconfig -p
	assert_lacks libxdplab
	make_quietly install
}
