// SPDX-License-Identifier: LGPL-2.1-only
/*
 * instrument - code in, out the same code that also counts
 *
 * A counter is added to with two registers that hold nothing.  At the beginning
 * of a block there mostly are two, and if not then mostly after some of its
 * instructions, which is as good.  Else those that the block reads next are put
 * into the stack meanwhile, below all that the function uses.
 *
 * What is added to an instruction comes before it: first, what counts the way
 * from the instruction before, which jumps to it do not take; then, where they
 * do land, what counts the block, and the arguments of a redirect.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuse/fuse.h"
#include "fuse/insns.h"
#include "instrument.h"
#include "internal.h"
#include "prog/code.h"

#define MAX_COUNTING 10 /* instructions of a counter, with a jump */
#define MAX_SEEN     7
#define MAX_SEEN_MAP 4 /* more for each map */
#define JUMP(off)                                                              \
	{                                                                      \
		BPF_JMP | BPF_JA, 0, 0, off, 0                                 \
	}
#define SKIP_IF_OTHER(dst, src)                                                \
	{                                                                      \
		BPF_JMP | BPF_JNE | BPF_X, dst, src, 1, 0                      \
	}
#define STORE64_IMM(dst, off, imm)                                             \
	{                                                                      \
		BPF_ST | BPF_MEM | BPF_DW, dst, 0, off, imm                    \
	}

struct instrumenting {
	const struct code *code;
	const struct blocks *blocks;
	const struct instrument_opts *opts;
	uint32_t *live;
	struct code out; /* has room for all there can be */
	size_t *landing; /* of each instruction: where jumps to it go now */
	size_t *moved;	 /* where itself is */
	int *map_fds;	 /* of all maps that the code names, each once */
	size_t nr_map_fds;
	bool spills; /* there is room in the stack */
	int depth;   /* of the function at hand */
};

static void add_insns(struct instrumenting *in, const struct bpf_insn *insns,
		      size_t nr)
{
	memcpy(in->out.insns + in->out.nr_insns, insns, nr * sizeof(*insns));
	in->out.nr_insns += nr;
}

#define ADD(in, ...)                                                           \
	do {                                                                   \
		const struct bpf_insn insns_[] = { __VA_ARGS__ };              \
		add_insns(in, insns_, ARRAY_SIZE(insns_));                     \
	} while (0)

/* ---- what is added ---- */

static bool find_pair(struct pair *pair, const struct instrumenting *in,
		      const struct block *block, size_t i, bool spills)
{
	return pair_find(pair, in->code, block, i, in->live[i], spills);
}

static void add_counter(struct instrumenting *in, const struct pair *pair,
			uint32_t counter)
{
	struct bpf_insn address[] = { MAP_VALUE(pair->reg[0],
						in->opts->counters_fd) };

	address[1].imm = counter * sizeof(uint64_t);
	for (int k = 0; k < 2; k++)
		if (pair->spilled[k])
			ADD(in, STORE64(10, -in->depth - 8 * (k + 1),
					pair->reg[k]));
	add_insns(in, address, 2);
	ADD(in, LOAD64(pair->reg[1], pair->reg[0], 0),
	    ALU64_IMM(BPF_ADD, pair->reg[1], 1),
	    STORE64(pair->reg[0], 0, pair->reg[1]));
	for (int k = 0; k < 2; k++)
		if (pair->spilled[k])
			ADD(in,
			    LOAD64(pair->reg[k], 10, -in->depth - 8 * (k + 1)));
}

static bool names_map(const struct bpf_insn *insn)
{
	return insn_is_wide(insn) && insn->src_reg == BPF_PSEUDO_MAP_FD;
}

static bool calls_helper(const struct bpf_insn *insn, int32_t helper)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
	       insn->imm == helper;
}

/* The map that is in r1: found out when it is run, for compilers make one call
 * of several that are of one map each. */
static void add_map(struct instrumenting *in)
{
	for (size_t i = 0; i < in->nr_map_fds; i++)
		ADD(in, MAP_FD(5, in->map_fds[i]), SKIP_IF_OTHER(1, 5),
		    STORE64_IMM(4, offsetof(struct redirect_seen, map_fd),
				in->map_fds[i]));
}

