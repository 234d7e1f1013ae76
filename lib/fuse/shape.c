// SPDX-License-Identifier: LGPL-2.1-only
/*
 * shape - what matters of a stage's code when it is to be run by another
 *
 * Its length, its stack and its tail calls; an upper bound, since the verifier,
 * who knows exactly, is asked later.
 */
#include <errno.h>
#include <stdlib.h>

#include "fuse.h"
#include "internal.h"
#include "prog/code.h"

struct function {
	size_t start, end;
	int depth;		 /* of its own frame */
	uint32_t registers;	 /* that it names */
	int below, frames, tail; /* as in the shape; tail: its own included */
	bool entered, makes_tail_calls;
};

struct reading {
	const struct code *code;
	struct function functions[CODE_MAX_FUNCTIONS];
	size_t nr;
};

int fuse_frame(int depth)
{
	return depth > 0 ? (depth + 31) & ~31 : 32;
}

/* ---- instructions ---- */

static int64_t added_constant(const struct bpf_insn *insn)
{
	if (BPF_SRC(insn->code) != BPF_K)
		return 0;
	switch (BPF_OP(insn->code)) {
	case BPF_ADD:
	case BPF_MOV:
		return insn->imm;
	case BPF_SUB:
		return -(int64_t)insn->imm;
	default:
		return 0;
	}
}

/* How deep the instruction may reach into the stack: offsets from r10 or from
 * what could be a copy of it, and constants that are added to one, or that it
 * is added to. */
static int stack_reach(const struct bpf_insn *insn)
{
	int64_t offset = 0;

	switch (BPF_CLASS(insn->code)) {
	case BPF_ST:
	case BPF_STX:
	case BPF_LDX:
		offset = insn->off;
		break;
	case BPF_ALU64:
		offset = added_constant(insn);
	}
	return offset < 0 && offset >= -STACK_SIZE ? -offset : 0;
}

/* The source of a wide one and of a call says what its imm means. */
static uint32_t named_registers(const struct bpf_insn *insn)
{
	bool no_source =
		insn_is_wide(insn) || insn->code == (BPF_JMP | BPF_CALL);

	return 1u << insn->dst_reg | (no_source ? 0 : 1u << insn->src_reg);
}

int fuse_depth(const struct code *code, size_t start, size_t end)
{
	int depth = 0;

	for (size_t i = start; i < end; i++) {
		int reach = stack_reach(&code->insns[i]);

		if (reach > depth)
			depth = reach;
		i += insn_is_wide(&code->insns[i]);
	}
	return (depth + 7) & ~7;
}

static void read_function(struct function *function, const struct code *code)
{
	function->depth = fuse_depth(code, function->start, function->end);
	for (size_t i = function->start; i < function->end; i++) {
		const struct bpf_insn *insn = &code->insns[i];

		function->registers |= named_registers(insn);
		function->makes_tail_calls |= insn_is_tail_call(insn);
		i += insn_is_wide(insn);
	}
}

/* ---- who calls whom ---- */

static struct function *function_at(struct reading *reading, size_t start)
{
	size_t i = 0;

	while (reading->functions[i].start != start)
		i++;
	return &reading->functions[i];
}

static void take_callee(struct function *caller, const struct function *callee)
{
	int below = fuse_frame(callee->depth) + callee->below;

	if (below > caller->below)
		caller->below = below;
	if (callee->frames + 1 > caller->frames)
		caller->frames = callee->frames + 1;
	if (callee->tail >= 0 &&
	    fuse_frame(caller->depth) + callee->tail > caller->tail)
		caller->tail = fuse_frame(caller->depth) + callee->tail;
}

/* Callees first.  One that is entered already, a recursion, counts as empty:
 * the verifier refuses it anyway. */
static void enter(struct reading *reading, struct function *function)
{
	const struct code *code = reading->code;

	function->entered = true;
	function->frames = 1;
	function->tail = function->makes_tail_calls ? 0 : -1;
	for (size_t i = code_next_reference(code, function->start);
	     i < function->end; i = code_next_reference(code, i + 1)) {
		struct function *callee =
			function_at(reading, code_target(code, i));

		if (!callee->entered)
			enter(reading, callee);
		take_callee(function, callee);
	}
}

/* ---- the shape ---- */

static int read_functions(struct reading *reading, const char *name)
{
	const struct code *code = reading->code;
	size_t starts[CODE_MAX_FUNCTIONS + 1];

	if (!code->nr_insns)
		return fail(-EINVAL, "%s: has no instructions", name);
	reading->nr = code_functions(code, starts);
	if (!reading->nr)
		return fail(-EINVAL,
			    "%s: has more than %d functions, or calls "
			    "one outside of itself",
			    name, CODE_MAX_FUNCTIONS);
	starts[reading->nr] = code->nr_insns;
	for (size_t i = 0; i < reading->nr; i++) {
		reading->functions[i].start = starts[i];
		reading->functions[i].end = starts[i + 1];
		read_function(&reading->functions[i], code);
	}
	return 0;
}

int fuse_shape_read(struct fuse_shape *shape, const struct code *code,
		    const char *name)
{
	struct reading *reading = calloc(1, sizeof(*reading));
	const struct function *main;
	int err;

	if (!reading)
		return fail(-ENOMEM, "%s: out of memory", name);
	reading->code = code;
	err = read_functions(reading, name);
	if (err)
		goto out;
	enter(reading, &reading->functions[0]);
	main = &reading->functions[0];
	*shape = (struct fuse_shape){
		.length = main->end,
		.depth = main->depth,
		.registers = main->registers,
		.below = main->below,
		.frames = main->frames,
		.makes_tail_calls = main->makes_tail_calls,
		.tail_below = -1,
	};
	if (main->tail >= fuse_frame(main->depth))
		shape->tail_below = main->tail - fuse_frame(main->depth);
out:
	free(reading);
	return err;
}
