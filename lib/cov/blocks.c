// SPDX-License-Identifier: LGPL-2.1-only
/* blocks - the basic blocks of a program, and how they follow each other */
#include <errno.h>
#include <stdlib.h>

#include "instrument.h"
#include "internal.h"
#include "prog/code.h"

enum mark {
	BEGINS_INSN = 1,
	BEGINS_BLOCK = 2,
	BEGINS_FUNCTION = 4,
};

struct reading {
	const struct code *code;
	unsigned char *marks; /* of each instruction */
	struct blocks blocks;
};

/* ---- jumps ---- */

static bool is_jump_class(const struct bpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_JMP ||
	       BPF_CLASS(insn->code) == BPF_JMP32;
}

static bool is_jump(const struct bpf_insn *insn)
{
	return is_jump_class(insn) && BPF_OP(insn->code) != BPF_CALL &&
	       BPF_OP(insn->code) != BPF_EXIT;
}

static bool is_conditional(const struct bpf_insn *insn)
{
	return is_jump(insn) && BPF_OP(insn->code) != BPF_JA;
}

static bool ends_block(const struct bpf_insn *insn)
{
	return is_jump(insn) || insn->code == (BPF_JMP | BPF_EXIT) ||
	       insn_is_tail_call(insn);
}

/* A jump of class BPF_JMP32 that is taken always has its distance in imm, and
 * reaches farther. */
static int64_t jump_target(size_t i, const struct bpf_insn *insn)
{
	bool far = insn->code == (BPF_JMP32 | BPF_JA);

	return (int64_t)i + 1 + (far ? insn->imm : insn->off);
}

/* ---- where blocks begin ---- */

static int mark_functions(struct reading *reading)
{
	size_t starts[CODE_MAX_FUNCTIONS + 1];
	size_t nr = code_functions(reading->code, starts);

	for (size_t i = 0; i < nr; i++)
		reading->marks[starts[i]] |= BEGINS_BLOCK | BEGINS_FUNCTION;
	return nr ? 0 : -EINVAL;
}

static int mark_jumps(struct reading *reading)
{
	const struct code *code = reading->code;

	for (size_t i = 0; i < code->nr_insns; i++) {
		const struct bpf_insn *insn = &code->insns[i];
		int64_t target = jump_target(i, insn);

		reading->marks[i] |= BEGINS_INSN;
		if (insn_is_wide(insn) && ++i == code->nr_insns)
			return -EINVAL;
		if (!ends_block(insn))
			continue;
		if (i + 1 < code->nr_insns)
			reading->marks[i + 1] |= BEGINS_BLOCK;
		if (!is_jump(insn))
			continue;
		if (target < 0 || target >= (int64_t)code->nr_insns)
			return -EINVAL;
		reading->marks[target] |= BEGINS_BLOCK;
	}
	return 0;
}

static int make_blocks(struct reading *reading)
{
	struct blocks *blocks = &reading->blocks;
	size_t nr_insns = reading->code->nr_insns;

	for (size_t i = 0; i < nr_insns; i++)
		blocks->nr += !!(reading->marks[i] & BEGINS_BLOCK);
	blocks->at = calloc(blocks->nr + 1, sizeof(*blocks->at));
	if (!blocks->at)
		return -ENOMEM;
	blocks->nr = 0;
	for (size_t i = 0; i < nr_insns; i++) {
		if (!(reading->marks[i] & BEGINS_BLOCK))
			continue;
		if (!(reading->marks[i] & BEGINS_INSN))
			return -EINVAL;
		if (blocks->nr)
			blocks->at[blocks->nr - 1].end = i;
		blocks->at[blocks->nr++] = (struct block){
			.first = i,
			.end = nr_insns,
			.ways = !!(reading->marks[i] & BEGINS_FUNCTION),
			.begins_function = reading->marks[i] & BEGINS_FUNCTION,
		};
	}
	return 0;
}

/* ---- how they follow each other ---- */

static uint32_t index_of(const struct blocks *blocks, size_t insn)
{
	size_t low = 0, high = blocks->nr;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (blocks->at[middle].first <= insn)
			low = middle;
		else
			high = middle;
	}
	return low;
}

const struct block *blocks_find(const struct blocks *blocks, size_t insn)
{
	return &blocks->at[index_of(blocks, insn)];
}