/* r4 and r5 are no arguments of these two, and lost in the call. */
static void add_seen(struct instrumenting *in, size_t i)
{
	const struct bpf_insn *insn = &in->code->insns[i];
	bool of_map = calls_helper(insn, BPF_FUNC_redirect_map);

	if (in->opts->seen_fd < 0 ||
	    !(of_map || calls_helper(insn, BPF_FUNC_redirect)))
		return;
	ADD(in, MAP_VALUE(4, in->opts->seen_fd), MOV32_REG(5, of_map ? 2 : 1),
	    STORE64_IMM(4, offsetof(struct redirect_seen, kind),
			of_map ? REDIRECT_MAP : REDIRECT_IFINDEX),
	    STORE64(4, offsetof(struct redirect_seen, key), 5),
	    STORE64_IMM(4, offsetof(struct redirect_seen, insn), i),
	    STORE64_IMM(4, offsetof(struct redirect_seen, map_fd), 0));
	if (of_map)
		add_map(in);
}

/* ---- the code ---- */

/* Where in the block it can be counted; the block's end: nowhere. */
static size_t find_place(struct pair *pair, const struct instrumenting *in,
			 const struct block *block, bool spills)
{
	for (size_t i = block->first; i < block->end; i++) {
		if (find_pair(pair, in, block, i, spills))
			return i;
		i += insn_is_wide(&in->code->insns[i]);
	}
	return block->end;
}

static size_t place_of_counter(struct pair *pair,
			       const struct instrumenting *in,
			       const struct block *block)
{
	size_t place = find_place(pair, in, block, false);

	if (place == block->end && in->spills)
		place = find_place(pair, in, block, true);
	return place;
}

static bool counts(const struct instrumenting *in)
{
	return in->opts->counters_fd >= 0;
}

/* Of the way from the block before, if that is counted by itself.  It may close
 * a loop, which older kernels (6.1) allow only a jump to do: this one is a nop,
 * which the verifier takes out again. */
static void add_way(struct instrumenting *in, const struct block *block)
{
	const struct block *before = block - 1;
	struct pair pair;

	if (block == in->blocks->at || before->next == BLOCK_NONE ||
	    before->next_counter < in->blocks->nr || !counts(in) ||
	    !find_pair(&pair, in, block, block->first, in->spills))
		return;
	add_counter(in, &pair, before->next_counter);
	ADD(in, JUMP(0));
}

static void add_block(struct instrumenting *in, const struct block *block)
{
	struct pair pair;
	size_t place =
		counts(in) ? place_of_counter(&pair, in, block) : block->end;

	add_way(in, block);
	for (size_t i = block->first; i < block->end; i++) {
		const struct bpf_insn *insn = &in->code->insns[i];
		size_t nr = 1 + insn_is_wide(insn);

		in->landing[i] = in->out.nr_insns;
		if (i == place)
			add_counter(in, &pair, block->counter);
		add_seen(in, i);
		in->moved[i] = in->out.nr_insns;
		add_insns(in, insn, nr);
		i += nr - 1;
	}
}

/* The functions one by one, since each has a stack of its own. */
static void add_functions(struct instrumenting *in)
{
	size_t starts[CODE_MAX_FUNCTIONS + 1];
	size_t nr = code_functions(in->code, starts);
	const struct block *block = in->blocks->at;

	starts[nr] = in->code->nr_insns;
	for (size_t i = 0; i < nr; i++) {
		in->depth = fuse_depth(in->code, starts[i], starts[i + 1]);
		for (; block < in->blocks->at + in->blocks->nr &&
		       block->first < starts[i + 1];
		     block++)
			add_block(in, block);
	}
}

/* ---- jumps, calls, functions and lines ---- */

static int aim_jump(struct instrumenting *in, const struct block *block)
{
	size_t place = in->moved[block->end - 1];
	size_t target = in->landing[in->blocks->at[block->target].first];
	struct bpf_insn *insn = &in->out.insns[place];
	int64_t distance = (int64_t)target - (int64_t)(place + 1);

	if (insn->code == (BPF_JMP32 | BPF_JA)) {
		insn->imm = distance;
		return 0;
	}
	if (distance < INT16_MIN || distance > INT16_MAX)
		return -E2BIG;
	insn->off = distance;
	return 0;
}

