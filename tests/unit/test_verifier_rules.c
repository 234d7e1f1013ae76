// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_verifier_rules - programs that the verifier refuses, and what we say
 *
 * Each program is a tests/bpf/refused_NAME.bpf.c, which this kernel refuses for real.
 * What it refuses stands in a line with the words "refused here"; where there
 * is no such line, the verifier points at none.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <linux/capability.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include <cmocka.h>

#define MARK		      "refused here"
#define LOG_SIZE	      (1 << 16)
#define VERSION(major, minor) ((major) << 8 | (minor))

struct refused {
	const char *what;
	const char *program;
	const char *meaning; /* a part of it, as of the others */
	const char *cure;
	const char *registers; /* NULL: the log need not say */
	unsigned int since;    /* the kernel that has what it calls */
	bool unprivileged;     /* refused only without CAP_PERFMON */
};

#define REFUSED(what_, program_, meaning_, cure_, ...)                         \
	{                                                                      \
		.what = what_, .program = program_, .meaning = meaning_,       \
		.cure = cure_, __VA_ARGS__                                     \
	}

static const struct refused all[] = {
	/* The packet. */
	REFUSED("a packet read without a comparison", "packet_bounds",
		"the packet may end before", "> data_end)",
		.registers = "R1=pkt("),
	REFUSED("a packet read farther than the comparison reaches",
		"packet_short", "the packet may end before", "> data_end)",
		.registers = "R2=pkt(off=14,r=14"),
	REFUSED("a packet pointer kept over bpf_xdp_adjust_head()",
		"stale_packet", "moved the packet",
		"read ctx->data and ctx->data_end again",
		.registers = "R6=pkt (stale)"),
	REFUSED("a packet pointer moved by any number", "packet_offset",
		"may be too large", "check it before",
		.registers = "R0=scalar() R6=pkt("),
	REFUSED("an atomic operation on the packet", "atomic",
		"atomic operations", "count in a map value",
		.registers = "R1=pkt"),

	/* NULL. */
	REFUSED("a lookup used without asking whether it found", "map_null",
		"returns NULL", "if (!value)",
		.registers = "R0=map_value_or_null("),
	REFUSED("a global function's argument used without asking",
		"global_null", "may be NULL", "if (!pointer)",
		.registers = "R1=mem_or_null("),

	/* Registers. */
	REFUSED("a number taken for an address", "scalar_access",
		"number is used as an address", "keep the pointer",
		.registers = "R0=scalar()"),
	REFUSED("a register that nothing was written to", "register",
		"was not set", "initialise the variable", .registers = ""),
	REFUSED("a register that a call cleared", "clobbered",
		"a call clobbered", "r6 to r9", .registers = ""),
	REFUSED("a call with an argument too few", "call_argument",
		"argument of the call was not set", "all its arguments",
		.registers = ""),
	REFUSED("an end without a verdict", "no_return",
		"without a return value", "return XDP_PASS;", .registers = ""),

	/* The stack. */
	REFUSED("stack that nothing was written to", "stack_unset",
		"not written", "= {};", .registers = "", .unprivileged = true),
	REFUSED("more stack than there is", "stack_depth",
		"more than 512 bytes", "PERCPU_ARRAY", .registers = ""),
	REFUSED("a write below the stack", "stack_range", "beyond the 512",
		"PERCPU_ARRAY", .registers = "R1=ctx("),
	REFUSED("an index into the stack without a bound", "stack_variable",
		"array on the stack", "if (index >= 16)",
		.registers = "R2=fp(off=-16,"),
	REFUSED("a stack read that is not aligned", "misaligned", "not aligned",
		"__builtin_memcpy()", .registers = ""),
	REFUSED("recursion", "recursion", "recursion", "replace recursion",
		.registers = ""),

	/* Loops and the flow of control. */
	REFUSED("a loop without an end", "loop_endless", "cannot prove",
		"i < 16", .registers = ""),
	REFUSED("a loop too long to follow", "loop_long",
		"a million instructions", "smaller constant",
		.registers = NULL),
	REFUSED("instructions that nothing leads to", "unreachable",
		"unreachable", "every loop end", .registers = ""),
	REFUSED("a program that runs off its end", "fall_off",
		"falls off the end", "return XDP_PASS;", .registers = ""),

	/* Which functions may be called. */
	REFUSED("a helper that is not for XDP", "helper_type",
		"cannot call this helper", "bpftool feature probe",
		.registers = ""),
	REFUSED("a helper that no kernel has", "helper_unknown",
		"with this number", "bpf_core_enum_value_exists",
		.registers = ""),
	REFUSED("a GPL-only helper under another licence", "helper_gpl",
		"to GPL programs", "SEC(\"license\")", .registers = ""),
	REFUSED("a kernel function that is not for XDP", "kfunc",
		"cannot call this kernel function", "another type",
		.registers = "", .since = VERSION(6, 5)),
	REFUSED("a kernel function under another licence", "kfunc_gpl",
		"to GPL programs", "SEC(\"license\")", .registers = "",
		.since = VERSION(6, 5)),
	REFUSED("metadata without being bound to a device", "metadata",
		"bound to a device", "BPF_F_XDP_DEV_BOUND_ONLY",
		.registers = "", .since = VERSION(6, 3)),
	REFUSED("a field that this kernel does not have", "core_field",
		"no such field", "bpf_core_field_exists", .registers = ""),

	/* Arguments and return values. */
	REFUSED("a number where a helper wants a pointer", "helper_argument",
		"of another kind", "address of memory",
		.registers = "R2=scalar("),
	REFUSED("a length that may be anything", "helper_size", "larger than",
		"length > sizeof(bytes)", .registers = "R4=scalar("),
	REFUSED("a length that may be zero", "helper_empty", "may be zero",
		"!length", .registers = NULL),
	REFUSED("a variable where a helper wants a constant", "helper_constant",
		"must be a constant", "sizeof()", .registers = "R2=scalar("),
	REFUSED("a map of a kind that the helper does not take", "helper_map",
		"maps of this type", "bpf_tail_call()", .registers = ""),
	REFUSED("a dynptr that was never made", "dynptr", "initialised dynptr",
		"bpf_dynptr_from_mem()", .registers = ""),
	REFUSED("a callback that returns any number", "callback",
		"callbacks return", "a constant", .registers = "R0=scalar("),
	REFUSED("a global function that returns a pointer", "global_return",
		"other than integers", "make it static", .registers = ""),
	REFUSED("a tail call below too much stack", "tail_call",
		"256 bytes of stack", "program's main function",
		.registers = ""),

	/* Maps. */
	REFUSED("a read past the end of a map's value", "map_bounds",
		"beyond the end", "number of elements",
		.registers = "R1=map_value("),
	REFUSED("an index into a map's value without a bound", "map_index",
		"no upper bound", "if (index >= 64)",
		.registers = "R0=map_value("),
	REFUSED("an index into a map's value that may be negative",
		"map_negative", "may be negative", "__u32 index",
		.registers = "R0=map_value("),
	REFUSED("an index into a map's value far below it", "map_overrun",
		"or negative", "unsigned", .registers = "R0=map_value("),
	REFUSED("a write to a map that is read only", "map_read_only",
		"only read this memory", "not const",
		.registers = "R0=map_value("),

	/* The context. */
	REFUSED("a write to the context", "context_write", "struct xdp_md",
		"as __u32", .registers = "R1=ctx("),
	REFUSED("a read of the context at any offset", "context_offset",
		"not a constant", "ctx->data", .registers = "R6=ctx("),

	/* Arithmetic. */
	REFUSED("the end of the packet moved", "pointer_math",
		"arithmetic on data_end", "data + 4 > data_end",
		.registers = "R1=pkt_end("),
	REFUSED("a pointer that is masked", "pointer_bits",
		"numbers can be added", "compute with numbers",
		.registers = "R2=pkt("),
	REFUSED("a pointer compared with a number", "pointer_compare",
		"CAP_PERFMON", "load as root", .registers = "R1=ctx(",
		.unprivileged = true),
	REFUSED("an address that is returned", "pointer_leak", "would leak",
		"not pointers", .registers = "R0=ctx(", .unprivileged = true),
	REFUSED("a division by zero", "division", "divides by zero",
		"correct the constant", .registers = "R0=scalar("),
	REFUSED("a shift that is too wide", "shift", "more bits",
		"correct the constant", .registers = "R0=scalar("),

	/* What must be given back. */
	REFUSED("what was reserved and not given back", "reference",
		"not released", "bpf_ringbuf_submit()", .registers = ""),
	REFUSED("a return while a lock is held", "spin_lock", "holds a lock",
		"bpf_spin_unlock()", .registers = ""),
	REFUSED("a call while a lock is held", "lock_call",
		"while a lock is held", "before bpf_spin_lock()",
		.registers = ""),
};

