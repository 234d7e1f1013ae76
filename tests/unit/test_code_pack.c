// SPDX-License-Identifier: GPL-2.0-only
/* test_code_pack - code as bytes, and back */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/prog/code-pack.h"
#include "../../lib/prog/code.h"
#include <cmocka.h>

/* What the bytes begin with, as docs/formats.md has it. */
enum { MAGIC, VERSION, NR_INSNS, NR_FUNCS, NR_LINES, NR_MAPS, BTF_SIZE };
#define HEADER_SIZE 32

#define WIDE(kind, number)                                                     \
	{ .code = BPF_LD | BPF_IMM | BPF_DW,                                   \
	  .dst_reg = 1,                                                        \
	  .src_reg = (kind),                                                   \
	  .imm = (number) },                                                   \
	{                                                                      \
		.imm = 0                                                       \
	}
#define PASS                                                                   \
	{                                                                      \
		.code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS           \
	}
#define EXIT                                                                   \
	{                                                                      \
		.code = BPF_JMP | BPF_EXIT                                     \
	}

struct packed {
	struct code code;
	struct code_maps maps;
	void *bytes;
	size_t size;
};

static int make_map(const char *name)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, name, 4, 8, 1, NULL);

	assert_true(fd >= 0);
	return fd;
}

static uint32_t id_of(int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	return info.id;
}

static void pack(struct packed *packed)
{
	struct code_maps maps;
	size_t pages;
	void *bytes;

	assert_int_equal(code_maps_read(&maps, &packed->code, "p.o"), 0);
	assert_int_equal(code_pack(&bytes, &pages, &packed->code, &maps), 0);
	packed->maps = maps;
	packed->bytes = bytes;
	packed->size = pages * CODE_PAGE;
}

static void drop(struct packed *packed)
{
	free(packed->bytes);
	code_maps_free(&packed->maps);
	btf__free(packed->code.btf);
}

static uint32_t *header(const struct packed *packed)
{
	return packed->bytes;
}

static void unpack(struct code *code, struct code_maps *maps,
		   const struct packed *packed)
{
	assert_int_equal(code_unpack(code, maps, packed->bytes, packed->size),
			 0);
}

static void unpacked_drop(struct code *code, struct code_maps *maps)
{
	btf__free(code->btf);
	code_free(code);
	code_maps_free(maps);
}

static void expect_error(int err, const void *bytes, size_t size)
{
	struct code_maps maps = { .nr = 77 };
	struct code code = { .nr_insns = 77 };

	assert_int_equal(code_unpack(&code, &maps, bytes, size), err);
	assert_int_equal(code.nr_insns, 77);
	assert_int_equal(maps.nr, 77);
}

/* ---- both ways ---- */

static struct bpf_insn two_maps[] = {
	WIDE(BPF_PSEUDO_MAP_FD, 0),
	WIDE(BPF_PSEUDO_MAP_VALUE, 0),
	WIDE(BPF_PSEUDO_MAP_FD, 0),
	WIDE(0, 12345),
	PASS,
	EXIT,
};

/* Code that refers to one map, to the other, and to the first again. */
static void make_two_maps(struct packed *packed, int *fds)
{
	fds[0] = make_map("first");
	fds[1] = make_map("second");
	two_maps[0].imm = fds[0];
	two_maps[2].imm = fds[1];
	two_maps[4].imm = fds[0];
	*packed =
		(struct packed){ .code = { .insns = two_maps,
					   .nr_insns = ARRAY_SIZE(two_maps) } };
	pack(packed);
}

static void maps_are_kept_by_their_ids_and_each_once(void **state)
{
	struct code_maps maps;
	struct packed packed;
	struct code code;
	uint32_t ids[2];
	int fds[2];

	(void)state;
	make_two_maps(&packed, fds);
	ids[0] = id_of(fds[0]);
	ids[1] = id_of(fds[1]);
	assert_int_equal(packed.maps.nr, 2);
	assert_int_equal(packed.maps.ids[0], ids[0]);
	assert_int_equal(packed.maps.ids[1], ids[1]);
	unpack(&code, &maps, &packed);
	close(fds[0]); /* the descriptors are others, which hold them */
	close(fds[1]);
	assert_int_equal(maps.nr, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(maps.ids[i], ids[i]);
		assert_int_equal(id_of(maps.fds[i]), ids[i]);
	}
	assert_int_equal(code.insns[0].imm, maps.fds[0]);
	assert_int_equal(code.insns[2].imm, maps.fds[1]);
	assert_int_equal(code.insns[4].imm, maps.fds[0]);
	assert_int_equal(code.insns[6].imm, 12345); /* a number is one */
	unpacked_drop(&code, &maps);
	drop(&packed);
}