/* The last instruction of a block; of one that takes the place of two it would
 * be the second half, which looks like nothing that ends a block. */
static const struct bpf_insn *last_insn(const struct code *code,
					const struct block *block)
{
	return &code->insns[block->end - 1];
}

static bool goes_on(const struct bpf_insn *last)
{
	return is_conditional(last) ||
	       !(is_jump(last) || last->code == (BPF_JMP | BPF_EXIT));
}

/* A way leads on, but not from one function into the next. */
static int link_block(struct reading *reading, size_t i)
{
	struct blocks *blocks = &reading->blocks;
	struct block *block = &blocks->at[i];
	const struct bpf_insn *last = last_insn(reading->code, block);

	block->next = block->target = BLOCK_NONE;
	block->branches = is_conditional(last);
	if (goes_on(last)) {
		if (i + 1 == blocks->nr || blocks->at[i + 1].begins_function)
			return -EINVAL;
		block->next = i + 1;
		blocks->at[i + 1].ways++;
	}
	if (is_jump(last)) {
		block->target =
			index_of(blocks, jump_target(block->end - 1, last));
		blocks->at[block->target].ways++;
	}
	return 0;
}

/* Where no other way leads to the block after, its own counter says it, and
 * where no way leads elsewhere, this one's does. */
static uint32_t next_counter(struct blocks *blocks, const struct code *code,
			     size_t i)
{
	const struct block *block = &blocks->at[i];

	if (block->next == BLOCK_NONE)
		return BLOCK_NONE;
	if (blocks->at[block->next].ways == 1)
		return block->next;
	if (!ends_block(last_insn(code, block)))
		return i;
	return blocks->nr_counters++;
}

static void number_counters(struct blocks *blocks, const struct code *code)
{
	blocks->nr_counters = blocks->nr;
	for (size_t i = 0; i < blocks->nr; i++) {
		blocks->at[i].counter = i;
		blocks->at[i].next_counter = next_counter(blocks, code, i);
	}
}

/* ---- how often ---- */

uint64_t block_went_on(const struct block *block, const uint64_t *counters)
{
	return block->next == BLOCK_NONE ? 0 : counters[block->next_counter];
}

uint64_t block_jumped(const struct block *block, const uint64_t *counters)
{
	if (block->target == BLOCK_NONE)
		return 0;
	return counters[block->counter] - block_went_on(block, counters);
}

/* ---- lines ---- */

/* Compilers give line 0 to what they made out of several lines. */
static bool has_number(const struct code *code, size_t line)
{
	return BPF_LINE_INFO_LINE_NUM(code->lines[line].line_col);
}

bool block_keeps_line(const struct blocks *blocks, uint32_t block)
{
	return block && blocks->at[block].ways == 1 &&
	       blocks->at[block - 1].next == block;
}

size_t blocks_line(const struct blocks *blocks, const struct code *code,
		   size_t insn)
{
	uint32_t block = index_of(blocks, insn);
	size_t line = code->nr_lines;

	while (line && (code->lines[line - 1].insn_off > insn ||
			!has_number(code, line - 1)))
		line--;
	if (!line)
		return code->nr_lines;
	line--;
	if (is_conditional(&code->insns[insn]))
		return line;
	for (; code->lines[line].insn_off < blocks->at[block].first; block--)
		if (!block_keeps_line(blocks, block))
			return code->nr_lines;
	return line;
}

/* ---- all of it ---- */

int blocks_read(struct blocks *blocks, const struct code *code)
{
	struct reading reading = { .code = code };
	int err;

	reading.marks = calloc(code->nr_insns + 1, 1);
	if (!reading.marks)
		return -ENOMEM;
	err = mark_functions(&reading);
	if (!err)
		err = mark_jumps(&reading);
	if (!err)
		err = make_blocks(&reading);
	for (size_t i = 0; !err && i < reading.blocks.nr; i++)
		err = link_block(&reading, i);
	if (!err)
		number_counters(&reading.blocks, code);
	if (err)
		blocks_free(&reading.blocks);
	else
		*blocks = reading.blocks;
	free(reading.marks);
	return err;
}

void blocks_free(struct blocks *blocks)
{
	free(blocks->at);
	*blocks = (struct blocks){ 0 };
}