/* ---- the kernel ---- */

static unsigned int kernel_version(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname name;

	assert_int_equal(uname(&name), 0);
	sscanf(name.release, "%u.%u", &major, &minor);
	return VERSION(major, minor);
}

/* Takes CAP_PERFMON and what implies it away, or gives it back. */
static void set_privileged(bool privileged)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	assert_int_equal(syscall(SYS_capget, &header, data), 0);
	for (int i = 0; i < 2; i++)
		data[i].effective = data[i].permitted;
	if (!privileged) {
		data[CAP_SYS_ADMIN / 32].effective &=
			~(1u << CAP_SYS_ADMIN % 32);
		data[CAP_PERFMON / 32].effective &= ~(1u << CAP_PERFMON % 32);
	}
	assert_int_equal(syscall(SYS_capset, &header, data), 0);
}

/* Loads the program, which must fail, with a log of the level. */
static int load(const struct refused *refused, int level, char *log)
{
	const char *build = getenv("B");
	struct bpf_program *program;
	struct bpf_object *object;
	char path[256];
	int err;

	snprintf(path, sizeof(path), "%s/tests/bpf/refused_%s.o",
		 build ? build : "build", refused->program);
	object = bpf_object__open_file(path, NULL);
	assert_non_null(object);
	program = bpf_object__next_program(object, NULL);
	log[0] = '\0';
	bpf_program__set_log_buf(program, log, LOG_SIZE);
	bpf_program__set_log_level(program, level);

	set_privileged(!refused->unprivileged);
	err = bpf_object__load(object);
	set_privileged(true);
	bpf_object__close(object);
	return err;
}

