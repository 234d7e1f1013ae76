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
		.meaning = "this pointer is from before bpf_xdp_adjust_head(), "
			   "_meta() or _tail() moved the packet, and now is a "
			   "mere number",
		.cure = "after the call read ctx->data and ctx->data_end again, "
			"and compare them again before the access",
	},
	{
		.message = "invalid access to packet",
		.meaning = "the packet may end before the bytes that are "
			   "accessed: no comparison with data_end covers "
			   "all of them",
		.cure = "before the access compare the end of what it reads: "
			"`if ((void *)(eth + 1) > data_end) return XDP_PASS;`",
	},
	{
		.message = "pkt_end prohibited",
		.meaning = "nothing can be added to data_end, it can only be "
			   "compared with",
		.cure = "move the other side: instead of `data > data_end - 4` "
			"write `data + 4 > data_end`",
	},

	/* NULL. */
	{
		.message = "invalid mem access 'map_value_or_null'",
		.meaning = "bpf_map_lookup_elem() returns NULL for a key that "
			   "is not in the map, and what it returned is used "
			   "without asking",
		.cure = "ask right after the lookup, of arrays too: `if "
			"(!value) return XDP_PASS;`",
	},
	{
		.message = "invalid mem access '*_or_null'|null-check it first|"
			   "_or_null expected|Possibly NULL pointer",
		.meaning = "this pointer may be NULL, and is used without "
			   "asking; arguments of a global function may "
			   "always be",
		.cure = "ask before the use: `if (!pointer) return XDP_PASS;`",
	},

	/* What is no pointer. */
	{
		.message = "invalid mem access 'scalar'|"
			   "invalid mem access 'inv'",
		.meaning = "a number is used as an address: the verifier does "
			   "not know it as a pointer to packet, map value, "
			   "stack or context",
		.cure = "keep the pointer as it was given to you, without a "
			"cast to a number in between; after "
			"bpf_xdp_adjust_head() read ctx->data again",
	},
	{
		.message = "invalid mem access '",
		.meaning = "memory cannot be accessed through a pointer of "
			   "this kind",
		.cure = "access the packet through ctx->data and a map's value "
			"through what its lookup returned",
	},

	/* Registers. */
	{
		.message = "R0 !read_ok",
		.insn = "exit",
		.meaning = "the function may end without a return value",
		.cure = "return a verdict on every path: `return XDP_PASS;`",
	},
	{
		.message = "!read_ok",
		.insn = "call",
		.meaning = "an argument of the call was not set; calls clear "
			   "r1 to r5, so none is left from the one before",
		.cure = "give the function all its arguments: "
			"bpf/bpf_helper_defs.h has those of each helper",
	},
	{
		.message = "!read_ok",
		.meaning = "a register is read that was not set on every path "
			   "to this place, or that a call cleared",
		.cure = "initialise the variable where it is declared; in "
			"assembly keep in r6 to r9 what must outlive a call",
	},

	/* The stack. */
	{
		.message = "invalid read from stack*+|invalid indirect read "
			   "from stack",
		.meaning = "stack is read that was not written, perhaps the "
			   "padding of a structure",
		.cure = "clear the variable before its use: `struct key key = "
			"{};`, or memset() if it has padding",
	},
	{
		.message = "variable stack access|variable offset stack|"
			   "variable-offset",
		.meaning = "an array on the stack is indexed by a number that "
			   "may be out of its bounds",
		.cure = "bound the index before the access: `if (index >= 16) "
			"return XDP_PASS;`",
	},
	{
		.message = "invalid read from stack",
		.meaning = "stack is read that was not written, or that is "
			   "outside of a function's 512 bytes",
		.cure = "initialise the variable, `struct key key = {};`, and "
			"check the index of an array",
	},
	{
		.message = "invalid write to stack|invalid indirect access to "
			   "stack|invalid stack off|invalid stack type",
		.meaning = "the access reaches beyond its variable's end, or "
			   "beyond the 512 bytes of stack that a program has",
		.cure = "compare the size that is asked for with the buffer's; "
			"keep large data in a map: one element of a "
			"BPF_MAP_TYPE_PERCPU_ARRAY serves as working memory",
	},
	{
		.message = "combined stack size|stack size of subprog",
		.whole = true,
		.meaning = "functions that call each other need more than 512 "
			   "bytes of stack together",
		.cure = "keep large variables in a map: one element of a "
			"BPF_MAP_TYPE_PERCPU_ARRAY serves as working memory",
	},
	{
		.message = "call stack of*frames is too deep|recursive call",
		.meaning = "functions call each other more than eight deep, as "
			   "recursion does",
		.cure = "make a loop with a constant bound of the recursion, "
			"or mark small functions __always_inline",
	},

	/* Tail calls. */
	{
		.message = "tail_calls are not allowed when call stack",
		.whole = true,
		.meaning = "a function that makes a tail call is called from "
			   "one that uses more than 256 bytes of stack",
		.cure = "make the tail call in the program's own function, or "
			"keep the caller's large variables in a map",
	},
	{
		.message = "mixing of tail_calls|tail_calls are not allowed",
		.whole = true,
		.meaning = "this kernel allows no tail calls in a program that "
			   "has functions of its own",
		.cure = "mark every function __always_inline",
	},

	/* Loops and the flow of control. */
	{
		.message = "infinite loop detected",
		.meaning = "the loop has no end that the verifier can see: "
			   "it comes round with nothing changed",
		.cure = "count to a constant, and leave by break: `for (int i "
			"= 0; i < 16; i++)`",
	},
	{
		.message = "back-edge from insn",
		.meaning = "a recursion, or a loop where none is allowed: "
			   "before 5.3, or to callers without CAP_BPF",
		.cure = "make a loop of a recursion; unroll loops for such "
			"kernels by `#pragma unroll`",
	},
	{
		.message = "program is too large|jumps is too complex",
		.meaning = "the verifier gave up after a million instructions "
			   "or 8192 open branches: a loop is too long, or "
			   "branches multiply",
		.cure = "bound loops by a smaller constant or bpf_loop(); large "
			"functions that are global are verified once",
	},
	{
		.message = "unreachable insn",
		.meaning = "nothing leads to this instruction: it stands "
			   "behind an exit or a loop without an end",
		.cure = "let every loop end; in assembly remove what follows "
			"`exit` or `goto`",
	},
	{
		.message = "last insn is not an exit|jump out of range|jump "
			   "into the middle",
		.meaning = "control leaves the program other than by its "
			   "return, as from a function that lacks one",
		.cure = "return a verdict on every path: `return XDP_PASS;`; "
			"clang -Wall shows where one is missing",
	},

	/* Which functions may be called. */
	{
		.message = "cannot use helper|unknown func bpf_",
		.meaning = "the kernel has no such helper for XDP programs; "
			   "many are for tc or tracing only",
		.cure = "`bpftool feature probe` lists the helpers of program "
			"type xdp; bpf-helpers(7) describes them",
	},
	{
		.message = "invalid func|unknown func",
		.meaning = "the kernel knows no helper of this number: it is "
			   "older than the program",
		.cure = "call it only where it is: `if "
			"(bpf_core_enum_value_exists(enum bpf_func_id, "
			"BPF_FUNC_loop))`",
	},
	{
		.message = "GPL-restricted|kernel function from non-GPL",
		.meaning = "the kernel offers this function to programs under "
			   "the GPL only",
		.cure = "if the program is, declare it: `char LICENSE[] "
			"SEC(\"license\") = \"GPL\";`",
	},
	{
		.message = "device-bound",
		.meaning = "the metadata of received packets is read by the "
			   "driver, so the program must be loaded for a device",
		.cure = "load it with BPF_F_XDP_DEV_BOUND_ONLY and the "
			"interface's index, and attach it there only",
	},
	{
		.message = "calling kernel function*is not allowed",
		.meaning = "the kernel does not offer this function to XDP "
			   "programs",
		.cure = "leave the call out, or do this part in a program of "
			"another type that shares a map with this one",
	},
	{
		.message = "kfunc '*wasn't resolved",
		.meaning = "this kernel has no such function",
		.cure = "declare it __weak, and ask before the call: `if "
			"(bpf_ksym_exists(function))`",
	},
	{
		.message = "failed to resolve CO-RE relocation",
		.meaning = "this kernel's structure has no such field, or "
			   "there is no such structure",
		.cure = "ask before the access: `if "
			"(bpf_core_field_exists(object->field))`",
	},

	/* Arguments and return values. */
	{
		.message = "cannot pass map_type",
		.meaning = "the helper does not take maps of this type",
		.cure = "look up in arrays and hashes; a PROG_ARRAY is for "
			"bpf_tail_call(), a DEVMAP, CPUMAP or XSKMAP for "
			"bpf_redirect_map(), a RINGBUF for bpf_ringbuf_*()",
	},
	{
		.message = "type=*expected=",
		.meaning = "an argument of the helper is of another kind than "
			   "it takes",
		.cure = "give it the address of memory on the stack or in a "
			"map's value: `bpf_map_lookup_elem(&map, &key)`",
	},
	{
		.message = "dynptr",
		.meaning = "the helper takes a dynptr that has been made and "
			   "not been given back, or one not yet made",
		.cure = "make it first, by bpf_dynptr_from_mem(), "
			"bpf_dynptr_from_xdp() or "
			"bpf_ringbuf_reserve_dynptr()",
	},
	{
		.message = "not a known constant|must be a known constant",
		.meaning = "this argument must be a constant, and here it "
			   "depends on the packet or on a variable",
		.cure = "give a number or sizeof(); for records of many sizes "
			"there is bpf_ringbuf_output()",
	},
	{
		.message = "invalid zero-sized",
		.meaning = "the length may be zero, which the helper does not "
			   "take",
		.cure = "ask before the call: `if (!length || length > "
			"sizeof(bytes)) return XDP_PASS;`",
	},
	{
		.message = "'var &= const'",
		.meaning = "the length may be negative, or larger than the "
			   "memory it is given for",
		.cure = "make it unsigned, and bound it before the call: `if "
			"(length > sizeof(bytes)) return XDP_PASS;`",
	},
	{
		.message = "should have been in",
		.meaning = "the function may return a value that its caller "
			   "does not know: callbacks return 0 to go on, "
			   "1 to stop",
		.cure = "return a constant of the range that is named",
	},
	{
		.message = "doesn't return scalar|() is not supported yet",
		.meaning = "a global function returns or takes something else "
			   "than numbers",
		.cure = "make it static, or let it return int and take "
			"numbers; newer kernels also let it take pointers",
	},

	/* Maps. */
	{
		.message = "either use unsigned index",
		.meaning = "the index may be negative",
		.cure = "make it unsigned, `__u32 index`, and compare it with "
			"the number of elements",
	},
	{
		.message = "make sure to bounds check",
		.meaning = "the index has no upper bound",
		.cure = "bound it right before the access: `if (index >= 64) "
			"return XDP_PASS;`, or `index &= 63;`",
	},
	{
		.message = "invalid access to map|invalid access to memory|"
			   "outside of the allowed memory range",
		.meaning = "the access reaches beyond the end of the memory, "
			   "such as a map's value",
		.cure = "compare the index with the number of elements, and "
			"the map's value type with the type of the pointer",
	},
	{
		.message = "write into map forbidden|cannot write into",
		.meaning = "programs may only read this memory: it is a "
			   "constant, or its map has BPF_F_RDONLY_PROG",
		.cure = "write to a variable that is not const, or to a map "
			"without that flag",
	},

	/* The context. */
	{
		.message = "invalid bpf_context access",
		.meaning = "struct xdp_md has no such field, or not of this "
			   "size, or it may not be written",
		.cure = "read its fields by their names, as __u32; "
			"egress_ifindex is for programs in a devmap; move the "
			"packet's bounds by bpf_xdp_adjust_head() and _tail()",
	},
	{
		.message = "modified ctx ptr|variable ctx access|negative "
			   "offset ctx",
		.meaning = "the context is read at an offset that is not a "
			   "constant, or through a pointer that was moved",
		.cure = "read each field by its name, `ctx->data`, into a "
			"variable, and choose among the variables",
	},

	/* Arithmetic. */
	{
		.message = "math between|pointer be out of bounds|pointer "
			   "offset*is not allowed",
		.meaning = "the number that is added to this pointer may be "
			   "too large, or negative",
		.cure = "bound it before the addition, as an unsigned number: "
			"`if (offset > 1500) return XDP_PASS;`",
	},
	{
		.message = "pointer comparison prohibited|for !root",
		.meaning = "only callers with CAP_PERFMON may do this with a "
			   "pointer",
		.cure = "load as root or with CAP_PERFMON, or compare packet "
			"pointers with each other only",
	},
	{
		.message = "pointer arithmetic|operator*on pointer prohibited|"
			   "pointer*pointer prohibited",
		.meaning = "to and from a pointer only numbers can be added "
			   "and subtracted, in 64 bits, and not to every kind",
		.cure = "compute with numbers, and add the result to the "
			"pointer last",
	},
	{
		.message = "leaks addr",
		.meaning = "an address of the kernel would get out, as return "
			   "value or into memory that others read",
		.cure = "return and store numbers, not pointers; callers with "
			"CAP_PERFMON may",
	},
	{
		.message = "BPF_ATOMIC stores into|BPF_XADD stores into",
		.meaning = "atomic operations work on map values and the "
			   "stack, not on the packet or the context",
		.cure = "count in a map's value; change the packet by a plain "
			"assignment, no other CPU sees it",
	},
	{
		.message = "misaligned",
		.meaning = "the access is not aligned to its size, as the "
			   "stack always and some machines everywhere need",
		.cure = "copy such fields by __builtin_memcpy(), and leave it "
			"to the compiler where variables are",
	},
	{
		.message = "div by zero|invalid shift",
		.meaning = "the constant is impossible: it divides by zero, or "
			   "shifts by more bits than the register has",
		.cure = "correct the constant; by a variable that is zero a "
			"program may divide, the result is zero",
	},
	{
		.message = "same insn cannot be used with different pointers",
		.meaning = "the compiler made one access of two, to different "
			   "kinds of memory, in two branches",
		.cure = "keep them apart by `asm volatile(\"\" ::: "
			"\"memory\");` at the end of one branch",
	},
	{
		.message = "unknown opcode 8d",
		.meaning = "a call through a pointer, as of code not optimised",
		.cure = "compile with `clang -O2`",
	},
	{
		.message = "unknown opcode|uses reserved fields|invalid BPF_LD|"
			   "is read only",
		.meaning = "the kernel does not know this instruction",
		.cure = "compile for older instructions: `clang -mcpu=v2`",
	},

	/* What must be given back. */
	{
		.message = "Unreleased reference|reference leak",
		.meaning = "what this call acquires is not given back on every "
			   "path",
		.cure = "end every path with the call that does: "
			"bpf_ringbuf_submit() or _discard(), bpf_sk_release()",
	},
	{
		.message = "not allowed while holding a lock",
		.meaning = "a function is called while a lock is held",
		.cure = "call it before bpf_spin_lock(), and keep its result "
			"in a variable",
	},
	{
		.message = "bpf_spin_lock-ed region|bpf_spin_unlock is missing",
		.meaning = "the program may end while it holds a lock",
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
