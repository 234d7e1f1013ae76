// SPDX-License-Identifier: LGPL-2.1-only
/*
 * blocks-decided - at which line a packet's verdict was decided
 *
 * From the exit that the packet took the way is gone back to what set r0.  But
 * compilers set a verdict first and then decide whether it stays, or have many
 * ways lead to one `return`; the line that says why is then the last condition
 * on the way without which the verdict could have come from elsewhere.
 */
#include <stdlib.h>
#include <string.h>

#include "instrument.h"
#include "internal.h"
#include "prog/code.h"

/* The place of a verdict is a register, or, if its address was taken, an offset
 * below r10, on the stack. */
#define NO_PLACE 10 /* r10 never holds a verdict */

/* A block on the way, or on one that was not gone, and where the verdict is at
 * its end, or its beginning. */
struct step {
	uint32_t block;
	int place;
};

struct tracing {
	const struct blocks *blocks;
	const struct code *code;
	const uint64_t *counters;
	struct step *way; /* from the exit back */
	size_t nr;
	struct step *others; /* yet to be looked at */
	bool *visited;
};

/* What set a verdict, and at which step of the way. */
struct origin {
	size_t insn;
	size_t step;
};

/* ---- the way back ---- */

static bool is_exit(const struct tracing *t, const struct block *block)
{
	return t->code->insns[block->end - 1].code == (BPF_JMP | BPF_EXIT);
}

static bool reached(const struct tracing *t, const struct block *block)
{
	return t->counters[block->counter];
}

static bool led_to(const struct tracing *t, const struct block *from,
		   uint32_t to)
{
	return (from->next == to && block_went_on(from, t->counters)) ||
	       (from->target == to && block_jumped(from, t->counters));
}

/*
 * The block from which the packet came; if it came several times, as in a loop,
 * from the last in the code's order that was not on the way yet: that is the
 * way around before it is the way in.
 */
static uint32_t before(const struct tracing *t, uint32_t block)
{
	for (size_t i = t->blocks->nr; i-- > 0;)
		if (!t->visited[i] && led_to(t, &t->blocks->at[i], block))
			return i;
	return BLOCK_NONE;
}

static void go_back(struct tracing *t, uint32_t exit)
{
	memset(t->visited, 0, t->blocks->nr);
	t->nr = 0;
	for (uint32_t i = exit; i != BLOCK_NONE; i = before(t, i)) {
		t->visited[i] = true;
		t->way[t->nr++].block = i;
	}
}

/* The exit by which the packet left the function that begins with that block;
 * none if it is one of several. */
static uint32_t exit_of(const struct tracing *t, uint32_t entry)
{
	uint32_t found = BLOCK_NONE;

	for (size_t i = entry; i < t->blocks->nr; i++) {
		const struct block *block = &t->blocks->at[i];

		if (i > entry && block->begins_function)
			break;
		if (!is_exit(t, block) || !reached(t, block))
			continue;
		if (found != BLOCK_NONE || t->counters[block->counter] > 1)
			return BLOCK_NONE;
		found = i;
	}
	return found;
}

/* ---- what set the verdict ---- */

static bool is_stack(const struct bpf_insn *insn, uint8_t class, uint8_t base)
{
	return BPF_CLASS(insn->code) == class &&
	       BPF_MODE(insn->code) == BPF_MEM && base == BPF_REG_10;
}

/* Whether the instruction writes to a place, and which one it has that from;
 * NO_PLACE: the value is its own. */
static bool writes(const struct bpf_insn *insn, int to, int *from)
{
	bool copies = insn->code == (BPF_ALU64 | BPF_MOV | BPF_X) ||
		      insn->code == (BPF_ALU | BPF_MOV | BPF_X);

	*from = NO_PLACE;
	if (to < 0) {
		if (is_stack(insn, BPF_STX, insn->dst_reg))
			*from = insn->src_reg;
		else if (!is_stack(insn, BPF_ST, insn->dst_reg))
			return false;
		return insn->off == to;
	}
	if (copies)
		*from = insn->src_reg;
	else if (is_stack(insn, BPF_LDX, insn->src_reg))
		*from = insn->off;
	return insn_use(insn).writes & 1u << to;
}

static bool sets_constant(const struct bpf_insn *insn)
{
	return insn->code == (BPF_ALU64 | BPF_MOV | BPF_K) ||
	       insn->code == (BPF_ALU | BPF_MOV | BPF_K) ||
	       is_stack(insn, BPF_ST, insn->dst_reg);
}

/* The last instruction of a block that writes to the place; its end: none. */
static size_t last_write(const struct tracing *t, const struct block *block,
			 size_t end, int to, int *from)
{
	size_t found = block->end;
	int source;

	for (size_t i = block->first; i < end; i++) {
		const struct bpf_insn *insn = &t->code->insns[i];

		if (writes(insn, to, &source)) {
			found = i;
			*from = source;
		}
		i += insn_is_wide(insn);
	}
	return found;
}

/* Also writes down where the verdict is on the way from there; on that to there
 * it is nowhere. */
static bool find_origin(struct tracing *t, struct origin *origin)
{
	int at = BPF_REG_0;
	bool found = false;

	for (size_t step = 0; step < t->nr; step++) {
		const struct block *block = &t->blocks->at[t->way[step].block];
		size_t end = block->end, i;

		t->way[step].place = at;
		while (!found &&
		       (i = last_write(t, block, end, at, &at)) != block->end) {
			found = at == NO_PLACE;
			*origin = (struct origin){ i, step };
			end = i;
		}
	}
	return found;
}

