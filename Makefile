# SPDX-License-Identifier: GPL-2.0-only
# Makefile - builds libxdplab and xdplab; `make help` lists what else it does.

VERSION := 0.1.0
SOVERSION := 0

# What configure found; made by it when it is missing.
-include build/config.mk

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

build/config.mk: configure
	./configure $(CONFIGURE_ARGS) $(INSTALL_DEPS)

# One relocatable object, its internal names made local: a program that links
# the archive sees what a program that links the shared library sees.
$(B)/libxdplab.a: $(LIB_OBJ)
	$(LD) -r -o $(B)/libxdplab.o $^
	$(OBJCOPY) --localize-hidden $(B)/libxdplab.o
	rm -f $@
	$(AR) crs $@ $(B)/libxdplab.o

$(B)/libxdplab.so: $(LIB_OBJ) lib/libxdplab.map
	$(CC) $(CFLAGS) -shared -Wl,-soname,libxdplab.so.$(SOVERSION) \
		-Wl,--version-script=lib/libxdplab.map -Wl,-z,defs \
		$(LDFLAGS) -o $@ $(LIB_OBJ) $(DEPS_LIBS)
	ln -sf libxdplab.so $(B)/libxdplab.so.$(SOVERSION)

$(B)/xdplab: $(CLI_OBJ) $(B)/libxdplab.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(COMMAND_LIBS)
	ln -sf xdplab $(B)/xdp-loader

# Headers of the same folder are included by their names, others by their paths.
$(B)/lib/%.o: lib/%.c build/config.mk
	mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -iquote lib -MMD -MP -c -o $@ $<

$(B)/cli/%.o: cli/%.c build/config.mk
	mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CLI_CFLAGS) -iquote cli -MMD -MP -c -o $@ $<

$(B)/bpf/%.o: bpf/%.bpf.c build/config.mk
	mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf $(B)

help:
	@echo 'make              the library, the command and BPF objects'
	@echo 'make install      all of them; install.mk says where to'
	@echo 'make uninstall    and away again'
	@echo 'make demo         shows the first lab; touches nothing of the host'
	@echo 'make check        the tests; check-unit, check-cli, check-asan: parts'
	@echo 'make check-vm     the tests on the kernels of Debian 12 and 13'
	@echo 'make fuzz         every fuzzer, for FUZZ_SECONDS'
	@echo 'make lint         what the linters say'
	@echo 'make bench        side by side with xdp-tools and iproute2'
	@echo 'make clean        removes what was built'

include install.mk tests/check.mk labs/demo.mk bench/bench.mk

-include $(patsubst %.o,%.d,$(LIB_OBJ) $(CLI_OBJ) $(BPF_OBJ))

.PHONY: all clean help
.DELETE_ON_ERROR:
