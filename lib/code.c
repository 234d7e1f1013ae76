// SPDX-License-Identifier: LGPL-2.1-only
/* code - a program as the verifier takes it */
#include <stdlib.h>

#include <bpf/btf.h>

#include "code.h"

void code_free(struct code *code)
{
	free(code->insns);
	free(code->funcs);
	free(code->lines);
	*code = (struct code){ 0 };
}

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