/* ---- what is said ---- */

/* Whether that line of a source file, or with 0 any, has the mark. */
static bool is_marked(const char *path, unsigned int line)
{
	FILE *file = fopen(path, "re");
	unsigned int number = 0;
	bool marked = false;
	char text[256];

	assert_non_null(file);
	while (fgets(text, sizeof(text), file)) {
		number++;
		if ((!line || number == line) && strstr(text, MARK))
			marked = true;
	}
	fclose(file);
	return marked;
}

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in: %s", part, text);
}

/* Kernels name the place since 6.9, older ones but the source's text, and not
 * even that may be there of what is refused before the first instruction. */
static void check_place(const struct xdplab_refusal *refusal,
			const struct refused *refused, const char *log)
{
	char path[256];

	snprintf(path, sizeof(path), "tests/bpf/refused_%s.bpf.c",
		 refused->program);
	if (!is_marked(path, 0) || (!*refusal->source && !strstr(log, ": ("))) {
		assert_string_equal(refusal->source, "");
		assert_string_equal(refusal->file, "");
		assert_int_equal(refusal->line, 0);
		return;
	}
	assert_contains(refusal->source, MARK);
	assert_true(refusal->insn >= 0);
	if (strstr(log, ".bpf.c:")) {
		assert_string_equal(refusal->file, strrchr(path, '/') + 1);
		assert_true(is_marked(path, refusal->line));
	}
}

/* What is said to be the verifier's words must be. */
static void check_words(const struct xdplab_refusal *refusal, const char *log)
{
	char words[256];

	snprintf(words, sizeof(words), "\n%.*s",
		 (int)strcspn(refusal->message, ";"), refusal->message);
	assert_contains(log - 1, words);
	if (*refusal->insn_text) {
		snprintf(words, sizeof(words), "\n%d: %s", refusal->insn,
			 refusal->insn_text);
		assert_contains(log, words);
	}
}

/* Returns the length of the log. */
static size_t check(const struct refused *refused, int level)
{
	struct xdplab_refusal *refusal = NULL;
	static char buffer[1 + LOG_SIZE] = "\n";
	char *log = buffer + 1;
	int err = load(refused, level, log);

	/* Before 6.4 the end of a log that is too long is lost. */
	if (err == -ENOSPC && kernel_version() < VERSION(6, 4))
		err = load(refused, 4, log);
	assert_true(err < 0);
	assert_int_equal(xdplab_refusal_read(&refusal, log), 0);

	check_words(refusal, log);
	check_place(refusal, refused, log);
	assert_contains(refusal->meaning, refused->meaning);
	assert_contains(refusal->cure, refused->cure);
	if (refused->registers && *refused->registers)
		assert_contains(refusal->registers, refused->registers);
	else if (refused->registers)
		assert_string_equal(refusal->registers, "");
	xdplab_refusal_free(refusal);
	return strlen(log);
}

static void is_explained(void **state)
{
	const struct refused *refused = *state;

	if (kernel_version() < refused->since)
		skip();
	/* To write out a million instructions takes the kernel seconds. */
	if (check(refused, 1) < LOG_SIZE / 2)
		check(refused, 2);
}

