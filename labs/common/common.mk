# SPDX-License-Identifier: GPL-2.0-only
# common.mk - builds a lab
#
# The lab's Makefile says what it consists of, each built from one C file:
#
#	XDP_TARGETS    BPF programs, NAME.o
#	USER_TARGETS   commands that use libxdplab, with what is in common/
#
# Of a lab with tests, wrong/NAME.sed makes a mistake in SOLUTION, the C file,
# and wrong/NAME.o is what comes of it.
#
# In the source tree the labs use the library as it is built there; copied
# elsewhere, with common/ beside them, the one that is installed.

TREE := ../..
B := build

WRONG := $(patsubst %.sed,%,$(wildcard wrong/*.sed))
XDP_TARGETS += $(WRONG)

all: $(XDP_TARGETS:%=%.o) $(USER_TARGETS)

clean:
	rm -f $(XDP_TARGETS:%=%.o) $(WRONG:%=%.c) $(USER_TARGETS)

ifeq ($(MAKECMDGOALS),clean)
# It needs to know nothing more.
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
COMMON := $(wildcard ../common/*.c)

$(WRONG:%=%.c): %.c: %.sed $(SOLUTION)
	sed -f $< $(SOLUTION) >$@

$(XDP_TARGETS:%=%.o): %.o: %.c
	$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(USER_TARGETS): %: %.c $(COMMON) $(COMMON:.c=.h) $(LIBXDPLAB)
	$(CC) -std=gnu11 -Wall -Wextra $(CFLAGS) -I../common \
		$(LIBXDPLAB_CFLAGS) $(LDFLAGS) -o $@ $< $(COMMON) $(LIBXDPLAB_LIBS)

.PHONY: all clean FORCE
.DELETE_ON_ERROR:
