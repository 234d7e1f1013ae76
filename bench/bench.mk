# SPDX-License-Identifier: GPL-2.0-only
# bench.mk - side by side with the tools that people use today

XDP_LOADER ?= /usr/sbin/xdp-loader
BENCHES := $(wildcard bench/*.sh)

$(B)/bench/ab: bench/ab.c | $(B)/bench
	$(CC) -std=gnu11 $(WARNINGS) -O2 -D_GNU_SOURCE -o $@ $< -lm

$(B)/bench:
	mkdir -p $@

# Each in namespaces of its own, one after the other: alone on the machine.
bench: all $(B)/bench/ab $(B)/tests/bpf/pass.o
	@for bench in $(BENCHES); do \
		AB=$(CURDIR)/$(B)/bench/ab BPF=$(CURDIR)/$(B)/tests/bpf \
		XDP_LOADER=$(XDP_LOADER) tests/inside bash $$bench || exit 1; \
	done

.PHONY: bench
