// SPDX-License-Identifier: LGPL-2.1-only
/*
 * lines - how often the lines of a program were reached
 *
 * Code of a line is in several blocks, and a block has code of several lines.
 * A line was reached as often as its code was entered from code of other lines,
 * and again by a jump backwards: so a condition of two parts is reached once, a
 * line in a loop as often as the loop went round, and a line that was compiled
 * into several places as often as all of them together, but for those that
 * follow each other without another line between.  Within a block a line is
 * entered once, however compilers have shuffled its instructions.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "instrument.h"
#include "internal.h"
#include "prog/code.h"

/* Code of a line in a block. */
struct piece {
	uint32_t block;
	uint32_t line; /* of the program's */
};

/* A program as it is read. */
struct reading {
	struct counting *counting;
	const struct code *code;
	const struct blocks *blocks;
	const struct source_line *source; /* as many as .code has */
	const uint64_t *counters;
	struct coverage_line *lines; /* each once, whose code is anywhere */
	size_t nr;
	uint32_t *numbers;    /* which of these each of .source is */
	struct piece *pieces; /* in the order of blocks, then lines */
	size_t nr_pieces;
	size_t *first_piece; /* of each block, and the end */
};

/* ---- lines ---- */

int coverage_compare(const char *file_a, unsigned int line_a,
		     const char *file_b, unsigned int line_b)
{
	int order = strcmp(file_a ?: "", file_b ?: "");

	return order ? order : (line_a > line_b) - (line_a < line_b);
}

static int by_source(const void *a, const void *b, void *arg)
{
	const struct source_line *lines = arg;
	const struct source_line *first = &lines[*(const uint32_t *)a];
	const struct source_line *second = &lines[*(const uint32_t *)b];

	return coverage_compare(first->file, first->line, second->file,
				second->line);
}

/* The name of the function that has the instruction. */
static const char *function_name(const struct code *code, size_t insn)
{
	const struct btf_type *type = NULL;

	for (size_t i = 0;
	     i < code->nr_funcs && code->funcs[i].insn_off <= insn; i++)
		type = btf__type_by_id(code->btf, code->funcs[i].type_id);
	return type ? btf__name_by_offset(code->btf, type->name_off) : "";
}

static void add_line(struct reading *r, const struct source_line *source)
{
	r->lines[r->nr++] = (struct coverage_line){
		.shown = {
			.file = source->file ?: "",
			.line = source->line,
			.text = source->text ?: "",
			.function = function_name(r->code, source->insn_off),
		},
	};
}

/* Gives the same number to all that are the same line. */
static int number_lines(struct reading *r)
{
	size_t nr = r->code->nr_lines;
	uint32_t *order = calloc(nr + 1, sizeof(*order));

	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++)
		order[i] = i;
	qsort_r(order, nr, sizeof(*order), by_source, (void *)r->source);
	for (size_t i = 0; i < nr; i++) {
		if (!i ||
		    by_source(&order[i - 1], &order[i], (void *)r->source))
			add_line(r, &r->source[order[i]]);
		r->numbers[order[i]] = r->nr - 1;
	}
	free(order);
	return 0;
}

/* ---- pieces ---- */

/* Where the code of a line ends that begins there. */
static size_t end_of_line(const struct reading *r, size_t i)
{
	return i + 1 < r->code->nr_lines ? r->source[i + 1].insn_off
					 : r->code->nr_insns;
}

/* Code without a line of its own has line 0; what is not counted is not
 * known. */
static bool is_shown(const struct reading *r, size_t i,
		     const struct block *block)
{
	return r->source[i].line && counting_has(r->counting, block->counter);
}

/* Lines are in the order of instructions, and so are blocks: at most each adds
 * one piece to what is the same. */
static void find_pieces(struct reading *r)
{
	const struct block *blocks = r->blocks->at;

	for (size_t i = 0; i < r->code->nr_lines; i++) {
		size_t b =
			blocks_find(r->blocks, r->source[i].insn_off) - blocks;
		size_t end = end_of_line(r, i);

		do {
			if (is_shown(r, i, &blocks[b]))
				r->pieces[r->nr_pieces++] =
					(struct piece){ .block = b,
							.line = r->numbers[i] };
			b++;
		} while (b < r->blocks->nr && blocks[b].first < end &&
			 block_keeps_line(r->blocks, b));
	}
}

static int by_block(const void *a, const void *b)
{
	const struct piece *first = a, *second = b;

	if (first->block != second->block)
		return first->block < second->block ? -1 : 1;
	return (first->line > second->line) - (first->line < second->line);
}

/* In their order, each once, to be found by the block. */
static void sort_pieces(struct reading *r)
{
	size_t nr = 0, block = 0;

	qsort(r->pieces, r->nr_pieces, sizeof(*r->pieces), by_block);
	for (size_t i = 0; i < r->nr_pieces; i++)
		if (!i || by_block(&r->pieces[i - 1], &r->pieces[i]))
			r->pieces[nr++] = r->pieces[i];
	r->nr_pieces = nr;
	for (size_t i = 0; i < nr; i++)
		for (; block <= r->pieces[i].block; block++)
			r->first_piece[block] = i;
	for (; block <= r->blocks->nr; block++)
		r->first_piece[block] = nr;
}

