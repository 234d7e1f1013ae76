/* SPDX-License-Identifier: LGPL-2.1-only */
/* code.h - a program as the verifier takes it */
#ifndef CODE_H
#define CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/bpf.h>

struct btf;

/*
 * Relocated instructions, the main function first and subprograms after it,
 * and what BTF says of them.  Without BTF `btf` is NULL, and there are neither
 * functions nor lines.
 */
struct code {
	struct bpf_insn *insns;
	size_t nr_insns;
	struct bpf_func_info *funcs; /* of the main function first */
	size_t nr_funcs;
	struct bpf_line_info *lines;
	size_t nr_lines;
	struct btf *btf; /* not the code's own: code_free() leaves it alone */
};

void code_free(struct code *code);
/* A copy of `nr` elements, never NULL but for want of memory, to be freed. */
void *code_copy_array(const void *array, size_t nr, size_t size);

/* ---- reading instructions ---- */

/* Takes the place of two. */
bool insn_is_wide(const struct bpf_insn *insn);
/* A call of the helper; where it succeeds, it does not come back. */
bool insn_is_tail_call(const struct bpf_insn *insn);
/* A call or a callback whose imm is the distance to a subprogram. */
bool insn_is_reference(const struct bpf_insn *insn);
/* The next of the code's instructions that is a reference, at or after `from`;
 * its number of instructions if there is none. */
size_t code_next_reference(const struct code *code, size_t from);
/* Where a reference leads to, which may be anywhere. */
size_t code_target(const struct code *code, size_t reference);

#define CODE_MAX_FUNCTIONS 256 /* BPF_MAX_SUBPROGS */

/*
 * The first instructions of all functions in order, into `starts`, which has
 * room for one more than CODE_MAX_FUNCTIONS; returns how many, or 0 if there
 * are more than that, none, or one that does not begin with an instruction.
 */
size_t code_functions(const struct code *code, size_t *starts);

/* A number that is the same for the same instructions, whatever descriptors
 * its maps have, and hardly for others. */
uint64_t code_number(const struct code *code);

/* ---- lines ---- */

/* Where an instruction comes from; the strings are the BTF's. */
struct source_line {
	uint32_t insn_off; /* of the first instruction of that line */
	const char *file;
	const char *text;
	unsigned int line;
};

/* The code's lines, as many as .nr_lines, to be freed; NULL: out of memory. */
struct source_line *code_lines(const struct code *code);

#endif