/* ---- what could have come otherwise ---- */

/* Where a verdict is after the instruction: also where it is returned from, or
 * kept.  NO_PLACE: another has taken its place. */
static int moved(const struct bpf_insn *insn, int at)
{
	int to = is_stack(insn, BPF_STX, insn->dst_reg) ? insn->off : BPF_REG_0;
	int from;

	if (at == NO_PLACE)
		return NO_PLACE;
	if (writes(insn, to, &from) && from == at)
		return to;
	return writes(insn, at, &from) ? NO_PLACE : at;
}

/*
 * What a block does to a verdict that is at `*at`, or that `origin` would
 * have set: 1 if another takes its place, 0 if it is the same in the end or set
 * anew, and -1 to go on.
 */
static int pass(const struct tracing *t, const struct block *block,
		size_t origin, int *at)
{
	for (size_t i = block->first; i < block->end; i++) {
		const struct bpf_insn *insn = &t->code->insns[i];
		int now = moved(insn, *at);

		if (i == origin)
			return 0;
		if (now != *at && now == NO_PLACE)
			return 1;
		*at = now;
		i += insn_is_wide(insn);
	}
	return is_exit(t, block) ? *at != BPF_REG_0 : -1;
}

static void look_at(struct tracing *t, size_t *nr, uint32_t block, int at)
{
	if (block == BLOCK_NONE || t->visited[block])
		return;
	t->visited[block] = true;
	t->others[(*nr)++] = (struct step){ block, at };
}

/* Whether the verdict could be another's if the packet went to that block. */
static bool could_differ(struct tracing *t, uint32_t other, size_t origin,
			 int at)
{
	size_t nr = 0;

	memset(t->visited, 0, t->blocks->nr);
	look_at(t, &nr, other, at);
	while (nr) {
		struct step step = t->others[--nr];
		const struct block *block = &t->blocks->at[step.block];
		int found = pass(t, block, origin, &step.place);

		if (found > 0)
			return true;
		if (!found)
			continue;
		look_at(t, &nr, block->next, step.place);
		look_at(t, &nr, block->target, step.place);
	}
	return false;
}

/* ---- the line ---- */

/* The last condition of the steps from..to without which the verdict could be
 * another; that of the origin if there is none. */
static size_t last_condition(struct tracing *t, const struct origin *origin,
			     size_t from, size_t to)
{
	for (size_t step = from; step < to; step++) {
		const struct block *block = &t->blocks->at[t->way[step].block];
		bool jumped = block->target == t->way[step - 1].block;

		if (block->branches &&
		    could_differ(t, jumped ? block->next : block->target,
				 origin->insn, t->way[step].place))
			return block->end - 1;
	}
	return origin->insn;
}

static bool has_line(const struct tracing *t, size_t insn)
{
	return blocks_line(t->blocks, t->code, insn) < t->code->nr_lines;
}

/* Of several calls compilers make one, which has no line: then that has one
 * from which the packet came there. */
static size_t with_line(const struct tracing *t, size_t insn, size_t step)
{
	if (has_line(t, insn))
		return insn;
	for (step++; step < t->nr; step++) {
		const struct block *block = &t->blocks->at[t->way[step].block];

		for (size_t i = block->end; i-- > block->first;)
			if (has_line(t, i))
				return i;
	}
	return insn;
}

/* A verdict that is computed is its own reason, and so is a constant to which
 * one way leads that is not left before the exit. */
static size_t reason(struct tracing *t, const struct origin *origin)
{
	const struct block *block = &t->blocks->at[t->way[origin->step].block];
	size_t insn;

	if (!sets_constant(&t->code->insns[origin->insn]))
		return with_line(t, origin->insn, origin->step);
	insn = last_condition(t, origin, 1, origin->step + 1);
	if (insn == origin->insn && (block->ways > 1 || !has_line(t, insn)))
		insn = last_condition(t, origin, origin->step + 1, t->nr);
	return insn;
}

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) &&
	       insn->src_reg == BPF_PSEUDO_CALL;
}

/* The instruction that decided, in the main function or in a subprogram that
 * the verdict comes from; none: the end of the code. */
static size_t find_reason(struct tracing *t)
{
	size_t found = t->code->nr_insns;
	uint32_t entry = 0, exit;
	struct origin origin;

	while ((exit = exit_of(t, entry)) != BLOCK_NONE) {
		go_back(t, exit);
		if (!find_origin(t, &origin))
			break;
		found = reason(t, &origin);
		if (!is_call(&t->code->insns[found]))
			break;
		entry = blocks_find(t->blocks, code_target(t->code, found)) -
			t->blocks->at;
	}
	return found;
}

const struct source_line *blocks_decided(const struct blocks *blocks,
					 const struct code *code,
					 const struct source_line *lines,
					 const uint64_t *counters)
{
	struct tracing t = { .blocks = blocks,
			     .code = code,
			     .counters = counters };
	size_t insn = code->nr_insns, line = code->nr_lines;

	t.way = calloc(blocks->nr, sizeof(*t.way));
	t.others = calloc(blocks->nr, sizeof(*t.others));
	t.visited = calloc(blocks->nr, sizeof(*t.visited));
	if (t.way && t.others && t.visited)
		insn = find_reason(&t);
	free(t.way);
	free(t.others);
	free(t.visited);
	if (insn < code->nr_insns)
		line = blocks_line(blocks, code, insn);
	return line < code->nr_lines ? &lines[line] : NULL;
}