static void what_is_packed_is_left_as_it_was(void **state)
{
	struct bpf_insn before[ARRAY_SIZE(two_maps)];
	struct packed packed;
	size_t pages;
	void *again;
	int fds[2];

	(void)state;
	make_two_maps(&packed, fds);
	memcpy(before, two_maps, sizeof(before));
	assert_int_equal(code_pack(&again, &pages, &packed.code, &packed.maps),
			 0);
	assert_memory_equal(again, packed.bytes, packed.size);
	free(again);
	assert_memory_equal(before, two_maps, sizeof(before));
	close(fds[0]);
	close(fds[1]);
	drop(&packed);
}

static struct btf *make_types(struct bpf_func_info *func,
			      struct bpf_line_info *line)
{
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);

	func->type_id = btf__add_func(btf, "xdp_main", BTF_FUNC_GLOBAL,
				      btf__add_func_proto(btf, number));
	line->file_name_off = btf__add_str(btf, "main.bpf.c");
	line->line_off = btf__add_str(btf, "return XDP_PASS;");
	line->line_col = 9 << 10 | 2;
	return btf;
}

static void make_described(struct packed *packed)
{
	static struct bpf_insn insns[] = { PASS, EXIT };
	static struct bpf_func_info func;
	static struct bpf_line_info line;

	*packed =
		(struct packed){ .code = { .insns = insns,
					   .nr_insns = ARRAY_SIZE(insns),
					   .funcs = &func,
					   .nr_funcs = 1,
					   .lines = &line,
					   .nr_lines = 1,
					   .btf = make_types(&func, &line) } };
	pack(packed);
}

static void types_functions_and_lines_come_back(void **state)
{
	struct source_line *lines;
	const struct btf_type *type;
	struct code_maps maps;
	struct packed packed;
	struct code code;

	(void)state;
	make_described(&packed);
	unpack(&code, &maps, &packed);
	assert_int_equal(maps.nr, 0);
	assert_int_equal(code.nr_insns, 2);
	assert_memory_equal(code.insns, packed.code.insns,
			    2 * sizeof(*code.insns));
	assert_int_equal(code.nr_funcs, 1);
	type = btf__type_by_id(code.btf, code.funcs[0].type_id);
	assert_string_equal(btf__name_by_offset(code.btf, type->name_off),
			    "xdp_main");
	assert_int_equal(code.nr_lines, 1);
	lines = code_lines(&code);
	assert_string_equal(lines[0].file, "main.bpf.c");
	assert_string_equal(lines[0].text, "return XDP_PASS;");
	assert_int_equal(lines[0].line, 9);
	free(lines);
	unpacked_drop(&code, &maps);
	drop(&packed);
}

/* ---- bytes that are none ---- */

static size_t used(const struct packed *packed)
{
	const uint32_t *h = header(packed);

	return HEADER_SIZE + h[NR_INSNS] * sizeof(struct bpf_insn) +
	       h[NR_FUNCS] * sizeof(struct bpf_func_info) +
	       h[NR_LINES] * sizeof(struct bpf_line_info) +
	       h[NR_MAPS] * sizeof(uint32_t) + h[BTF_SIZE];
}

static void what_was_cut_short_is_refused_at_every_length(void **state)
{
	struct packed packed;
	int fds[2];

	(void)state;
	make_described(&packed);
	for (size_t size = 0; size < used(&packed); size++) {
		/* In memory of its own, so that a look beyond it is seen. */
		void *cut = malloc(size + !size);

		memcpy(cut, packed.bytes, size);
		expect_error(-EUCLEAN, cut, size);
		free(cut);
	}
	drop(&packed);
	make_two_maps(&packed, fds);
	for (size_t size = 0; size < used(&packed); size++)
		expect_error(-EUCLEAN, packed.bytes, size);
	close(fds[0]);
	close(fds[1]);
	drop(&packed);
}

static void expect_header_refused(int field, uint32_t value)
{
	struct packed packed;

	make_described(&packed);
	header(&packed)[field] = value;
	expect_error(-EUCLEAN, packed.bytes, packed.size);
	drop(&packed);
}

