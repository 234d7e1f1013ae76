// SPDX-License-Identifier: GPL-2.0-only
/* fuzz_blocks - any instructions at all, which nobody has verified, to be
 * counted */
#include <stdlib.h>
#include <string.h>

#include "../../lib/cov/instrument.h"
#include "../../lib/prog/code.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Every block is within the code, and is where others say that it is. */
static void check_blocks(const struct blocks *blocks, const struct code *code)
{
	for (size_t i = 0; i < blocks->nr; i++) {
		const struct block *block = &blocks->at[i];

		if (block->first >= block->end || block->end > code->nr_insns ||
		    block->counter >= blocks->nr_counters ||
		    blocks_find(blocks, block->first) != block ||
		    blocks_find(blocks, block->end - 1) != block)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct instrument_opts opts = { .counters_fd = 1, .seen_fd = 2 };
	struct code out, code = { .nr_insns = size / sizeof(struct bpf_insn) };
	struct blocks blocks;

	code.insns = malloc(size + 1);
	if (!code.insns)
		return 0;
	memcpy(code.insns, bytes, size);
	if (!blocks_read(&blocks, &code)) {
		check_blocks(&blocks, &code);
		if (!instrument(&out, &code, &blocks, &opts))
			code_free(&out);
		blocks_free(&blocks);
	}
	code_free(&code);
	return 0;
}
