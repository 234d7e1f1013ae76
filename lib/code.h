/* SPDX-License-Identifier: LGPL-2.1-only */
/* code.h - a program as the verifier takes it */
#ifndef CODE_H
#define CODE_H

#include <stddef.h>
#include <stdint.h>
#include <linux/bpf.h>

struct btf;

/*
 * Relocated instructions, the main function
 * first and subprograms behind it, and what BTF says of them.  Without BTF
 * `btf` is NULL, and there are neither functions nor lines.
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
