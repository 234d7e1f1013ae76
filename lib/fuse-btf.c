// SPDX-License-Identifier: LGPL-2.1-only
/*
 * fuse-btf - what BTF says of a fused program
 *
 * The stages' types are merged into one BTF; functions and lines move with the
 * instructions that they are about.
 */
#include <errno.h>
#include <stdlib.h>

#include <bpf/btf.h>

#include "fuse.h"
#include "internal.h"

/* Each BTF is added once, however many stages of one object there are. */
static int merge_types(struct btf *merged, const struct fuse_stage *stages,
		       struct fuse_place *places, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		size_t k = 0;
		int first;

		while (stages[k].code->btf != stages[i].code->btf)
			k++;
		if (k < i) {
			places[i].types = places[k].types;
			continue;
		}
		first = btf__add_btf(merged, stages[i].code->btf);
		if (first < 0)
			return first;
		places[i].types = first - 1;
	}
	return 0;
}

/* ---- functions ---- */

/* The chain's main function has the type of its first stage's. */
static int add_main(struct code *out, const struct fuse_stage *first,
		    const struct fuse_place *place)
{
	const struct code *code = first->code;
	const struct btf_type *func =
		btf__type_by_id(code->btf, code->funcs[0].type_id);
	int id;

	if (!func || !btf_is_func(func))
		return fail(-EINVAL, "%s: its BTF names no function",
			    first->name);
	id = btf__add_func(out->btf, "xdplab_chain", BTF_FUNC_GLOBAL,
			   func->type + place->types);
	if (id < 0)
		return id;
	out->funcs[out->nr_funcs++] = (struct bpf_func_info){ .type_id = id };
	return 0;
}

/* A stage that is called is verified where it is called, as a static function
 * is, and not for every context that there could be. */
static void make_static(struct btf *btf, uint32_t type_id)
{
	struct btf_type *func = (void *)btf__type_by_id(btf, type_id);

	if (func && btf_is_func(func))
		func->info = BTF_KIND_FUNC << 24 | BTF_FUNC_STATIC;
}

static int add_funcs(struct code *out, const struct fuse_stage *stages,
		     const struct fuse_place *places, size_t nr)
{
	int err = add_main(out, &stages[0], &places[0]);

	for (size_t i = 0; !err && i < nr; i++) {
		const struct code *code = stages[i].code;

		for (size_t k = 0; k < code->nr_funcs; k++) {
			struct bpf_func_info func = code->funcs[k];

			if (func.insn_off < places[i].skip)
				continue; /* became a part of the chain's */
			func.insn_off += places[i].behind - places[i].skip;
			func.type_id += places[i].types;
			out->funcs[out->nr_funcs++] = func;
			if (!code->funcs[k].insn_off)
				make_static(out->btf, func.type_id);
		}
	}
	return err;
}

/* ---- lines ---- */

static int add_line(struct code *out, const char *file, const char *text,
		    uint32_t insn_off, uint32_t line_col)
{
	int file_off = btf__add_str(out->btf, file);
	int text_off = btf__add_str(out->btf, text);

	if (file_off < 0 || text_off < 0)
		return -ENOMEM;
	out->lines[out->nr_lines++] = (struct bpf_line_info){
		.insn_off = insn_off,
		.file_name_off = file_off,
		.line_off = text_off,
		.line_col = line_col,
	};
	return 0;
}

/* The lines of the instructions from..to, which are now at `place`. */
static int move_lines(struct code *out, const struct code *code, size_t from,
		      size_t to, size_t place)
{
	int err = 0;

	for (size_t i = 0; !err && i < code->nr_lines; i++) {
		const struct bpf_line_info *line = &code->lines[i];

		if (line->insn_off < from || line->insn_off >= to)
			continue;
		err = add_line(
			out,
			btf__name_by_offset(code->btf, line->file_name_off),
			btf__name_by_offset(code->btf, line->line_off),
			line->insn_off - from + place, line->line_col);
	}
	return err;
}

/* In the order of the instructions: the main function, then what is behind. */
static int add_lines(struct code *out, const struct fuse_stage *stages,
		     const struct fuse_place *places, size_t nr)
{
	int err = add_line(out, "xdplab", "the chain", 0, 0);

	for (size_t i = 0; !err && i < nr; i++)
		err = move_lines(out, stages[i].code, 0, places[i].skip,
				 places[i].main);
	for (size_t i = 0; !err && i < nr; i++)
		err = move_lines(out, stages[i].code, places[i].skip,
				 stages[i].code->nr_insns, places[i].behind);
	return err;
}

/* ---- all of it ---- */

/* The kernel wants to know all functions or none. */
static bool all_have_types(const struct fuse_stage *stages, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (!stages[i].code->btf || !stages[i].code->nr_funcs)
			return false;
	return true;
}

int fuse_describe(struct code *out, const struct fuse_stage *stages,
		  struct fuse_place *places, size_t nr)
{
	size_t funcs = 1, lines = 1;
	int err;

	if (!all_have_types(stages, nr))
		return 0;
	for (size_t i = 0; i < nr; i++) {
		funcs += stages[i].code->nr_funcs;
		lines += stages[i].code->nr_lines;
	}
	out->btf = btf__new_empty();
	out->funcs = calloc(funcs, sizeof(*out->funcs));
	out->lines = calloc(lines, sizeof(*out->lines));
	if (!out->btf || !out->funcs || !out->lines)
		return -ENOMEM;
	err = merge_types(out->btf, stages, places, nr);
	if (!err)
		err = add_funcs(out, stages, places, nr);
	return err ? err : add_lines(out, stages, places, nr);
}
