# SPDX-License-Identifier: GPL-2.0-only
# Makefile - builds libxdplab and xdplab; `make help` lists the other targets

VERSION := 0.1.0
SOVERSION := 0

# Written by configure, which is run if it is missing.
-include build/config.mk

# A command is shown as one short line, by `make V=1` in full, by `make -s` not
# at all.
ifneq ($(V),1)
Q := @
ifeq ($(findstring s,$(firstword -$(MAKEFLAGS))),)
say = @printf '  %-7s %s\n' '$(1)' '$(2)'
endif
endif

B := build
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wformat=2 -Wundef -Wvla
ALL_CFLAGS = -std=gnu11 $(WARNINGS) $(CFLAGS) -fPIC -fvisibility=hidden \
	-D_GNU_SOURCE -DXDPLAB_VERSION='"$(VERSION)"' -Ilib/include -I$(B) \
	$(DEPS_CFLAGS)

LIB_SRC := $(wildcard lib/*.c lib/*/*.c)
LIB_OBJ := $(LIB_SRC:lib/%.c=$(B)/lib/%.o)
CLI_CFLAGS = $(JANSSON_CFLAGS) $(NCURSES_CFLAGS)
CLI_SRC := $(wildcard cli/*.c cli/*/*.c)
CLI_OBJ := $(CLI_SRC:cli/%.c=$(B)/cli/%.o)
BPF_SRC := $(wildcard bpf/*.bpf.c)
BPF_OBJ := $(BPF_SRC:bpf/%.bpf.c=$(B)/bpf/%.o)

all: $(B)/xdplab $(B)/libxdplab.so $(BPF_OBJ)

# configure leaves the file alone when nothing in it changes, so that what was
# built stays.  It is touched when configure itself is what changed.
build/config.mk: configure
	@test $@ -nt $< || { ./configure $(CONFIGURE_ARGS) && touch $@; }

# One relocatable object with its internal symbols made local, so that programs
# linked with the archive see the same symbols as with the shared library.
$(B)/libxdplab.a: $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)$(LD) -r -o $(B)/libxdplab.o $^
	$(Q)$(OBJCOPY) --localize-hidden $(B)/libxdplab.o
	$(Q)rm -f $@
	$(Q)$(AR) crs $@ $(B)/libxdplab.o

$(B)/libxdplab.so: $(LIB_OBJ) lib/libxdplab.map
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) -shared -Wl,-soname,libxdplab.so.$(SOVERSION) \
		-Wl,--version-script=lib/libxdplab.map -Wl,-z,defs \
		$(LDFLAGS) -o $@ $(LIB_OBJ) $(DEPS_LIBS)
	$(Q)ln -sf libxdplab.so $(B)/libxdplab.so.$(SOVERSION)

$(B)/xdplab: $(CLI_OBJ) $(B)/libxdplab.a
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(COMMAND_LIBS)
	$(Q)ln -sf xdplab $(B)/xdp-loader

# Headers of the same folder are included by name, others by path.
$(B)/lib/%.o: lib/%.c build/config.mk
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -iquote lib -MMD -MP -c -o $@ $<

$(B)/cli/%.o: cli/%.c build/config.mk
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(CLI_CFLAGS) -iquote cli -MMD -MP -c -o $@ $<

$(B)/bpf/%.o: bpf/%.bpf.c build/config.mk
	$(call say,BPF,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<

clean:
	$(call say,CLEAN,$(B))
	$(Q)rm -rf $(B)

help:
	@echo 'make              build the library, the command and the BPF objects'
	@echo 'make install      install them; install.mk lists the directories'
	@echo 'make uninstall    remove what was installed'
	@echo 'make demo         run the first lab in namespaces of its own'
	@echo 'make check        run all tests; parts: check-unit, check-cli, check-asan'
	@echo 'make check-vm     run the tests on the kernels of Debian 12 and 13'
	@echo 'make fuzz         run every fuzzer for FUZZ_SECONDS'
	@echo 'make lint         run the linters'
	@echo 'make bench        compare with xdp-tools, iproute2 and bpftool'
	@echo 'make clean        remove what was built'
	@echo
	@echo 'V=1 shows the full commands. As root, demo, check, fuzz and lint first'
	@echo 'install the packages they need with apt-get.'

include install.mk tests/check.mk labs/demo.mk bench/bench.mk

-include $(patsubst %.o,%.d,$(LIB_OBJ) $(CLI_OBJ) $(BPF_OBJ))

.PHONY: all clean help
.DELETE_ON_ERROR:
