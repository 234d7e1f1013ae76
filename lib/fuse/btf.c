// SPDX-License-Identifier: LGPL-2.1-only
/*
 * btf - what BTF says of a fused program
 *
 * The stages' types are merged into one BTF; functions and lines move with the
 * instructions that they are about.  The kernel wants to know all functions or
 * none, and without them there are no callbacks: so those of stages that have
 * no BTF are described, too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "fuse.h"
#include "internal.h"
#include "prog/code.h"

/* What is no stage's source: a file that there is not, and its line. */
#define OURS "xdplab"
#define GLUE "the chain"

struct describing {
	struct code *out;
	const struct fuse_stage *stages;
	struct fuse_place *places;
	size_t nr;
	size_t room_funcs, room_lines;
	int plain; /* the type of a function of which no more is known */
};

static bool has_types(const struct code *code)
{
	return code && code->btf && code->nr_funcs;
}

/* ---- types ---- */

/* The kernel functions that take a type, or what is made of one, begin so. */
static bool is_about_types(const char *name)
{
	static const char *const beginnings[] = {
		"bpf_obj_new",	  "bpf_obj_drop",  "bpf_percpu_obj_",
		"bpf_list_push_", "bpf_list_pop_", "bpf_rbtree_",
		"bpf_refcount_",
	};

	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (!strncmp(name, beginnings[i], strlen(beginnings[i])))
			return true;
	return false;
}

bool fuse_needs_types(const struct code *code)
{
	__u32 nr = code->btf ? btf__type_cnt(code->btf) : 0;

	for (__u32 id = 1; id < nr; id++) {
		const struct btf_type *type = btf__type_by_id(code->btf, id);
		const char *name;

		if (!btf_is_func(type))
			continue;
		name = btf__name_by_offset(code->btf, type->name_off);
		if (name && is_about_types(name))
			return true;
	}
	return false;
}

/* Each BTF is added once, however many stages of one object there are. */
static int merge_types(struct describing *d)
{
	for (size_t i = 0; i < d->nr; i++) {
		const struct code *code = d->stages[i].code;
		size_t k = 0;
		int first;

		if (!has_types(code))
			continue;
		while (!d->stages[k].code ||
		       d->stages[k].code->btf != code->btf)
			k++;
		if (k < i) {
			d->places[i].types = d->places[k].types;
			continue;
		}
		first = btf__add_btf(d->out->btf, code->btf);
		if (first < 0)
			return first;
		d->places[i].types = first - 1;
	}
	return 0;
}

/* int f(void *) */
static int add_plain_type(struct describing *d)
{
	struct btf *btf = d->out->btf;
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int pointer = btf__add_ptr(btf, 0);
	int proto = btf__add_func_proto(btf, number);

	if (number < 0 || pointer < 0 || proto < 0)
		return -ENOMEM;
	if (btf__add_func_param(btf, "ctx", pointer))
		return -ENOMEM;
	d->plain = proto;
	return 0;
}

/* ---- functions ---- */