static void a_header_that_is_wrong_is_refused(void **state)
{
	(void)state;
	expect_header_refused(MAGIC, 0);
	expect_header_refused(VERSION, 0);
	expect_header_refused(VERSION, 2);
	for (int field = NR_INSNS; field <= BTF_SIZE; field++) {
		expect_header_refused(field, UINT32_MAX);
		expect_header_refused(field,
				      1u << 29); /* * 8 is 0 in 32 bits */
		expect_header_refused(field, 100000);
	}
	/* Functions and lines of no BTF. */
	expect_header_refused(BTF_SIZE, 0);
}

static void a_map_that_the_code_does_not_have_is_refused(void **state)
{
	struct bpf_insn *insns;
	struct packed packed;
	int fds[2];

	(void)state;
	make_two_maps(&packed, fds);
	insns = (void *)((char *)packed.bytes + HEADER_SIZE);
	insns[2].imm = 2;
	expect_error(-EUCLEAN, packed.bytes, packed.size);
	insns[2].imm = -1;
	expect_error(-EUCLEAN, packed.bytes, packed.size);
	close(fds[0]);
	close(fds[1]);
	drop(&packed);
}

static int unpack_once(const struct packed *packed)
{
	struct code_maps maps;
	struct code code;
	int err = code_unpack(&code, &maps, packed->bytes, packed->size);

	if (!err)
		unpacked_drop(&code, &maps);
	return err;
}

static void a_map_that_has_gone_is_told_from_damage(void **state)
{
	struct packed packed;
	int fds[2], err;

	(void)state;
	make_two_maps(&packed, fds);
	close(fds[0]);
	close(fds[1]);
	/* The kernel lets go of it a moment later. */
	for (int i = 0; i < 3000 && !(err = unpack_once(&packed)); i++)
		usleep(10000);
	assert_int_equal(err, -ENOENT);
	drop(&packed);
}

/* ---- what cannot be kept ---- */

static void expect_module_refused(struct bpf_insn *insns, size_t nr)
{
	const struct code code = { .insns = insns, .nr_insns = nr };
	struct code_maps maps;

	assert_int_equal(code_maps_read(&maps, &code, "mod.o"), -EOPNOTSUPP);
	assert_non_null(strstr(xdplab_error(), "mod.o: "));
	assert_non_null(strstr(xdplab_error(), "kernel module"));
}

static void what_is_in_a_module_of_the_kernel_is_not_kept(void **state)
{
	struct bpf_insn function[] = { { .code = BPF_JMP | BPF_CALL,
					 .src_reg = BPF_PSEUDO_KFUNC_CALL,
					 .off = 1,
					 .imm = 7 },
				       EXIT };
	struct bpf_insn variable[] = { WIDE(BPF_PSEUDO_BTF_ID, 7), EXIT };

	(void)state;
	expect_module_refused(function, ARRAY_SIZE(function));
	variable[1].imm = 3;
	expect_module_refused(variable, ARRAY_SIZE(variable));
}

static void what_is_in_the_kernel_itself_is_kept(void **state)
{
	struct bpf_insn insns[] = { { .code = BPF_JMP | BPF_CALL,
				      .src_reg = BPF_PSEUDO_KFUNC_CALL,
				      .imm = 7 },
				    WIDE(BPF_PSEUDO_BTF_ID, 7),
				    EXIT };
	const struct code code = { .insns = insns,
				   .nr_insns = ARRAY_SIZE(insns) };
	struct code_maps maps;

	(void)state;
	assert_int_equal(code_maps_read(&maps, &code, "kernel.o"), 0);
	assert_int_equal(maps.nr, 0);
	code_maps_free(&maps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_are_kept_by_their_ids_and_each_once),
		cmocka_unit_test(what_is_packed_is_left_as_it_was),
		cmocka_unit_test(types_functions_and_lines_come_back),
		cmocka_unit_test(what_was_cut_short_is_refused_at_every_length),
		cmocka_unit_test(a_header_that_is_wrong_is_refused),
		cmocka_unit_test(a_map_that_the_code_does_not_have_is_refused),
		cmocka_unit_test(a_map_that_has_gone_is_told_from_damage),
		cmocka_unit_test(what_is_in_a_module_of_the_kernel_is_not_kept),
		cmocka_unit_test(what_is_in_the_kernel_itself_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
