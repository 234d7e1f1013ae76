# SPDX-License-Identifier: GPL-2.0-only
# common.mk - builds a lab
#
# The lab's Makefile lists its targets, each built from one C file:
#
#	XDP_TARGETS    BPF programs, NAME.o
#	USER_TARGETS   commands that use libxdplab
#	COMMON         what of common/ these are linked with
#
# In a lab with tests, wrong/NAME.sed turns SOLUTION, a C file, into a program
# with a bug, which is built as wrong/NAME.o.
#
# In the source tree the labs use the library that is built there; copied
# elsewhere, together with common/, they use the one that is installed.

# A command is shown as one short line, by `make V=1` in full, by `make -s` not
# at all.
ifneq ($(V),1)
Q := @
ifeq ($(findstring s,$(firstword -$(MAKEFLAGS))),)
say = @printf '  %-7s %s\n' '$(1)' '$(2)'
endif
endif

TREE := ../..
B := build

WRONG := $(patsubst %.sed,%,$(wildcard wrong/*.sed))
XDP_TARGETS += $(WRONG)

all: $(XDP_TARGETS:%=%.o) $(USER_TARGETS)

clean:
	$(call say,CLEAN,$(notdir $(CURDIR)))
	$(Q)rm -f $(XDP_TARGETS:%=%.o) $(WRONG:%=%.c) $(USER_TARGETS)

ifeq ($(MAKECMDGOALS),clean)
# Nothing more is needed.
else ifneq ($(wildcard $(TREE)/lib/include/xdplab.h),)

-include $(TREE)/build/config.mk
LIBXDPLAB := $(TREE)/$(B)/libxdplab.a
LIBXDPLAB_CFLAGS := -I$(TREE)/lib/include
LIBXDPLAB_LIBS := $(LIBXDPLAB) $(DEPS_LIBS)

$(LIBXDPLAB): FORCE
$(TREE)/build/config.mk $(LIBXDPLAB):
	@$(MAKE) -s -C $(TREE) $(@:$(TREE)/%=%)

FORCE:

else

PKG_CONFIG ?= pkg-config
ifneq ($(shell $(PKG_CONFIG) --exists libxdplab || echo no),)
$(error libxdplab is not installed: `make install` in the source tree does it)
endif
LIBXDPLAB_CFLAGS := $(shell $(PKG_CONFIG) --cflags libxdplab)
LIBXDPLAB_LIBS := $(shell $(PKG_CONFIG) --libs libxdplab)
BPF_CFLAGS := $(shell $(PKG_CONFIG) --variable=bpf_cflags libxdplab)

endif

CFLAGS ?= -O2 -g
CLANG ?= clang
COMMON ?= $(wildcard ../common/*.c)

$(WRONG:%=%.c): %.c: %.sed $(SOLUTION)
	$(call say,GEN,$@)
	$(Q)sed -f $< $(SOLUTION) >$@

$(XDP_TARGETS:%=%.o): %.o: %.c
	$(call say,BPF,$<)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(USER_TARGETS): %: %.c $(COMMON) $(COMMON:.c=.h) $(LIBXDPLAB)
	$(call say,CC,$<)
	$(Q)$(CC) -std=gnu11 -Wall -Wextra $(CFLAGS) -I../common \
		$(LIBXDPLAB_CFLAGS) $(LDFLAGS) -o $@ $< $(COMMON) $(LIBXDPLAB_LIBS)

.PHONY: all clean FORCE
.DELETE_ON_ERROR:
