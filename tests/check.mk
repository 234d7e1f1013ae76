# SPDX-License-Identifier: GPL-2.0-only
# check.mk - tests, sanitizers, fuzzers and linters
#
#	make check		unit tests, shell tests, labs
#	make check-unit		the unit tests alone
#	make check-cli		the shell tests of the commands alone
#	make check-asan		both, rebuilt with ASan and UBSan
#	make check-vm		all tests on Debian's kernels; check-vm-SUITE: on one
#	make fuzz		every fuzzer for FUZZ_SECONDS
#	make lint		clang-format, clang-tidy, cppcheck, shellcheck, mandoc, layers

FUZZ_SECONDS := 20

UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT := $(UNIT_SRC:%.c=$(B)/%)
TEST_BPF := $(patsubst %.bpf.c,$(B)/%.o,$(wildcard tests/bpf/*.bpf.c))
FUZZERS := $(patsubst %.c,$(B)/%,$(wildcard tests/fuzz/fuzz_*.c))

# ---- missing packages ----

# For root these goals first install the packages they need beyond the build's.
# build/has-GROUPS records that, so that later runs leave apt-get alone.
ifeq ($(shell id -u),0)
WANTED := $(if $(filter check% demo,$(MAKECMDGOALS)),check) \
	$(if $(filter check-vm%,$(MAKECMDGOALS)),vm) \
	$(if $(filter fuzz lint,$(MAKECMDGOALS)),lint)
endif

ifneq ($(strip $(WANTED)),)
comma := ,
build/config.mk: | build/has-$(subst $() ,$(comma),$(strip $(WANTED)))
endif

build/has-%:
	./configure $(CONFIGURE_ARGS) --install-deps=build,$*
	@touch $@

# ---- tests ----

check: all $(UNIT) $(TEST_BPF)
	B=$(B) tests/run

check-unit: all $(UNIT) $(TEST_BPF)
	B=$(B) tests/run $(UNIT)

check-cli: all $(TEST_BPF)
	B=$(B) tests/run tests/cli/*.bats

# The kernels of Debian 12 and 13, 6.1 and 6.12.
VM := check-vm-bookworm check-vm-trixie

check-vm: $(VM)

$(VM): check-vm-%: all $(UNIT) $(TEST_BPF)
	B=$(B) tests/vm/run $*

# Unit tests may use the internals of the library and of the command, and are
# linked with those that they use.
INSIDE := -iquote lib -iquote cli

$(UNIT): $(B)/%: %.c $(B)/tests/unit/filter.o $(B)/tests/internals.a
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(CLI_CFLAGS) $(INSIDE) -MMD -MP $(LDFLAGS) -o $@ \
		$(filter %.c %.o %.a,$^) $(DEPS_LIBS) $(JANSSON_LIBS) -lcmocka

# Thin, because thin archives store paths: file names are not unique.
$(B)/tests/internals.a: $(LIB_OBJ) $(CLI_OBJ) | $(B)/tests/unit
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) crsT $@ $^

$(B)/tests/unit/filter.o: tests/unit/filter.c | $(B)/tests/unit
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/tests/bpf/%.o: tests/bpf/%.bpf.c build/config.mk | $(B)/tests/bpf
	$(call say,BPF,$<)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/tests/unit $(B)/tests/bpf $(B)/tests/fuzz:
	@mkdir -p $@

# ---- the same with sanitizers ----

SANITIZE := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all \
	-fsanitize=address,undefined

# These build or configure in build/ themselves, or load the library into a
# process without sanitizers.
NOT_ASAN := $(addprefix tests/cli/,install.bats configure.bats readme.bats \
	packet-scapy.bats)

check-asan:
	$(Q)$(MAKE) --no-print-directory B=build/asan CFLAGS='$(SANITIZE)' run-asan

run-asan: $(B)/xdplab $(BPF_OBJ) $(MANUALS) $(COMPLETIONS) $(UNIT) $(TEST_BPF)
	B=$(B) tests/run $(UNIT) $(filter-out $(NOT_ASAN),$(wildcard tests/cli/*.bats))

# ---- fuzzers ----

fuzz:
	$(Q)$(MAKE) --no-print-directory B=build/fuzz CC='$(CLANG)' \
		CFLAGS='$(SANITIZE) -fsanitize=fuzzer-no-link' run-fuzz

run-fuzz: $(FUZZERS:%=%.run)

$(FUZZERS): $(B)/%: %.c $(B)/tests/internals.a | $(B)/tests/fuzz
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(INSIDE) -fsanitize=fuzzer -MMD -MP -o $@ \
		$(filter %.c %.a,$^) $(DEPS_LIBS)

SEEDS-fuzz_elf := $(B)/tests/bpf
SEEDS-fuzz_prog := $(B)/tests/bpf

# Each fuzzer keeps its corpus in build/fuzz/ and continues from it.
$(FUZZERS:%=%.run): %.run: % $(TEST_BPF)
	$(call say,FUZZ,$<)
	@mkdir -p $<.corpus
	$(Q)$< -max_total_time=$(FUZZ_SECONDS) -timeout=10 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix=$<- \
		$<.corpus $(SEEDS-$(notdir $<))

# ---- lint ----

C_FILES := $(wildcard $(addsuffix /*.[ch],configure.d lib lib/* cli cli/* bpf \
	labs/* labs/*/solution tests/unit tests/bpf tests/fuzz bench))
