// SPDX-License-Identifier: LGPL-2.1-only
/*
 * fuse - several programs in, one out
 *
 * The main function of the result is made of the stages' main functions, one
 * after the other.  Where a stage's would exit, it jumps to its end; there the
 * glue looks at the verdict in r0, and goes on or exits.  Between stages only
 * the context has to survive, in a stack slot below all that any stage uses;
 * since stages run one after another they share the stack instead of adding up.
 * Subprograms follow behind, and calls are aimed at where they went.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "fuse.h"
#include "internal.h"

#define STACK_SIZE 512		   /* MAX_BPF_STACK */
#define MAX_BODY   (INT16_MAX / 2) /* jumps have 16 bits, and glue is added */

struct fusing {
	struct code *out;
	size_t room; /* for instructions */
	struct fuse_stage *stages;
	struct fuse_place *places;
	size_t nr;
	const struct fuse_counts *counts;
	int16_t context_slot, row_slot;
	bool out_of_memory;
};

/* ---- reading instructions ---- */

static bool is_wide(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

/* A call or a callback whose imm is the distance to a subprogram. */
static bool refers_to_subprogram(const struct bpf_insn *insn)
{
	return (insn->code == (BPF_JMP | BPF_CALL) &&
		insn->src_reg == BPF_PSEUDO_CALL) ||
	       (is_wide(insn) && insn->src_reg == BPF_PSEUDO_FUNC);
}

/* Instructions of the main function: subprograms follow behind it. */
static size_t main_length(const struct code *code)
{
	size_t length = code->nr_insns;

	for (size_t i = 0; i < code->nr_insns; i++) {
		size_t target = i + 1 + code->insns[i].imm;

		if (refers_to_subprogram(&code->insns[i]) && target < length)
			length = target;
		i += is_wide(&code->insns[i]);
	}
	return length;
}

/* How deep the instruction may reach into the stack: offsets from r10, and
 * constants that could be added to a copy of it. */
static int stack_reach(const struct bpf_insn *insn)
{
	int class = BPF_CLASS(insn->code), offset = 0;

	if (((class == BPF_ST || class == BPF_STX) && insn->dst_reg == 10) ||
	    (class == BPF_LDX && insn->src_reg == 10))
		offset = insn->off;
	else if ((class == BPF_ALU64 || class == BPF_ALU) &&
		 BPF_SRC(insn->code) == BPF_K)
		offset = insn->imm;
	return offset < 0 && offset >= -STACK_SIZE ? -offset : 0;
}

static int stack_depth(const struct code *code, size_t length)
{
	int depth = 0;

	for (size_t i = 0; i < length; i++) {
		int reach = stack_reach(&code->insns[i]);

		if (reach > depth)
			depth = reach;
		i += is_wide(&code->insns[i]);
	}
	return (depth + 7) & ~7;
}

/* Why a stage's body cannot stand inside another function; NULL: it can. */
static const char *why_not_inline(const struct code *code, size_t length)
{
	if (length > MAX_BODY)
		return "its jumps would not reach its end";
	if (stack_depth(code, length) > STACK_SIZE - 2 * 8)
		return "its stack leaves no room for the chain's";
	for (size_t i = 0; i < length; i++) {
		const struct bpf_insn *insn = &code->insns[i];

		if (insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
		    insn->imm == BPF_FUNC_tail_call)
			return "it makes tail calls, which end a function";
		i += is_wide(insn);
	}
	return NULL;
}

/* ---- writing instructions ---- */

static void *more_room(void *array, size_t *room, size_t wanted, size_t size)
{
	size_t new_room = *room ? *room : 64;

	while (new_room < wanted)
		new_room *= 2;
	array = reallocarray(array, new_room, size);
	if (array)
		*room = new_room;
	return array;
}

static struct bpf_insn *add_insns(struct fusing *f, const struct bpf_insn *from,
				  size_t nr)
{
	struct code *out = f->out;
	struct bpf_insn *place;

	if (!out->insns || out->nr_insns + nr > f->room) {
		place = more_room(out->insns, &f->room, out->nr_insns + nr,
				  sizeof(*place));
		if (!place) {
			f->out_of_memory = true;
			return NULL;
		}
		out->insns = place;
	}
	place = out->insns + out->nr_insns;
	memcpy(place, from, nr * sizeof(*from));
	out->nr_insns += nr;
	return place;
}

#define ADD(f, ...)                                                            \
	do {                                                                   \
		const struct bpf_insn insns_[] = { __VA_ARGS__ };              \
		add_insns(f, insns_, ARRAY_SIZE(insns_));                      \
	} while (0)

#define MOV64_REG(dst, src)                                                    \
	{                                                                      \
		BPF_ALU64 | BPF_MOV | BPF_X, dst, src, 0, 0                    \
	}
#define MOV32_REG(dst, src)                                                    \
	{                                                                      \
		BPF_ALU | BPF_MOV | BPF_X, dst, src, 0, 0                      \
	}
#define MOV64_IMM(dst, imm)                                                    \
	{                                                                      \
		BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, imm                    \
	}
#define ALU64_IMM(op, dst, imm)                                                \
	{                                                                      \
		BPF_ALU64 | (op) | BPF_K, dst, 0, 0, imm                       \
	}
#define ALU64_REG(op, dst, src)                                                \
	{                                                                      \
		BPF_ALU64 | (op) | BPF_X, dst, src, 0, 0                       \
	}
#define LOAD64(dst, src, off)                                                  \
	{                                                                      \
		BPF_LDX | BPF_MEM | BPF_DW, dst, src, off, 0                   \
	}
#define STORE64(dst, off, src)                                                 \
	{                                                                      \
		BPF_STX | BPF_MEM | BPF_DW, dst, src, off, 0                   \
	}
#define JUMP32_IMM(op, dst, imm, off)                                          \
	{                                                                      \
		BPF_JMP32 | (op) | BPF_K, dst, 0, off, imm                     \
	}
#define CALL_HELPER(id)                                                        \
	{                                                                      \
		BPF_JMP | BPF_CALL, 0, 0, 0, id                                \
	}
#define CALL_SUBPROGRAM                                                        \
	{                                                                      \
		BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 0                   \
	}
#define EXIT                                                                   \
	{                                                                      \
		BPF_JMP | BPF_EXIT, 0, 0, 0, 0                                 \
	}
/* A pointer into the value of an array map; two instructions. */
#define MAP_VALUE(dst, fd)                                                     \
	{ BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_VALUE, 0, fd },       \
	{                                                                      \
		0, 0, 0, 0, 0                                                  \
	}

/* ---- the glue ---- */

/* Keeps the context, and finds this CPU's row of counters once for all stages:
 * then a count is an addition to memory. */
static void add_entry(struct fusing *f)
{
	const struct fuse_counts *counts = f->counts;

	ADD(f, STORE64(10, f->context_slot, 1));
	if (!counts)
		return;
	ADD(f, CALL_HELPER(BPF_FUNC_get_smp_processor_id),
	    ALU64_IMM(BPF_AND, 0, counts->rows - 1),
	    ALU64_IMM(BPF_LSH, 0, __builtin_ctz(counts->row_size)),
	    MAP_VALUE(1, counts->map_fd), ALU64_REG(BPF_ADD, 1, 0),
	    STORE64(10, f->row_slot, 1));
}

/* Counts the verdict in r0; one that is none counts as ABORTED, for so the
 * kernel takes it. */
static void add_count(struct fusing *f, size_t stage)
{
	int16_t offset = stage * FUSE_VERDICTS * sizeof(uint64_t);

	ADD(f, MOV32_REG(1, 0), JUMP32_IMM(BPF_JLT, 1, FUSE_VERDICTS, 1),
	    MOV64_IMM(1, 0), ALU64_IMM(BPF_LSH, 1, 3),
	    LOAD64(2, 10, f->row_slot), ALU64_REG(BPF_ADD, 2, 1),
	    LOAD64(1, 2, offset), ALU64_IMM(BPF_ADD, 1, 1),
	    STORE64(2, offset, 1));
}

/* Goes on after the verdicts in `actions`, else leaves the chain. */
static void add_decision(struct fusing *f, uint32_t actions)
{
	actions &= (1u << FUSE_VERDICTS) - 1;
	if (!actions) {
		/* The verifier wants a way to every instruction, though it
		 * sees that this one is never gone. */
		ADD(f, JUMP32_IMM(BPF_JGT, 0, -1, 1), EXIT);
	} else if (!(actions & (actions - 1))) { /* one verdict */
		ADD(f, JUMP32_IMM(BPF_JEQ, 0, __builtin_ctz(actions), 1), EXIT);
	} else {
		ADD(f, JUMP32_IMM(BPF_JGE, 0, FUSE_VERDICTS, 4),
		    MOV32_REG(2, 0), MOV64_IMM(1, actions),
		    ALU64_REG(BPF_RSH, 1, 2), JUMP32_IMM(BPF_JSET, 1, 1, 1),
		    EXIT);
	}
}

/* ---- the code ---- */

/* An inlined stage's main function: its exits become jumps to its end. */
static void add_body(struct fusing *f, const struct code *code, size_t length)
{
	struct bpf_insn *body = add_insns(f, code->insns, length);

	for (size_t i = 0; body && i < length; i++) {
		if (body[i].code == (BPF_JMP | BPF_EXIT))
			body[i] = (struct bpf_insn){
				.code = BPF_JMP | BPF_JA,
				.off = length - (i + 1),
			};
		i += is_wide(&body[i]);
	}
}

/* Aims an inlined stage's references at where its subprograms went. */
static void aim(struct fusing *f, const struct fuse_place *place)
{
	struct bpf_insn *body = f->out->insns + place->main;
	int moved = (int)place->behind - (int)(place->main + place->length);

	for (size_t i = 0; i < place->length; i++) {
		if (refers_to_subprogram(&body[i]))
			body[i].imm += moved;
		i += is_wide(&body[i]);
	}
}

static void add_main(struct fusing *f)
{
	add_entry(f);
	for (size_t i = 0; i < f->nr; i++) {
		struct fuse_stage *stage = &f->stages[i];

		if (i || f->counts)
			ADD(f, LOAD64(1, 10, f->context_slot));
		f->places[i].main = f->out->nr_insns;
		if (stage->called)
			ADD(f, CALL_SUBPROGRAM);
		else
			add_body(f, stage->code, f->places[i].length);
		if (f->counts)
			add_count(f, i);
		if (i + 1 < f->nr)
			add_decision(f, stage->actions);
	}
	ADD(f, EXIT);
}

/* Subprograms of inlined stages, and called stages whole. */
static void add_functions(struct fusing *f)
{
	for (size_t i = 0; !f->out_of_memory && i < f->nr; i++) {
		const struct code *code = f->stages[i].code;
		struct fuse_place *place = &f->places[i];

		place->behind = f->out->nr_insns;
		if (!add_insns(f, code->insns + place->skip,
			       code->nr_insns - place->skip))
			return;
		if (f->stages[i].called)
			f->out->insns[place->main].imm =
				place->behind - (place->main + 1);
		else
			aim(f, place);
	}
}

/* ---- fuse ---- */

static int plan(struct fusing *f)
{
	int depth = 0;

	for (size_t i = 0; i < f->nr; i++) {
		struct fuse_stage *stage = &f->stages[i];
		struct fuse_place *place = &f->places[i];
		int reach;

		place->length = main_length(stage->code);
		if (!place->length)
			return fail(-EINVAL, "%s: has no instructions",
				    stage->name);
		stage->called = why_not_inline(stage->code, place->length);
		if (stage->called)
			continue;
		place->skip = place->length;
		reach = stack_depth(stage->code, place->length);
		if (reach > depth)
			depth = reach;
	}
	f->context_slot = -(depth + 8);
	f->row_slot = -(depth + 16);
	return 0;
}

/* Where the stages' main functions are, for whoever explains a refusal. */
static void tell_places(struct fusing *f)
{
	for (size_t i = 0; i < f->nr; i++) {
		const struct fuse_place *place = &f->places[i];
		bool called = f->stages[i].called;

		f->stages[i].start = called ? place->behind : place->main;
		f->stages[i].end = f->stages[i].start + place->length;
	}
}

int fuse(struct code *out, struct fuse_stage *stages, size_t nr,
	 const struct fuse_counts *counts)
{
	struct code result = { 0 };
	struct fusing f = {
		.out = &result, .stages = stages, .nr = nr, .counts = counts
	};
	int err = -ENOMEM;

	f.places = calloc(nr, sizeof(*f.places));
	if (f.places)
		err = plan(&f);
	if (!err) {
		add_main(&f);
		add_functions(&f);
		err = f.out_of_memory
			      ? -ENOMEM
			      : fuse_describe(&result, stages, f.places, nr);
	}
	if (!err)
		tell_places(&f);
	free(f.places);
	if (err == -ENOMEM)
		fail(err, "chain: out of memory");
	if (err) {
		btf__free(result.btf);
		code_free(&result);
		return err;
	}
	*out = result;
	return 0;
}