static int add_func(struct describing *d, size_t insn_off, uint32_t type_id)
{
	struct code *out = d->out;

	if (out->nr_funcs == d->room_funcs) {
		size_t room = 2 * d->room_funcs + 16;
		struct bpf_func_info *more =
			reallocarray(out->funcs, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		out->funcs = more;
		d->room_funcs = room;
	}
	out->funcs[out->nr_funcs++] =
		(struct bpf_func_info){ .insn_off = insn_off,
					.type_id = type_id };
	return 0;
}

static int add_plain_func(struct describing *d, size_t insn_off,
			  const char *name, enum btf_func_linkage linkage)
{
	int id = btf__add_func(d->out->btf, name, linkage, d->plain);

	return id < 0 ? id : add_func(d, insn_off, id);
}

/* A stage that is called is verified where it is called, as a static function
 * is, and not for every context that there could be. */
static void make_static(struct btf *btf, uint32_t type_id)
{
	struct btf_type *func = (void *)btf__type_by_id(btf, type_id);

	if (func && btf_is_func(func))
		func->info = BTF_KIND_FUNC << 24 | BTF_FUNC_STATIC;
}

static int move_funcs(struct describing *d, const struct code *code,
		      const struct fuse_place *place)
{
	int err = 0;

	for (size_t k = 0; !err && k < code->nr_funcs; k++) {
		struct bpf_func_info func = code->funcs[k];

		if (func.insn_off < place->length)
			continue; /* became a part of the chain's */
		err = add_func(d, func.insn_off - place->length + place->behind,
			       func.type_id + place->types);
		if (!err && !func.insn_off)
			make_static(d->out->btf, func.type_id + place->types);
	}
	return err;
}

static int invent_funcs(struct describing *d, const struct code *code,
			const struct fuse_place *place)
{
	size_t starts[CODE_MAX_FUNCTIONS + 1];
	size_t nr = code_functions(code, starts);
	int err = 0;

	for (size_t i = 0; !err && i < nr; i++)
		if (starts[i] >= place->length)
			err = add_plain_func(
				d, starts[i] - place->length + place->behind,
				"stage", BTF_FUNC_STATIC);
	return err;
}

static int add_funcs(struct describing *d)
{
	int err = add_plain_func(d, 0, "xdplab_chain", BTF_FUNC_GLOBAL);

	for (size_t i = 0; !err && i < d->nr; i++) {
		const struct fuse_stage *stage = &d->stages[i];
		const struct fuse_place *place = &d->places[i];

		if (stage->how == XDPLAB_STAGE_TAIL_CALLED)
			err = add_plain_func(d, place->behind, "tail_call",
					     BTF_FUNC_STATIC);
		else if (has_types(stage->code))
			err = move_funcs(d, stage->code, place);
		else
			err = invent_funcs(d, stage->code, place);
	}
	return err;
}

/* ---- lines ---- */

static int add_line(struct describing *d, const char *file, const char *text,
		    uint32_t insn_off, uint32_t line_col)
{
	struct code *out = d->out;
	int file_off = btf__add_str(out->btf, file ?: "");
	int text_off = btf__add_str(out->btf, text ?: "");

	if (file_off < 0 || text_off < 0)
		return -ENOMEM;
	if (out->nr_lines == d->room_lines) {
		size_t room = 2 * d->room_lines + 64;
		struct bpf_line_info *more =
			reallocarray(out->lines, room, sizeof(*more));

		if (!more)
			return -ENOMEM;
		out->lines = more;
		d->room_lines = room;
	}
	out->lines[out->nr_lines++] = (struct bpf_line_info){
		.insn_off = insn_off,
		.file_name_off = file_off,
		.line_off = text_off,
		.line_col = line_col,
	};
	return 0;
}

/* The lines of the instructions from..to, which are now at `place`. */
static int move_lines(struct describing *d, const struct code *code,
		      size_t from, size_t to, size_t place)
{
	int err = 0;

	for (size_t i = 0; !err && i < code->nr_lines; i++) {
		const struct bpf_line_info *line = &code->lines[i];

		if (line->insn_off < from || line->insn_off >= to)
			continue;
		err = add_line(
			d, btf__name_by_offset(code->btf, line->file_name_off),
			btf__name_by_offset(code->btf, line->line_off),
			line->insn_off - from + place, line->line_col);
	}
	return err;
}

/* Every function has to begin with a line: those from `func` on that lie before
 * `end` get one that names the stage. */
static int invent_lines(struct describing *d, const char *name, size_t *func,
			size_t end)
{
	const struct code *out = d->out;
	int err = 0;

	for (;
	     !err && *func < out->nr_funcs && out->funcs[*func].insn_off < end;
	     (*func)++)
		err = add_line(d, OURS, name, out->funcs[*func].insn_off, 0);
	return err;
}

static int add_lines_behind(struct describing *d, size_t i, size_t *func)
{
	const struct code *code = d->stages[i].code;
	const struct fuse_place *place = &d->places[i];
	size_t end = place->behind + place->nr_behind;

	if (d->stages[i].how == XDPLAB_STAGE_TAIL_CALLED || !code->nr_lines)
		return invent_lines(d, d->stages[i].name, func, end);
	while (*func < d->out->nr_funcs && d->out->funcs[*func].insn_off < end)
		(*func)++;
	return move_lines(d, code, place->length, code->nr_insns,
			  place->behind);
}

/* Whether the first instruction is the first stage's, and has a line. */
static bool begins_with_a_line(const struct describing *d)
{
	const struct code *code = d->stages[0].code;

	return d->stages[0].how == XDPLAB_STAGE_INLINED && !d->places[0].main &&
	       (!code->nr_lines || !code->lines[0].insn_off);
}

/* Those of an inlined stage, and of the glue after it. */
static int add_lines_inside(struct describing *d, size_t i)
{
	const struct code *code = d->stages[i].code;
	const struct fuse_place *place = &d->places[i];
	int err;

	if (code->nr_lines)
		err = move_lines(d, code, 0, place->length, place->main);
	else
		err = add_line(d, OURS, d->stages[i].name, place->main, 0);
	return err ? err
		   : add_line(d, OURS, GLUE, place->main + place->length, 0);
}

/* In the order of the instructions: the main function, then what is after. */
static int add_lines(struct describing *d)
{
	size_t func = 1; /* after the main one */
	int err = 0;

	if (!begins_with_a_line(d))
		err = add_line(d, OURS, GLUE, 0, 0);
	for (size_t i = 0; !err && i < d->nr; i++)
		if (d->stages[i].how == XDPLAB_STAGE_INLINED)
			err = add_lines_inside(d, i);
	for (size_t i = 0; !err && i < d->nr; i++)
		err = add_lines_behind(d, i, &func);
	return err;
}

/* ---- all of it ---- */

int fuse_describe(struct code *out, const struct fuse_stage *stages,
		  struct fuse_place *places, size_t nr)
{
	struct describing d = {
		.out = out, .stages = stages, .places = places, .nr = nr
	};
	int err;

	out->btf = btf__new_empty();
	if (!out->btf)
		return -ENOMEM;
	err = merge_types(&d);
	if (!err)
		err = add_plain_type(&d);
	if (!err)
		err = add_funcs(&d);
	return err ? err : add_lines(&d);
}