/* ---- hits ---- */

static bool has_line(const struct reading *r, uint32_t block, uint32_t line)
{
	for (size_t i = r->first_piece[block]; i < r->first_piece[block + 1];
	     i++)
		if (r->pieces[i].line == line)
			return true;
	return false;
}

/* Takes away what went on with the same line, forwards. */
static void take_way(struct reading *r, const struct piece *piece, uint32_t to,
		     uint64_t times)
{
	if (to != BLOCK_NONE && to > piece->block &&
	    has_line(r, to, piece->line))
		r->lines[piece->line].shown.hits -= times;
}

static void add_hits(struct reading *r)
{
	for (size_t i = 0; i < r->nr_pieces; i++) {
		const struct piece *piece = &r->pieces[i];
		const struct block *block = &r->blocks->at[piece->block];

		r->lines[piece->line].counted = true;
		r->lines[piece->line].shown.hits += r->counters[block->counter];
		take_way(r, piece, block->next,
			 block_went_on(block, r->counters));
		take_way(r, piece, block->target,
			 block_jumped(block, r->counters));
	}
}

/* ---- branches ---- */

/* A jump of which the verifier has seen that it goes one way only is none. */
static bool can_go_both_ways(const struct reading *r, const struct block *block)
{
	const struct block *target = &r->blocks->at[block->target];

	return counting_has(r->counting, block->counter) &&
	       counting_has(r->counting, block->next_counter) &&
	       counting_has(r->counting, target->counter);
}

int coverage_add_ways(struct coverage_line *line,
		      const struct xdplab_coverage_way *ways, size_t nr)
{
	size_t had = line->shown.branches;
	struct xdplab_coverage_way *more =
		reallocarray(line->ways, had + nr, sizeof(*more));

	if (!more)
		return -ENOMEM;
	memcpy(more + had, ways, nr * sizeof(*more));
	line->shown.ways = line->ways = more;
	line->shown.branches += nr;
	for (size_t i = 0; i < nr; i++)
		line->shown.taken += !!ways[i].times;
	return 0;
}

/* The first line that a block has, if it is of that file. */
static unsigned int line_of(const struct reading *r, uint32_t block,
			    const char *file)
{
	const struct block *at = &r->blocks->at[block];

	for (size_t insn = at->first; insn < at->end; insn++) {
		size_t i = blocks_line(r->blocks, r->code, insn);

		if (i < r->code->nr_lines)
			return strcmp(r->source[i].file ?: "", file)
				       ? 0
				       : r->source[i].line;
	}
	return 0;
}

static int add_branch(struct reading *r, const struct block *block,
		      struct coverage_line *line)
{
	const char *file = line->shown.file;
	const struct xdplab_coverage_way ways[] = {
		{ block_went_on(block, r->counters),
		  line_of(r, block->next, file) },
		{ block_jumped(block, r->counters),
		  line_of(r, block->target, file) },
	};

	return coverage_add_ways(line, ways, ARRAY_SIZE(ways));
}

static int add_branches(struct reading *r)
{
	int err = 0;

	for (size_t b = 0; !err && b < r->blocks->nr; b++) {
		const struct block *block = &r->blocks->at[b];
		size_t i = blocks_line(r->blocks, r->code, block->end - 1);

		if (block->branches && i < r->code->nr_lines &&
		    can_go_both_ways(r, block))
			err = add_branch(r, block, &r->lines[r->numbers[i]]);
	}
	return err;
}

/* ---- the program ---- */

static int read_lines(struct reading *r)
{
	size_t nr = r->code->nr_lines;
	int err;

	r->lines = calloc(nr + 1, sizeof(*r->lines));
	r->numbers = calloc(nr + 1, sizeof(*r->numbers));
	r->pieces = calloc(nr + r->blocks->nr, sizeof(*r->pieces));
	r->first_piece = calloc(r->blocks->nr + 1, sizeof(*r->first_piece));
	if (!r->lines || !r->numbers || !r->pieces || !r->first_piece)
		return -ENOMEM;
	err = number_lines(r);
	if (err)
		return err;
	find_pieces(r);
	sort_pieces(r);
	add_hits(r);
	return add_branches(r);
}

int coverage_lines(struct coverage_line **lines, size_t *nr,
		   struct counting *counting)
{
	struct reading r = { .counting = counting,
			     .code = counting_original(counting),
			     .blocks = counting_blocks(counting),
			     .source = counting_lines(counting),
			     .counters = counting_sums(counting) };
	int err = read_lines(&r);

	free(r.numbers);
	free(r.pieces);
	free(r.first_piece);
	if (err) {
		coverage_lines_free(r.lines, r.nr);
		return err;
	}
	*lines = r.lines;
	*nr = r.nr;
	return 0;
}

void coverage_lines_free(struct coverage_line *lines, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(lines[i].ways);
	free(lines);
}