HOST_C := $(filter-out %.bpf.c %_kern.c,$(filter %.c,$(C_FILES)))
SHELL_FILES := $(shell grep -lIEs '^\#!/.*sh$$' configure .ci/* tests/* tests/labs/* \
	tests/vm/* bench/* labs/* labs/*/*) $(wildcard tests/*.bash tests/*/*.bats)
LINT := lint-format lint-tidy lint-cppcheck lint-shell lint-man lint-layers

lint: $(LINT)

lint-format:
	$(call say,FORMAT,C files)
	$(Q)clang-format --dry-run -Werror $(C_FILES)

# The command must not use the internals of the library.
tidy = $(Q)printf '%s\n' $1 | xargs -P "$$(nproc)" -I FILE \
	clang-tidy --quiet FILE -- $(ALL_CFLAGS) $(CLI_CFLAGS) $2 -Ilabs/common

lint-tidy:
	$(call say,TIDY,C files)
	$(call tidy,$(filter cli/%,$(HOST_C)),-iquote cli)
	$(call tidy,$(filter-out cli/%,$(HOST_C)),$(INSIDE))

# libbpf's macros are defined away, and initialisation through pointers is not
# checked: the compilers and clang-tidy do that better.
CPPCHECK := cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 \
	--enable=warning,performance,portability -Ilib/include \
	$(addprefix --suppress=,uninitvar uninitStructMember ctuuninitvar \
		ctunullpointer) \
	'-DLIBBPF_OPTS(type, name, ...)=struct type name = { __VA_ARGS__ }' \
	'-Dbpf_object__for_each_map(map, object)=while ((map = next(object)))' \
	'-Dbpf_object__for_each_program(prog, object)=while ((prog = next(object)))'

lint-cppcheck:
	$(call say,CHECK,C files)
	$(Q)$(CPPCHECK) -j "$$(nproc)" -Icli $(filter cli/%,$(HOST_C))
	$(Q)$(CPPCHECK) -j "$$(nproc)" -Ilib $(filter-out cli/%,$(HOST_C))

lint-shell:
	$(call say,SHELL,shell scripts)
	$(Q)shellcheck -x $(SHELL_FILES)

lint-layers: $(LIB_OBJ)
	@tests/layers $^

lint-man: $(MANUALS)
	$(call say,MANDOC,manuals)
	$(Q)mandoc -T lint -W warning $(MANUALS) docs/*.[357]

-include $(wildcard $(B)/tests/*/*.d)

.PHONY: check check-unit check-cli check-vm $(VM) check-asan run-asan fuzz run-fuzz \
	lint $(LINT) $(FUZZERS:%=%.run)
