// SPDX-License-Identifier: LGPL-2.1-only
/*
 * rules - what the verifier's refusals mean, and what cures them
 *
 * The words are those of kernels 5.10 to 6.18, and of libbpf where it writes
 * into the log.  The first rule that fits counts, so what is special stands
 * before what is general.
 */
#include <string.h>

#include "internal.h"
#include "verifier.h"

static const struct verifier_rule rules[] = {
	/* The packet. */
	{
		.message = "invalid mem access",
		.stale = true,
		.meaning = "this pointer became invalid when "
			   "bpf_xdp_adjust_head(), _meta() or _tail() moved "
			   "the packet",
		.cure = "after the call, read ctx->data and ctx->data_end "
			"again and repeat the bounds check",
	},
	{
		.message = "invalid access to packet",
		.meaning = "the packet may end before the accessed bytes: no "
			   "bounds check against data_end covers all of them",
		.cure = "check bounds before the access: `if ((void *)(eth + "
			"1) > data_end) return XDP_PASS;`",
	},
	{
		.message = "pkt_end prohibited",
		.meaning = "arithmetic on data_end is not allowed, only "
			   "comparisons",
		.cure = "add to the other side: use `data + 4 > data_end` "
			"instead of `data > data_end - 4`",
	},

	/* NULL. */
	{
		.message = "invalid mem access 'map_value_or_null'",
		.meaning = "bpf_map_lookup_elem() returns NULL for a missing "
			   "key, and its result is used without a NULL check",
		.cure = "check right after the lookup, even for arrays: `if "
			"(!value) return XDP_PASS;`",
	},
	{
		.message = "invalid mem access '*_or_null'|null-check it first|"
			   "_or_null expected|Possibly NULL pointer",
		.meaning = "this pointer may be NULL and is used without a "
			   "NULL check; arguments of global functions always "
			   "may be",
		.cure = "check it first: `if (!pointer) return XDP_PASS;`",
	},

	/* What is no pointer. */
	{
		.message = "invalid mem access 'scalar'|"
			   "invalid mem access 'inv'",
		.meaning = "a number is used as an address: it is not a "
			   "pointer to the packet, a map value, the stack or "
			   "the context",
		.cure = "keep the pointer as it is, do not cast it to a "
			"number; after bpf_xdp_adjust_head(), read ctx->data "
			"again",
	},
	{
		.message = "invalid mem access '",
		.meaning = "memory cannot be accessed through a pointer of "
			   "this kind",
		.cure = "access the packet through ctx->data, and map values "
			"through the pointer that the lookup returned",
	},

	/* Registers. */
	{
		.message = "R0 !read_ok",
		.insn = "exit",
		.meaning = "the function may return without a return value",
		.cure = "return a verdict on every path: `return XDP_PASS;`",
	},
	{
		.message = "!read_ok",
		.insn = "call",
		.meaning = "an argument of the call was not set; calls clobber "
			   "r1 to r5",
		.cure = "pass all its arguments, see bpf/bpf_helper_defs.h",
	},
	{
		.message = "!read_ok",
		.meaning = "a register is read that was not set on every path, "
			   "or that a call clobbered",
		.cure = "initialise the variable where it is declared; in "
			"assembly, use r6 to r9 for values that must survive a "
			"call",
	},

	/* The stack. */
	{
		.message = "invalid read from stack*+|invalid indirect read "
			   "from stack",
		.meaning = "stack is read that was not written, maybe the "
			   "padding of a struct",
		.cure = "initialise the variable: `struct key key = {};`, or "
			"memset() if it has padding",
	},
	{
		.message = "variable stack access|variable offset stack|"
			   "variable-offset",
		.meaning = "an array on the stack is indexed by a number that "
			   "may be out of bounds",
		.cure = "check the index before the access: `if (index >= 16) "
			"return XDP_PASS;`",
	},
	{
		.message = "invalid read from stack",
		.meaning = "stack is read that was not written, or that is "
			   "beyond the 512 bytes of a function",
		.cure = "initialise the variable, `struct key key = {};`, and "
			"check array indices",
	},
	{
		.message = "invalid write to stack|invalid indirect access to "
			   "stack|invalid stack off|invalid stack type",
		.meaning = "the access is beyond the end of the variable, or "
			   "beyond the 512 bytes of stack",
		.cure = "check the size against the buffer; keep large data in "
			"a map, such as a BPF_MAP_TYPE_PERCPU_ARRAY with one "
			"element",
	},
	{
		.message = "combined stack size|stack size of subprog",
		.whole = true,
		.meaning = "nested functions use more than 512 bytes of stack "
			   "in total",
		.cure = "keep large variables in a map, such as a "
			"BPF_MAP_TYPE_PERCPU_ARRAY with one element",
	},
	{
		.message = "call stack of*frames is too deep|recursive call",
		.meaning = "calls are nested more than eight deep, or there is "
			   "recursion",
		.cure = "replace recursion by a bounded loop, or mark small "
			"functions __always_inline",
	},

	/* Tail calls. */
	{
		.message = "tail_calls are not allowed when call stack",
		.whole = true,
		.meaning = "a function that makes a tail call has a caller "
			   "that uses more than 256 bytes of stack",
		.cure = "make the tail call in the program's main function, or "
			"keep the caller's large variables in a map",
	},
	{
		.message = "mixing of tail_calls|tail_calls are not allowed",
		.whole = true,
		.meaning = "this kernel does not allow tail calls in programs "
			   "with BPF-to-BPF calls",
		.cure = "mark every function __always_inline",
	},

	/* Loops and the flow of control. */
	{
		.message = "infinite loop detected",
		.meaning = "the verifier cannot prove that the loop ends: an "
			   "iteration changes nothing",
		.cure = "count up to a constant and leave with break: `for "
			"(int i = 0; i < 16; i++)`",
	},
	{
		.message = "back-edge from insn",
		.meaning = "recursion, or a loop where none is allowed: "
			   "kernels before 5.3, or callers without CAP_BPF",
		.cure = "replace recursion by a loop; unroll loops with "
			"`#pragma unroll`",
	},
	{
		.message = "program is too large|jumps is too complex",
		.meaning = "the verifier gave up after a million instructions "
			   "or 8192 pending branches: a loop is too long, or "
			   "branches multiply",
		.cure = "use a smaller constant bound or bpf_loop(); make "
			"large functions global, these are only verified once",
	},
	{
		.message = "unreachable insn",
		.meaning = "this instruction is unreachable: it follows an "
			   "exit or an endless loop",
		.cure = "make every loop end; in assembly, remove the code "
			"after `exit` or `goto`",
	},
	{
		.message = "last insn is not an exit|jump out of range|jump "
			   "into the middle",
		.meaning = "control flow falls off the end of the program or "
			   "function",
		.cure = "return a verdict on every path: `return XDP_PASS;`; "
			"clang -Wall shows where one is missing",
	},

	/* Which functions may be called. */
	{
		.message = "cannot use helper|unknown func bpf_",
		.meaning = "XDP programs cannot call this helper; many are for "
			   "tc or tracing only",
		.cure = "`bpftool feature probe` lists the helpers for program "
			"type xdp, see also bpf-helpers(7)",
	},
	{
		.message = "invalid func|unknown func",
		.meaning = "the kernel has no helper with this number: it is "
			   "too old",
		.cure = "only call it if it exists: `if "
			"(bpf_core_enum_value_exists(enum bpf_func_id, "
			"BPF_FUNC_loop))`",
	},
	{
		.message = "GPL-restricted|kernel function from non-GPL",
		.meaning = "this function is only available to GPL programs",
		.cure = "if the program is GPL, declare it: `char LICENSE[] "
			"SEC(\"license\") = \"GPL\";`",
	},
	{
		.message = "device-bound",
		.meaning = "metadata kfuncs are driver-specific: the program "
			   "must be bound to a device",
		.cure = "load it with BPF_F_XDP_DEV_BOUND_ONLY and the "
			"ifindex, and only attach it there",
	},
	{
		.message = "calling kernel function*is not allowed",
		.meaning = "XDP programs cannot call this kernel function",
		.cure = "remove the call, or move it to a program of another "
			"type that shares a map with this one",
	},
	{
		.message = "kfunc '*wasn't resolved",
		.meaning = "this kernel has no such function",
		.cure = "declare it __weak and check before the call: `if "
			"(bpf_ksym_exists(function))`",
	},
	{
		.message = "failed to resolve CO-RE relocation",
		.meaning = "this kernel has no such struct, or it has no such "
			   "field",
		.cure = "check before the access: `if "
			"(bpf_core_field_exists(object->field))`",
	},

	/* Arguments and return values. */
	{
		.message = "cannot pass map_type",
		.meaning = "the helper does not support maps of this type",
		.cure = "use lookups for arrays and hashes, bpf_tail_call() "
			"for PROG_ARRAY, bpf_redirect_map() for DEVMAP, CPUMAP "
			"and XSKMAP, bpf_ringbuf_*() for RINGBUF",
	},
	{
		.message = "type=*expected=",
		.meaning = "the helper expects an argument of another kind",
		.cure = "pass the address of memory on the stack or in a map "
			"value: `bpf_map_lookup_elem(&map, &key)`",
	},
	{
		.message = "dynptr",
		.meaning = "the helper expects an initialised dynptr that was "
			   "not released, or an uninitialised one",
		.cure = "initialise it first with bpf_dynptr_from_mem(), "
			"bpf_dynptr_from_xdp() or bpf_ringbuf_reserve_dynptr()",
	},
	{
		.message = "not a known constant|must be a known constant",
		.meaning = "this argument must be a constant, but depends on "
			   "the packet or on a variable",
		.cure = "pass a number or sizeof(); for records of variable "
			"size, use bpf_ringbuf_output()",
	},
	{
		.message = "invalid zero-sized",
		.meaning = "the length may be zero, which the helper does not "
			   "accept",
		.cure = "check before the call: `if (!length || length > "
			"sizeof(bytes)) return XDP_PASS;`",
	},
	{
		.message = "'var &= const'",
		.meaning = "the length may be negative, or larger than the "
			   "buffer",
		.cure = "make it unsigned, and check it before the call: `if "
			"(length > sizeof(bytes)) return XDP_PASS;`",
	},
	{
		.message = "should have been in",
		.meaning = "the function may return a value that is not "
			   "allowed: callbacks return 0 to continue, 1 to stop",
		.cure = "return a constant in the range given",
	},
	{
		.message = "doesn't return scalar|() is not supported yet",
		.meaning = "a global function returns or takes something other "
			   "than integers",
		.cure = "make it static, or return int and take integers; "
			"newer kernels also allow pointer arguments",
	},

	/* Maps. */
	{
		.message = "either use unsigned index",
		.meaning = "the index may be negative",
		.cure = "make it unsigned, `__u32 index`, and check it against "
			"the number of elements",
	},
	{
		.message = "make sure to bounds check",
		.meaning = "the index has no upper bound",
		.cure = "check it right before the access: `if (index >= 64) "
			"return XDP_PASS;`, or `index &= 63;`",
	},
	{
		.message = "invalid access to map|invalid access to memory|"
			   "outside of the allowed memory range",
		.meaning = "the access is beyond the end of the memory, such "
			   "as a map value",
		.cure = "check the index against the number of elements, and "
			"the pointer type against the map's value type",
	},
	{
		.message = "write into map forbidden|cannot write into",
		.meaning = "programs may only read this memory: it is "
			   "constant, or its map has BPF_F_RDONLY_PROG",
		.cure = "write to a variable that is not const, or to a map "
			"without that flag",
	},

	/* The context. */
	{
		.message = "invalid bpf_context access",
		.meaning = "struct xdp_md has no such field, or of another "
			   "size, or it is read-only",
		.cure = "access its fields by name, as __u32; egress_ifindex "
			"is only for programs in a devmap; use "
			"bpf_xdp_adjust_head() and _tail() to move the packet "
			"bounds",
	},
	{
		.message = "modified ctx ptr|variable ctx access|negative "
			   "offset ctx",
		.meaning = "the context is read at an offset that is not a "
			   "constant, or through a modified pointer",
		.cure = "read each field by name, `ctx->data`, into a "
			"variable, and select among the variables",
	},

	/* Arithmetic. */
	{
		.message = "math between|pointer be out of bounds|pointer "
			   "offset*is not allowed",
		.meaning = "the number added to this pointer may be too large, "
			   "or negative",
		.cure = "check it before the addition, as an unsigned number: "
			"`if (offset > 1500) return XDP_PASS;`",
	},
	{
		.message = "pointer comparison prohibited|for !root",
		.meaning = "only callers with CAP_PERFMON may do this with a "
			   "pointer",
		.cure = "load as root or with CAP_PERFMON, or only compare "
			"packet pointers with each other",
	},
	{
		.message = "pointer arithmetic|operator*on pointer prohibited|"
			   "pointer*pointer prohibited",
		.meaning = "only 64-bit numbers can be added to or subtracted "
			   "from a pointer, and not for every kind of pointer",
		.cure = "compute with numbers first, then add the result to "
			"the pointer",
	},
	{
		.message = "leaks addr",
		.meaning = "a kernel address would leak, as the return value "
			   "or into memory that others can read",
		.cure = "return and store numbers, not pointers, or load with "
			"CAP_PERFMON",
	},
	{
		.message = "BPF_ATOMIC stores into|BPF_XADD stores into",
		.meaning = "atomic operations work on map values and the "
			   "stack, not on the packet or the context",
		.cure = "count in a map value; modify the packet with plain "
			"stores, no other CPU sees it",
	},
	{
		.message = "misaligned",
		.meaning = "the access is not aligned to its size, as required "
			   "on the stack, and everywhere on some architectures",
		.cure = "copy such fields with __builtin_memcpy(), and leave "
			"the layout of variables to the compiler",
	},
	{
		.message = "div by zero|invalid shift",
		.meaning = "invalid constant: it divides by zero, or shifts by "
			   "more bits than the register has",
		.cure = "correct the constant; division by a variable that is "
			"zero is allowed and yields zero",
	},
	{
		.message = "same insn cannot be used with different pointers",
		.meaning = "the compiler merged accesses to different kinds of "
			   "memory from two branches",
		.cure = "separate them with `asm volatile(\"\" ::: "
			"\"memory\");` at the end of one branch",
	},
	{
		.message = "unknown opcode 8d",
		.meaning = "an indirect call, as in unoptimised code",
		.cure = "compile with `clang -O2`",
	},
	{
		.message = "unknown opcode|uses reserved fields|invalid BPF_LD|"
			   "is read only",
		.meaning = "the kernel does not know this instruction",
		.cure = "compile for an older instruction set: `clang -mcpu=v2`",
	},

	/* What must be given back. */
	{
		.message = "Unreleased reference|reference leak",
		.meaning = "the reference acquired by this call is not "
			   "released on every path",
		.cure = "release it on every path: bpf_ringbuf_submit() or "
			"_discard(), bpf_sk_release()",
	},
	{
		.message = "not allowed while holding a lock",
		.meaning = "a function is called while a lock is held",
		.cure = "call it before bpf_spin_lock() and keep the result in "
			"a variable",
	},
	{
		.message = "bpf_spin_lock-ed region|bpf_spin_unlock is missing",
		.meaning = "the program may return while it holds a lock",
		.cure = "call bpf_spin_unlock() on every path, before the "
			"return",
	},

	{ .message = "", .meaning = "", .cure = "" },
};

/* Whether the parts of the pattern, which '*' joins, follow each other. */
static bool has_parts(struct span text, const char *pattern, size_t length)
{
	const char *end = pattern + length;

	while (pattern <= end) {
		const char *star = memchr(pattern, '*', end - pattern);
		size_t part = (star ? star : end) - pattern;
		const char *found = memmem(text.at, text.length, pattern, part);

		if (!found)
			return false;
		text.length -= found + part - text.at;
		text.at = found + part;
		pattern += part + 1;
	}
	return true;
}

/* Whether one of the pattern's alternatives, which '|' joins, fits. */
static bool matches(struct span text, const char *pattern)
{
	for (;;) {
		size_t length = strcspn(pattern, "|");

		if (has_parts(text, pattern, length))
			return true;
		if (!pattern[length])
			return false;
		pattern += length + 1;
	}
}

const struct verifier_rule *verifier_rule_find(struct span message,
					       struct span insn, bool stale)
{
	const struct verifier_rule *rule = rules;

	while (!matches(message, rule->message) || (rule->stale && !stale) ||
	       (rule->insn && !matches(insn, rule->insn)))
		rule++;
	return rule;
}
