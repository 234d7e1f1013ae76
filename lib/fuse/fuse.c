// SPDX-License-Identifier: LGPL-2.1-only
/*
 * fuse - several programs in, one out
 *
 * The main function of the result is made of the stages' main functions, one
 * after the other.  Where a stage's would exit, it jumps to its end; there the
 * glue looks at the verdict in r0, and goes on or exits.  What it has to keep,
 * the context and where and what to count, is in registers that no stage uses,
 * or in stack slots below all that any stage uses; since stages run one after
 * another they share the stack instead of adding up.  Subprograms follow,
 * and calls are aimed at where they went.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "fuse.h"
#include "insns.h"
#include "internal.h"
#include "prog/code.h"

#define NO_MAP UINT32_MAX

/* What survives the stages: in a register, or if that is 0 in a stack slot. */
struct kept {
	uint8_t reg;
	int16_t slot;
};

struct fusing {
	struct code *out;
	size_t room; /* for instructions */
	struct fuse_stage *stages;
	struct fuse_place *places;
	size_t nr;
	const struct fuse_opts *opts;
	struct kept context, row, length;
	uint32_t row_map; /* whose row is kept, or NO_MAP */
	bool counts;	  /* any of the stages */
	bool r1_lost;	  /* it is not the context any more */
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

/* ---- what is kept ---- */

static void keep(struct fusing *f, const struct kept *kept, uint8_t src)
{
	if (kept->reg)
		ADD(f, MOV64_REG(kept->reg, src));
	else
		ADD(f, STORE64(10, kept->slot, src));
}

static void recall(struct fusing *f, uint8_t dst, const struct kept *kept)
{
	if (kept->reg)
		ADD(f, MOV64_REG(dst, kept->reg));
	else
		ADD(f, LOAD64(dst, 10, kept->slot));
}

/* The register that it is in already, or else `dst`, loaded with it. */
static uint8_t recalled(struct fusing *f, uint8_t dst, const struct kept *kept)
{
	if (kept->reg)
		return kept->reg;
	recall(f, dst, kept);
	return dst;
}

/* ---- counting ---- */

/* The packet's length, before any stage can change it.  The helper, which
 * kernels before 5.18 do not have, is asked only where it must be. */
static void add_length(struct fusing *f)
{
	if (f->opts->ask_length) {
		ADD(f, CALL_HELPER(BPF_FUNC_xdp_get_buff_len));
		keep(f, &f->length, 0);
		f->r1_lost = true;
		return;
	}
	ADD(f, LOAD32(2, 1, offsetof(struct xdp_md, data_end)),
	    LOAD32(3, 1, offsetof(struct xdp_md, data)),
	    ALU64_REG(BPF_SUB, 2, 3));
	keep(f, &f->length, 2);
}

/* Finds this CPU's row of counters, once for all stages that count in the same
 * map: then a count is two additions to memory. */
static void add_row(struct fusing *f, uint32_t map)
{
	const struct fuse_counts *counts = &f->opts->counts;

	if (f->row_map == map)
		return;
	f->row_map = map;
	ADD(f, CALL_HELPER(BPF_FUNC_get_smp_processor_id),
	    ALU64_IMM(BPF_AND, 0, counts->rows - 1),
	    ALU64_IMM(BPF_LSH, 0, __builtin_ctz(counts->row_size)),
	    MAP_VALUE(1, counts->map_fds[map]), ALU64_REG(BPF_ADD, 1, 0));
	keep(f, &f->row, 1);
	f->r1_lost = true;
}

/* Where the counter is in its row. */
static int16_t counter_offset(const struct fusing *f, uint32_t counter)
{
	return counter % fuse_counts_per_map(&f->opts->counts) *
	       FUSE_COUNTER_SIZE;
}

/* Adds the packet to the fuse_count at `offset` from where `base` points. */
static void add_packet(struct fusing *f, uint8_t base, int16_t offset)
{
	int16_t packets = offset + offsetof(struct fuse_count, packets);
	int16_t bytes = offset + offsetof(struct fuse_count, bytes);
	uint8_t length;

	ADD(f, LOAD64(2, base, packets), ALU64_IMM(BPF_ADD, 2, 1),
	    STORE64(base, packets, 2), LOAD64(2, base, bytes));
	length = recalled(f, 3, &f->length);
	ADD(f, ALU64_REG(BPF_ADD, 2, length), STORE64(base, bytes, 2));
}

/* Counts the verdict in r0; one that is none counts as ABORTED, for so the
 * kernel takes it. */
static void add_count(struct fusing *f, uint32_t counter)
{
	uint8_t row;

	ADD(f, MOV32_REG(1, 0), JUMP32_IMM(BPF_JLT, 1, FUSE_VERDICTS, 1),
	    MOV64_IMM(1, 0),
	    ALU64_IMM(BPF_LSH, 1, __builtin_ctz(sizeof(struct fuse_count))));
	row = recalled(f, 2, &f->row);
	ADD(f, ALU64_REG(BPF_ADD, 1, row));
	add_packet(f, 1, counter_offset(f, counter));
}

/* The same where the verdict is known to be that one. */
static void add_count_of(struct fusing *f, uint32_t counter, uint32_t verdict)
{
	add_packet(f, recalled(f, 1, &f->row),
		   counter_offset(f, counter) +
			   verdict * sizeof(struct fuse_count));
}

/* ---- going on ---- */

static bool is_one(uint32_t actions)
{
	return actions && !(actions & (actions - 1));
}

/* Goes on after the verdicts in `actions`, else leaves the chain. */
static void add_decision(struct fusing *f, uint32_t actions)
{
	if (!actions) {
		/* The verifier wants a way to every instruction, though it
		 * sees that this one is never gone. */
		ADD(f, JUMP32_IMM(BPF_JGT, 0, -1, 1), EXIT);
	} else if (is_one(actions)) {
		ADD(f, JUMP32_IMM(BPF_JEQ, 0, __builtin_ctz(actions), 1), EXIT);
	} else {
		ADD(f, JUMP32_IMM(BPF_JGE, 0, FUSE_VERDICTS, 4),
		    MOV32_REG(2, 0), MOV64_IMM(1, actions),
		    ALU64_REG(BPF_RSH, 1, 2), JUMP32_IMM(BPF_JSET, 1, 1, 1),
		    EXIT);
	}
}

/* Where packets go on after one verdict only, what is counted of those is known
 * before; what leaves takes longer, but only once. */
static void add_counted_decision(struct fusing *f, uint32_t counter,
				 uint32_t verdict)
{
	size_t jump = f->out->nr_insns;

	ADD(f, JUMP32_IMM(BPF_JEQ, 0, verdict, 0));
	add_count(f, counter);
	ADD(f, EXIT);
	if (!f->out_of_memory)
		f->out->insns[jump].off = f->out->nr_insns - (jump + 1);
	add_count_of(f, counter, verdict);
}

/* At a stage's end. */
static void add_end(struct fusing *f, const struct fuse_stage *stage,
		    bool goes_on)
{
	uint32_t actions = stage->actions & ((1u << FUSE_VERDICTS) - 1);

	f->r1_lost = true;
	if (stage->counter != FUSE_UNCOUNTED && goes_on && is_one(actions)) {
		add_counted_decision(f, stage->counter, __builtin_ctz(actions));
		return;
	}
	if (stage->counter != FUSE_UNCOUNTED)
		add_count(f, stage->counter);
	if (goes_on)
		add_decision(f, actions);
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
	if (f->r1_lost)
		recall(f, 1, &f->context);
	f->places[i].main = f->out->nr_insns;
	if (stage->how == XDPLAB_STAGE_INLINED)
		add_body(f, stage->code, f->places[i].length);
	else
		ADD(f, CALL_SUBPROGRAM);
	add_end(f, stage, i + 1 < f->nr || f->opts->goes_on);
}

/* Whether the context is needed when r1 is not it any more. */
static bool context_survives(const struct fusing *f)
{
	return f->nr > 1 || f->opts->goes_on || f->counts;
}

static void add_main(struct fusing *f)
{
	if (context_survives(f))
		keep(f, &f->context, 1);
	if (f->counts)
		add_length(f);
	for (size_t i = 0; i < f->nr; i++)
		add_stage(f, i);
	if (f->opts->goes_on) {
		recall(f, 1, &f->context);
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
			add_insns(f, stage->code->insns + place->length,
				  stage->code->nr_insns - place->length);
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

/* A register that no stage uses, or a slot of `*depth` bytes of stack. */
static struct kept place_kept(uint32_t *used, int *depth)
{
	for (uint8_t reg = 9; reg >= 6; reg--) {
		if (*used & 1u << reg)
			continue;
		*used |= 1u << reg;
		return (struct kept){ .reg = reg };
	}
	*depth += sizeof(uint64_t);
	return (struct kept){ .slot = -*depth };
}

/* What is used most comes first. */
static void place_all_kept(struct fusing *f, uint32_t used, int depth)
{
	if (f->counts) {
		f->row = place_kept(&used, &depth);
		f->length = place_kept(&used, &depth);
	}
	f->context = place_kept(&used, &depth);
}

/* Where the stages' code will be, and what the glue keeps beside them. */
static int lay_out(struct fusing *f)
{
	uint32_t used = 0;
	int depth = 0, err = 0;

	for (size_t i = 0; !err && i < f->nr; i++) {
		const struct fuse_stage *stage = &f->stages[i];
		struct fuse_shape shape;

		f->counts |= stage->counter != FUSE_UNCOUNTED;
		if (stage->how != XDPLAB_STAGE_INLINED)
			continue;
		err = fuse_shape_read(&shape, stage->code, stage->name);
		if (err)
			break;
		f->places[i].length = shape.length;
		used |= shape.registers;
		if (shape.depth > depth)
			depth = shape.depth;
	}
	place_all_kept(f, used, depth);
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
