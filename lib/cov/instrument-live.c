// SPDX-License-Identifier: LGPL-2.1-only
/*
 * instrument-live - which registers hold what the program will still need
 *
 * What is counted with must be in registers that nobody reads before they are
 * written again.  The verifier asks no more than that either: it refuses a read
 * of what is not set, but it does not miss what is not read.
 */
#include <stdlib.h>

#include "instrument.h"
#include "internal.h"
#include "prog/code.h"

#define R(n)	  (1u << (n))
#define REGISTERS 0x3ffu /* r0 to r9 */
#define ARGUMENTS (R(1) | R(2) | R(3) | R(4) | R(5))

/* Not in linux/bpf.h before 6.9 and 6.14. */
#define MAY_GOTO     0xe0
#define LOAD_ACQUIRE 0x100

static struct insn_use use_of_atomic(const struct bpf_insn *insn)
{
	struct insn_use use = { .reads = R(insn->dst_reg) | R(insn->src_reg) };

	if (insn->imm == LOAD_ACQUIRE)
		return (struct insn_use){ .reads = R(insn->src_reg),
					  .writes = R(insn->dst_reg) };
	if (insn->imm == BPF_CMPXCHG) {
		use.reads |= R(0);
		use.writes = R(0);
	} else if (insn->imm & BPF_FETCH) {
		use.writes = R(insn->src_reg);
	}
	return use;
}

static struct insn_use use_of_memory(const struct bpf_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		return (struct insn_use){ .writes = R(insn->dst_reg) };
	case BPF_LDX:
		return (struct insn_use){ .reads = R(insn->src_reg),
					  .writes = R(insn->dst_reg) };
	case BPF_ST:
		return (struct insn_use){ .reads = R(insn->dst_reg) };
	default:
		if (BPF_MODE(insn->code) == BPF_ATOMIC)
			return use_of_atomic(insn);
		return (struct insn_use){ .reads = R(insn->dst_reg) |
						   R(insn->src_reg) };
	}
}

/* The source, if it is a register: a swap of bytes has another meaning there. */
static uint32_t source(const struct bpf_insn *insn)
{
	return BPF_SRC(insn->code) == BPF_X ? R(insn->src_reg) : 0;
}

static struct insn_use use_of_alu(const struct bpf_insn *insn)
{
	uint8_t op = BPF_OP(insn->code);
	struct insn_use use = { .writes = R(insn->dst_reg) };

	if (op != BPF_END && op != BPF_NEG)
		use.reads = source(insn);
	if (op != BPF_MOV)
		use.reads |= R(insn->dst_reg);
	return use;
}

static struct insn_use use_of_jump(const struct bpf_insn *insn)
{
	switch (BPF_OP(insn->code)) {
	case BPF_CALL:
		return (struct insn_use){ .reads = ARGUMENTS,
					  .writes = R(0) | ARGUMENTS,
					  .is_call = true };
	case BPF_EXIT:
		return (struct insn_use){ .reads = R(0) };
	case BPF_JA:
	case MAY_GOTO:
		return (struct insn_use){ 0 };
	default:
		return (struct insn_use){ .reads = R(insn->dst_reg) |
						   source(insn) };
	}
}

struct insn_use insn_use(const struct bpf_insn *insn)
{
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return use_of_alu(insn);
	case BPF_JMP:
	case BPF_JMP32:
		return use_of_jump(insn);
	default:
		return use_of_memory(insn);
	}
}

/* ---- backwards through the blocks ---- */

static uint32_t live_at(const struct blocks *blocks, const uint32_t *live,
			uint32_t block)
{
	return block == BLOCK_NONE ? 0 : live[blocks->at[block].first];
}

/* The second half of a wide instruction reads and writes nothing. */
static bool is_second_half(const struct block *block, const struct code *code,
			   size_t i)
{
	return i > block->first && insn_is_wide(&code->insns[i - 1]);
}

/* Whether it is other than it was. */
static bool pass_block(const struct blocks *blocks, const struct block *block,
		       const struct code *code, uint32_t *live)
{
	uint32_t before = live[block->first];
	uint32_t now = live_at(blocks, live, block->next) |
		       live_at(blocks, live, block->target);

	for (size_t i = block->end; i-- > block->first;) {
		struct insn_use use = { 0 };

		if (!is_second_half(block, code, i))
			use = insn_use(&code->insns[i]);
		now = (now & ~use.writes) | use.reads;
		live[i] = now;
	}
	return live[block->first] != before;
}

uint32_t *blocks_live(const struct blocks *blocks, const struct code *code)
{
	uint32_t *live = calloc(code->nr_insns + 1, sizeof(*live));
	bool changed = live;

	while (changed) {
		changed = false;
		for (size_t i = blocks->nr; i-- > 0;)
			changed |=
				pass_block(blocks, &blocks->at[i], code, live);
	}
	return live;
}

/* ---- two registers ---- */

/*
 * Registers that the instructions from `i` to the block's end read before they
 * write them.  These are set: of others that may be read later, on ways that
 * this packet does not go, the verifier cannot be sure.
 */
static uint32_t surely_set(const struct code *code, const struct block *block,
			   size_t i)
{
	uint32_t set = 0, written = 0;

	for (; i < block->end; i++) {
		struct insn_use use = insn_use(&code->insns[i]);

		if (!use.is_call)
			set |= use.reads & ~written;
		written |= use.writes;
		i += insn_is_wide(&code->insns[i]);
	}
	return set & REGISTERS;
}

/* Takes registers of `from`, up to two of them together. */
static size_t take(struct pair *pair, size_t nr, uint32_t from, bool spilled)
{
	for (uint8_t reg = 0; nr < 2 && reg < 10; reg++) {
		if (!(from & 1u << reg))
			continue;
		pair->reg[nr] = reg;
		pair->spilled[nr++] = spilled;
	}
	return nr;
}

bool pair_find(struct pair *pair, const struct code *code,
	       const struct block *block, size_t i, uint32_t live, bool spills)
{
	size_t nr = take(pair, 0, ~live & REGISTERS, false);

	if (nr < 2 && spills)
		nr = take(pair, nr, live & surely_set(code, block, i), true);
	return nr == 2;
}
