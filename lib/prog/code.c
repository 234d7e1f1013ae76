// SPDX-License-Identifier: LGPL-2.1-only
/* code - a program as the verifier takes it */
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "code.h"

void code_free(struct code *code)
{
	free(code->insns);
	free(code->funcs);
	free(code->lines);
	*code = (struct code){ 0 };
}

void *code_copy_array(const void *array, size_t nr, size_t size)
{
	void *copy = calloc(nr + 1, size);

	if (copy && nr)
		memcpy(copy, array, nr * size);
	return copy;
}

/* ---- reading instructions ---- */

bool insn_is_wide(const struct bpf_insn *insn)
{
	return insn->code == (BPF_LD | BPF_IMM | BPF_DW);
}

bool insn_is_tail_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg &&
	       insn->imm == BPF_FUNC_tail_call;
}

bool insn_is_reference(const struct bpf_insn *insn)
{
	return (insn->code == (BPF_JMP | BPF_CALL) &&
		insn->src_reg == BPF_PSEUDO_CALL) ||
	       (insn_is_wide(insn) && insn->src_reg == BPF_PSEUDO_FUNC);
}

size_t code_next_reference(const struct code *code, size_t from)
{
	size_t i = from;

	while (i < code->nr_insns && !insn_is_reference(&code->insns[i]))
		i += 1 + insn_is_wide(&code->insns[i]);
	return i < code->nr_insns ? i : code->nr_insns;
}

size_t code_target(const struct code *code, size_t reference)
{
	return reference + 1 + code->insns[reference].imm;
}

/* Puts a start where it belongs, unless it is there already. */
static size_t add_start(size_t *starts, size_t nr, size_t start)
{
	size_t place = nr;

	while (place && starts[place - 1] >= start)
		place--;
	if (place < nr && starts[place] == start)
		return nr;
	for (size_t i = nr; i > place; i--)
		starts[i] = starts[i - 1];
	starts[place] = start;
	return nr + 1;
}

/* Whether each of the starts is where an instruction begins. */
static bool begin_instructions(const struct code *code, const size_t *starts,
			       size_t nr)
{
	size_t found = 0;

	for (size_t i = 0; i < code->nr_insns && found < nr;
	     i += 1 + insn_is_wide(&code->insns[i]))
		found += starts[found] == i;
	return found == nr;
}

size_t code_functions(const struct code *code, size_t *starts)
{
	size_t nr = add_start(starts, 0, 0);

	for (size_t i = code_next_reference(code, 0); i < code->nr_insns;
	     i = code_next_reference(code, i + 1)) {
		size_t target = code_target(code, i);

		if (target >= code->nr_insns)
			return 0;
		nr = add_start(starts, nr, target);
		if (nr > CODE_MAX_FUNCTIONS)
			return 0;
	}
	return begin_instructions(code, starts, nr) ? nr : 0;
}

/* FNV-1a, by Fowler, Noll and Vo, of 64 bits. */
static uint64_t add_to_number(uint64_t number, const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;

	while (size--)
		number = (number ^ *byte++) * 0x100000001b3;
	return number;
}

uint64_t code_number(const struct code *code)
{
	uint64_t number = 0xcbf29ce484222325;

	for (size_t i = 0; i < code->nr_insns; i++) {
		struct bpf_insn insn = code->insns[i];

		if (insn_is_wide(&insn) &&
		    (insn.src_reg == BPF_PSEUDO_MAP_FD ||
		     insn.src_reg == BPF_PSEUDO_MAP_VALUE))
			insn.imm = 0;
		number = add_to_number(number, &insn, sizeof(insn));
	}
	return number;
}

/* ---- lines ---- */

struct source_line *code_lines(const struct code *code)
{
	struct source_line *lines = calloc(code->nr_lines + 1, sizeof(*lines));

	for (size_t i = 0; lines && i < code->nr_lines; i++) {
		const struct bpf_line_info *line = &code->lines[i];

		lines[i] = (struct source_line){
			.insn_off = line->insn_off,
			.file = btf__name_by_offset(code->btf,
						    line->file_name_off),
			.text = btf__name_by_offset(code->btf, line->line_off),
			.line = BPF_LINE_INFO_LINE_NUM(line->line_col),
		};
	}
	return lines;
}
