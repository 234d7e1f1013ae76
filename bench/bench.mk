# SPDX-License-Identifier: GPL-2.0-only
# bench.mk - comparisons with xdp-tools, iproute2 and bpftool

XDP_LOADER ?= /usr/sbin/xdp-loader
BENCHES := $(wildcard bench/*.sh)
BENCH_CFLAGS = -std=gnu11 $(WARNINGS) -O2 -D_GNU_SOURCE
BENCH_BUILT := $(addprefix $(B)/bench/,ab chain merged.o map map_big.o test) \
	$(addprefix $(B)/tests/bpf/,pass.o stage_tick.o stage_three.o)

$(B)/bench/ab: bench/ab.c bench/pairs.c bench/pairs.h | $(B)/bench
	$(call say,CC,$<)
	$(Q)$(CC) $(BENCH_CFLAGS) -o $@ $(filter %.c,$^) -lm

$(B)/bench/chain: bench/chain.c bench/pairs.c bench/pairs.h \
		lib/include/xdplab.h $(B)/libxdplab.a | $(B)/bench
	$(call say,CC,$<)
	$(Q)$(CC) $(BENCH_CFLAGS) $(DEPS_CFLAGS) -Ilib/include -o $@ \
		$(filter %.c %.a,$^) $(DEPS_LIBS) -lm

$(B)/bench/map $(B)/bench/test: $(B)/bench/%: bench/%.c lib/include/xdplab.h $(B)/libxdplab.a | $(B)/bench
	$(call say,CC,$<)
	$(Q)$(CC) $(BENCH_CFLAGS) $(DEPS_CFLAGS) -Ilib/include -o $@ \
		$(filter %.c %.a,$^) $(DEPS_LIBS)

$(B)/bench/%.o: bench/%.bpf.c build/config.mk | $(B)/bench
	$(call say,BPF,$<)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(B)/bench:
	@mkdir -p $@

# One after the other, each in namespaces of its own.
bench: all $(BENCH_BUILT)
	@for bench in $(BENCHES); do \
		AB=$(CURDIR)/$(B)/bench/ab BENCH=$(CURDIR)/$(B)/bench \
		BPF=$(CURDIR)/$(B)/tests/bpf XDP_LOADER=$(XDP_LOADER) \
		tests/inside bash $$bench || exit 1; \
	done

.PHONY: bench