static int aim(struct instrumenting *in)
{
	const struct code *code = in->code;
	int err = 0;

	for (size_t i = 0; !err && i < in->blocks->nr; i++)
		if (in->blocks->at[i].target != BLOCK_NONE)
			err = aim_jump(in, &in->blocks->at[i]);
	for (size_t i = code_next_reference(code, 0); i < code->nr_insns;
	     i = code_next_reference(code, i + 1))
		in->out.insns[in->moved[i]].imm =
			in->landing[code_target(code, i)] - (in->moved[i] + 1);
	return err;
}

static int move_types(struct instrumenting *in)
{
	const struct code *code = in->code;
	struct code *out = &in->out;

	out->btf = code->btf;
	out->nr_funcs = code->nr_funcs;
	out->nr_lines = code->nr_lines;
	out->funcs = code_copy_array(code->funcs, code->nr_funcs,
				     sizeof(*code->funcs));
	out->lines = code_copy_array(code->lines, code->nr_lines,
				     sizeof(*code->lines));
	if (!out->funcs || !out->lines)
		return -ENOMEM;
	for (size_t i = 0; i < code->nr_funcs; i++) {
		if (code->funcs[i].insn_off >= code->nr_insns)
			return -EINVAL;
		out->funcs[i].insn_off = in->landing[code->funcs[i].insn_off];
	}
	for (size_t i = 0; i < code->nr_lines; i++) {
		if (code->lines[i].insn_off >= code->nr_insns)
			return -EINVAL;
		out->lines[i].insn_off = in->landing[code->lines[i].insn_off];
	}
	return 0;
}

/* ---- instrument ---- */

/* Whether each frame that there can be at a time has room for two registers
 * more.  Frames are rounded up to 32 bytes, so each may take that much. */
static int find_room_in_stack(struct instrumenting *in)
{
	struct fuse_shape shape;
	int err = fuse_shape_read(&shape, in->code, "program");

	if (!err)
		in->spills = fuse_frame(shape.depth) + shape.below +
				     shape.frames * fuse_frame(0) <=
			     STACK_SIZE;
	return err;
}

static void note_map(struct instrumenting *in, int map_fd)
{
	for (size_t i = 0; i < in->nr_map_fds; i++)
		if (in->map_fds[i] == map_fd)
			return;
	in->map_fds[in->nr_map_fds++] = map_fd;
}

static int find_maps(struct instrumenting *in)
{
	const struct code *code = in->code;
	size_t nr = 0;

	for (size_t i = 0; i < code->nr_insns; i++)
		nr += names_map(&code->insns[i]);
	in->map_fds = calloc(nr + 1, sizeof(*in->map_fds));
	if (!in->map_fds)
		return -ENOMEM;
	for (size_t i = 0; i < code->nr_insns; i++)
		if (names_map(&code->insns[i]))
			note_map(in, code->insns[i].imm);
	return 0;
}

static int prepare(struct instrumenting *in)
{
	size_t nr = in->code->nr_insns;
	size_t nr_seen = 0;
	int err = find_maps(in);

	if (err)
		return err;

	for (size_t i = 0; i < nr; i++)
		nr_seen += in->code->insns[i].code == (BPF_JMP | BPF_CALL);
	in->live = blocks_live(in->blocks, in->code);
	in->landing = calloc(nr + 1, sizeof(*in->landing));
	in->moved = calloc(nr + 1, sizeof(*in->moved));
	in->out.insns = calloc(
		nr + in->blocks->nr_counters * MAX_COUNTING +
			nr_seen * (MAX_SEEN + in->nr_map_fds * MAX_SEEN_MAP),
		sizeof(*in->out.insns));
	if (!in->live || !in->landing || !in->moved || !in->out.insns)
		return -ENOMEM;
	return find_room_in_stack(in);
}

int instrument(struct code *out, const struct code *code,
	       const struct blocks *blocks, const struct instrument_opts *opts)
{
	struct instrumenting in = { .code = code,
				    .blocks = blocks,
				    .opts = opts };
	int err = prepare(&in);

	if (!err) {
		add_functions(&in);
		err = aim(&in);
	}
	if (!err)
		err = move_types(&in);
	free(in.live);
	free(in.landing);
	free(in.moved);
	free(in.map_fds);
	if (err)
		code_free(&in.out);
	else
		*out = in.out;
	return err;
}
