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

#define NO_MAP UINT32_MAX

struct fusing {
	struct code *out;
	size_t room; /* for instructions */
	struct fuse_stage *stages;
	struct fuse_place *places;
	size_t nr;
	const struct fuse_opts *opts;
	int16_t context_slot, row_slot;
	uint32_t row_map; /* whose row is in the slot, or NO_MAP */
	bool out_of_memory;
};

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
/* A map, and a pointer into the value of an array map; two instructions. */
#define MAP_FD(dst, fd)                                                        \
	{ BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_FD, 0, fd },          \
	{                                                                      \
		0, 0, 0, 0, 0                                                  \
	}
#define MAP_VALUE(dst, fd)                                                     \
	{ BPF_LD | BPF_IMM | BPF_DW, dst, BPF_PSEUDO_MAP_VALUE, 0, fd },       \
	{                                                                      \
		0, 0, 0, 0, 0                                                  \
	}

/* ---- the glue ---- */

/* Finds this CPU's row of counters, once for all stages that count in the same
 * map: then a count is an addition to memory. */
static void add_row(struct fusing *f, uint32_t map)
{
	const struct fuse_counts *counts = &f->opts->counts;

	if (f->row_map == map)
		return;
	f->row_map = map;
	ADD(f, CALL_HELPER(BPF_FUNC_get_smp_processor_id),
	    ALU64_IMM(BPF_AND, 0, counts->rows - 1),
	    ALU64_IMM(BPF_LSH, 0, __builtin_ctz(counts->row_size)),
	    MAP_VALUE(1, counts->map_fds[map]), ALU64_REG(BPF_ADD, 1, 0),
	    STORE64(10, f->row_slot, 1));
}

/* Counts the verdict in r0; one that is none counts as ABORTED, for so the
 * kernel takes it. */
static void add_count(struct fusing *f, uint32_t counter)
{
	uint32_t in_row = counter % fuse_counts_per_map(&f->opts->counts);
	int16_t offset = in_row * FUSE_VERDICTS * sizeof(uint64_t);

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
		i += insn_is_wide(&body[i]);
	}
}

/* Aims an inlined stage's references at where its subprograms went. */
static void aim(struct fusing *f, const struct fuse_place *place)
{
	struct bpf_insn *body = f->out->insns + place->main;
	int moved = (int)place->behind - (int)(place->main + place->length);

	for (size_t i = 0; i < place->length; i++) {
		if (insn_is_reference(&body[i]))
			body[i].imm += moved;
		i += insn_is_wide(&body[i]);
	}
}

/* A tail call comes back only by failing: the kernel allows 33 of them for a
 * packet.  What was not filtered must not pass then. */
static void add_tail_call(struct fusing *f, uint32_t slot)
{
	ADD(f, MAP_FD(2, f->opts->slots_fd), MOV64_IMM(3, slot),
	    CALL_HELPER(BPF_FUNC_tail_call), MOV64_IMM(0, XDP_ABORTED), EXIT);
}

static void add_stage(struct fusing *f, size_t i)
{
	struct fuse_stage *stage = &f->stages[i];

	if (stage->counter != FUSE_UNCOUNTED)
		add_row(f,
			stage->counter / fuse_counts_per_map(&f->opts->counts));
	if (i || stage->counter != FUSE_UNCOUNTED)
		ADD(f, LOAD64(1, 10, f->context_slot));
	f->places[i].main = f->out->nr_insns;
	if (stage->how == XDPLAB_STAGE_INLINED)
		add_body(f, stage->code, f->places[i].length);
	else
		ADD(f, CALL_SUBPROGRAM);
	if (stage->counter != FUSE_UNCOUNTED)
		add_count(f, stage->counter);
}

/* Whether something comes after a stage that needs the context. */
static bool context_survives(const struct fusing *f)
{
	return f->nr > 1 || f->opts->goes_on ||
	       f->stages[0].counter != FUSE_UNCOUNTED;
}

static void add_main(struct fusing *f)
{
	if (context_survives(f))
		ADD(f, STORE64(10, f->context_slot, 1));
	for (size_t i = 0; i < f->nr; i++) {
		add_stage(f, i);
		if (i + 1 < f->nr || f->opts->goes_on)
			add_decision(f, f->stages[i].actions);
	}
	if (f->opts->goes_on) {
		ADD(f, LOAD64(1, 10, f->context_slot));
		add_tail_call(f, f->opts->next);
	} else {
		ADD(f, EXIT);
	}
}

/* Subprograms of inlined stages, called stages whole, and for each that is
 * tail-called a function that does it, so that control comes back. */
static void add_functions(struct fusing *f)
{
	for (size_t i = 0; !f->out_of_memory && i < f->nr; i++) {
		const struct fuse_stage *stage = &f->stages[i];
		struct fuse_place *place = &f->places[i];

		place->behind = f->out->nr_insns;
		if (stage->how == XDPLAB_STAGE_TAIL_CALLED)
			add_tail_call(f, stage->slot);
		else
			add_insns(f, stage->code->insns + place->skip,
				  stage->code->nr_insns - place->skip);
		if (f->out_of_memory)
			return;
		place->nr_behind = f->out->nr_insns - place->behind;
		if (stage->how == XDPLAB_STAGE_INLINED)
			aim(f, place);
		else
			f->out->insns[place->main].imm =
				place->behind - (place->main + 1);
	}
}

/* ---- fuse ---- */

/* Where the stages' code will be, and how deep their common stack is. */
static int lay_out(struct fusing *f)
{
	int depth = 0, err = 0;

	for (size_t i = 0; !err && i < f->nr; i++) {
		const struct fuse_stage *stage = &f->stages[i];
		struct fuse_shape shape;

		if (stage->how != XDPLAB_STAGE_INLINED)
			continue;
		err = fuse_shape_read(&shape, stage->code, stage->name);
		if (err)
			break;
		f->places[i].length = shape.length;
		f->places[i].skip = shape.length;
		if (shape.depth > depth)
			depth = shape.depth;
	}
	f->context_slot = -(depth + 8);
	f->row_slot = -(depth + 16);
	return err;
}

/* Where the stages are, for whoever explains a refusal. */
static void tell_places(struct fusing *f)
{
	for (size_t i = 0; i < f->nr; i++) {
		const struct fuse_place *place = &f->places[i];
		bool inlined = f->stages[i].how == XDPLAB_STAGE_INLINED;

		f->stages[i].start = place->main;
		f->stages[i].end = place->main + (inlined ? place->length : 0);
		f->stages[i].behind = place->behind;
		f->stages[i].behind_end = place->behind + place->nr_behind;
	}
}

int fuse(struct code *out, struct fuse_stage *stages, size_t nr,
	 const struct fuse_opts *opts)
{
	struct code result = { 0 };
	struct fusing f = { .out = &result,
			    .stages = stages,
			    .nr = nr,
			    .opts = opts,
			    .row_map = NO_MAP };
	int err = -ENOMEM;

	f.places = calloc(nr, sizeof(*f.places));
	if (f.places)
		err = lay_out(&f);
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