/* ---- the words of other kernels ---- */

static const struct {
	const char *message;
	const char *meaning;
} words[] = {
	/* Recorded on 5.10. */
	{ "R0 invalid mem access 'inv'", "number is used as an address" },
	{ "unknown func bpf_skb_pull_data#39", "cannot call this helper" },
	{ "invalid func unknown#181", "no helper with this number" },
	{ "R2 type=inv expected=fp, pkt, pkt_meta, map_value", "another kind" },
	{ "R2 unbounded size, use 'var &= const' or 'if (var < const)'",
	  "the length may be" },
	{ "arg#0 type is not a struct\n"
	  "Arg#0 type PTR in first() is not supported yet.",
	  "other than integers" },
	{ "misaligned stack access off (0x0; 0x0)+0+-15 size 8",
	  "not aligned" },
	{ "bpf_spin_unlock is missing", "while it holds a lock" },
	{ "Unreleased reference id=2 alloc_insn=5", "not released" },
	/* On 6.1. */
	{ "invalid zero-sized read", "may be zero" },
	{ "At callback return the register R0 has value (0x0; 0xffffffff) "
	  "should have been in (0x0; 0x1)",
	  "callbacks return 0" },
	/* From the sources of 5.10 to 6.12, and of libbpf 1.5. */
	{ "invalid stack off=-520 size=8", "512 bytes" },
	{ "invalid stack type R1 off=-528 access_size=8", "512 bytes" },
	{ "invalid indirect access to stack R2 off=-520 size=8", "512 bytes" },
	{ "invalid read from stack off -8+0 size 8", "padding" },
	{ "invalid indirect read from stack R2 off -16+4 size 16", "padding" },
	{ "R1 variable stack access var_off=(0x0; 0xff) off=-16 size=1",
	  "array on the stack" },
	{ "R2 variable offset stack access prohibited for !root, "
	  "var_off=(0x0; 0xf) off=0",
	  "array on the stack" },
	{ "mixing of tail_calls and bpf-to-bpf calls is not supported",
	  "BPF-to-BPF calls" },
	{ "The sequence of 8193 jumps is too complex.", "million" },
	{ "BPF_XADD stores into R1 pkt is not allowed", "atomic operations" },
	{ "R0 pointer arithmetic on map_value_or_null prohibited, null-check "
	  "it first",
	  "may be NULL" },
	{ "R1 type=map_value_or_null expected=fp", "may be NULL" },
	{ "Possibly NULL pointer passed to trusted arg0", "may be NULL" },
	{ "R2 invalid mem access 'pkt_end'", "pointer of this kind" },
	{ "dereference of modified ctx ptr R1 off=4 disallowed",
	  "not a constant" },
	{ "R2 pointer += pointer prohibited", "numbers can be added" },
	{ "R2 32-bit pointer arithmetic prohibited", "numbers can be added" },
	{ "R1 pointer arithmetic with >>= operator prohibited",
	  "numbers can be added" },
	{ "R3 leaks addr into map", "would leak" },
	{ "R1 cannot write into rdonly_mem", "only read this memory" },
	{ "R2 max value is outside of the allowed memory range",
	  "beyond the end" },
	{ "same insn cannot be used with different pointers",
	  "different kinds of memory" },
	{ "unknown opcode 8c", "does not know this instruction" },
	{ "jump out of range from insn 1 to 11", "falls off the end" },
	{ "kfunc 'bpf_none' is referenced but wasn't resolved",
	  "no such function" },
};

static void older_wordings_are_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct xdplab_refusal *refusal;
		char log[512];

		snprintf(log, sizeof(log), "0: (bf) r6 = r1\n%s\n",
			 words[i].message);
		assert_int_equal(xdplab_refusal_read(&refusal, log), 0);
		if (!strstr(refusal->meaning, words[i].meaning))
			fail_msg("\"%s\" is explained as: %s", words[i].message,
				 refusal->meaning);
		assert_true(*refusal->cure);
		xdplab_refusal_free(refusal);
	}
}

int main(void)
{
	static char names[ARRAY_SIZE(all)][80];
	struct CMUnitTest tests[ARRAY_SIZE(all) + 1];

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		snprintf(names[i], sizeof(names[i]), "%s is explained",
			 all[i].what);
		tests[i] = (struct CMUnitTest){
			.name = names[i],
			.test_func = is_explained,
			.initial_state = (void *)&all[i],
		};
	}
	tests[ARRAY_SIZE(all)] = (struct CMUnitTest)cmocka_unit_test(
		older_wordings_are_explained);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
