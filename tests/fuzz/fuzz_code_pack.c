// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_code_pack - any bytes as the code of a stage that bpffs has kept
 *
 * What code_unpack() lets pass is packed again, and must be the same then; and
 * it is fused with a stage that is in order.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "../../lib/fuse/fuse.h"
#include "../../lib/internal.h"
#include "../../lib/prog/code-pack.h"
#include "../../lib/prog/code.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed);
/* libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t room);

__attribute__((constructor)) static void silence_libbpf(void)
{
	libbpf_set_print(NULL);
}

/* ---- where to begin ---- */

#define CALL_OF(distance)                                                      \
	{                                                                      \
		.code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL,        \
		.imm = (distance)                                              \
	}
#define PASS                                                                   \
	{                                                                      \
		.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS           \
	}
#define EXIT                                                                   \
	{                                                                      \
		.code = BPF_JMP | BPF_EXIT                                     \
	}

static struct btf *types(struct bpf_func_info *funcs,
			 struct bpf_line_info *lines)
{
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int proto = btf__add_func_proto(btf, number);

	funcs[0].type_id = btf__add_func(btf, "f", BTF_FUNC_GLOBAL, proto);
	funcs[1].type_id = btf__add_func(btf, "g", BTF_FUNC_STATIC, proto);
	for (int i = 0; i < 2; i++) {
		lines[i].file_name_off = btf__add_str(btf, "f.bpf.c");
		lines[i].line_off = btf__add_str(btf, "return XDP_PASS;");
		lines[i].line_col = 7 << 10;
	}
	return btf;
}

/* Of two functions, with all that is known of them. */
static void *whole(size_t *size)
{
	struct bpf_insn insns[] = { CALL_OF(1), EXIT, PASS, EXIT };
	struct bpf_func_info funcs[] = { { 0, 0 }, { 2, 0 } };
	struct bpf_line_info lines[] = { { .insn_off = 0 }, { .insn_off = 2 } };
	const struct code code = {
		.insns = insns,
		.nr_insns = ARRAY_SIZE(insns),
		.funcs = funcs,
		.nr_funcs = ARRAY_SIZE(funcs),
		.lines = lines,
		.nr_lines = ARRAY_SIZE(lines),
		.btf = types(funcs, lines),
	};
	const struct code_maps none = { 0 };
	void *bytes;

	if (code_pack(&bytes, size, &code, &none))
		abort();
	*size *= CODE_PAGE;
	btf__free(code.btf);
	return bytes;
}

/* Without one libFuzzer would not find to a BTF: it does not see into libbpf. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed)
{
	size_t length;
	void *made;

	(void)seed;
	if (size >= 64)
		return LLVMFuzzerMutate(bytes, size, room);
	made = whole(&length);
	size = length < room ? length : room;
	memcpy(bytes, made, size);
	free(made);
	return size;
}

/* ---- what holds for all of them ---- */

static void pack_again(const struct code *code, const struct code_maps *maps,
		       const void *bytes, size_t size)
{
	void *packed;
	size_t pages;

	if (maps->nr)
		return; /* of a map that is named twice the first name stays */
	if (code_pack(&packed, &pages, code, maps))
		abort();
	pages *= CODE_PAGE;
	/* Behind the code may be anything; so it may in the header's spare. */
	if (memcmp(packed, bytes, 28) || pages > size + CODE_PAGE)
		abort();
	free(packed);
}

static void read_lines(const struct code *code)
{
	struct source_line *lines = code_lines(code);
	size_t length = 0;

	for (size_t i = 0; i < code->nr_lines; i++)
		length += strlen(lines[i].file ?: "") +
			  strlen(lines[i].text ?: "");
	if (length == SIZE_MAX) /* or it would not be read at all */
		abort();
	free(lines);
}

static void fuse_with_another(const struct code *code)
{
	struct bpf_insn insns[] = { PASS, EXIT };
	const struct code other = { .insns = insns, .nr_insns = 2 };
	struct fuse_stage stages[] = {
		{ .code = &other, .name = "a", .counter = FUSE_UNCOUNTED },
		{ .code = code, .name = "b", .counter = FUSE_UNCOUNTED },
		{ .code = &other, .name = "c", .counter = FUSE_UNCOUNTED },
	};
	const struct fuse_opts opts = { .slots_fd = -1 };
	struct code fused;

	if (fuse_plan(stages, ARRAY_SIZE(stages)) ||
	    fuse(&fused, stages, ARRAY_SIZE(stages), &opts)) {
		if (!*xdplab_error())
			abort();
		return;
	}
	btf__free(fused.btf);
	code_free(&fused);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct code_maps maps;
	struct code code;
	int err;

	fail(0, "%s", "");
	err = code_unpack(&code, &maps, bytes, size);
	if (err) {
		if (*xdplab_error() || err > 0)
			abort();
		return 0;
	}
	pack_again(&code, &maps, bytes, size);
	read_lines(&code);
	fuse_with_another(&code);
	code_maps_free(&maps);
	btf__free(code.btf);
	code_free(&code);
	return 0;
}
