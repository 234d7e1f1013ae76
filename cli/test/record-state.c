// SPDX-License-Identifier: GPL-2.0-only
/*
 * record-state - what a running program has in its maps, as a test sets it
 *
 * Not all that a test can set: entries of arrays, hashes and tries whose values
 * all CPUs share, and variables.  What is left out is reported in a comment, so
 * that whoever reads the file knows what its verdicts might also hang on.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "record.h"

#define ENTRIES_MAX 1000 /* of one map */

void record_add(struct xdplab_text *text, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	xdplab_text_add(text, line);
}

/* ---- programs ---- */

static void add_actions(struct xdplab_text *text, uint32_t actions)
{
	const char *between = "";

	xdplab_text_add(text, " actions ");
	for (uint32_t verdict = 0; xdplab_verdict_name(verdict); verdict++) {
		if (!(actions & 1u << verdict))
			continue;
		record_add(text, "%s%s", between, xdplab_verdict_name(verdict));
		between = ",";
	}
	if (!*between)
		xdplab_text_add(text, "none");
}

static void add_path(struct xdplab_text *text, const char *path)
{
	xdplab_text_add(text, "program \"");
	for (; *path; path++) {
		unsigned char c = *path;

		record_add(text,
			   c < ' ' || c == 0x7f	   ? "\\x%02x"
			   : c == '"' || c == '\\' ? "\\%c"
						   : "%c",
			   c);
	}
	xdplab_text_add(text, "\"");
}

static void add_stage(struct xdplab_text *text,
		      const struct xdplab_stage *stage)
{
	add_path(text, stage->path);
	record_add(text, " %s prio %u", stage->name, stage->prio);
	add_actions(text, stage->actions);
	xdplab_text_add(text, "\n");
}

int record_programs(struct xdplab_text *text,
		    const struct xdplab_attached *attached, const char *program)
{
	if (program) {
		add_path(text, program);
		xdplab_text_add(text, "\n");
		return 0;
	}
	for (size_t i = 0; i < attached->nr_stages; i++)
		if (!*attached->stages[i].path)
			return -ENOENT;
	for (size_t i = 0; i < attached->nr_stages; i++)
		add_stage(text, &attached->stages[i]);
	return attached->nr_stages ? 0 : -ENOENT;
}

/* ---- maps ---- */

struct state {
	struct xdplab_text *text;
	const struct xdplab_map *map;
	const struct xdplab_map_info *info;
	const char *section; /* ".bss", of variables; NULL: a plain map */
	const char
		*program; /* of a chain whose map it is; NULL: there is one */
	size_t nr;
	const void *value;
};

static bool is_zero(const void *value, size_t size)
{
	const char *bytes = value;

	return !size || (!*bytes && !memcmp(bytes, bytes + 1, size - 1));
}

/* Two programs of a chain can have a map or a variable of the same name. */
static void add_name(const struct state *s, const char *word, const char *name)
{
	record_add(s->text, "%s%s%s%s", word, s->program ?: "",
		   s->program ? ":" : "", name);
}

static int add_entry(const void *key, const void *value, void *arg)
{
	struct state *s = arg;

	if (s->info->type == BPF_MAP_TYPE_ARRAY &&
	    is_zero(value, s->info->value_size))
		return 0;
	if (s->nr++ == ENTRIES_MAX) {
		record_add(s->text, "  # %s: more than %d entries\n",
			   s->info->name, ENTRIES_MAX);
		return 1;
	}
	add_name(s, "  map ", s->info->name);
	xdplab_text_add(s->text, "[");
	xdplab_value_print(xdplab_map_key_type(s->map), key, XDPLAB_FORM_TEXT,
			   s->text);
	xdplab_text_add(s->text, "] = ");
	xdplab_value_print(xdplab_map_value_type(s->map), value,
			   XDPLAB_FORM_TEXT, s->text);
	xdplab_text_add(s->text, "\n");
	return 0;
}

/* ".bss" itself, or ".bss.mine". */
static bool is_section(const char *section, const char *name)
{
	size_t length = strlen(name);

	return section && !strncmp(section, name, length) &&
	       (!section[length] || section[length] == '.');
}

static bool add_variable(const char *path, const struct xdplab_field *field,
			 void *arg)
{
	struct state *s = arg;
	uint64_t number = xdplab_field_read(field, s->value);

	if (*path == '.')
		path++;
	if (!number && is_section(s->section, ".bss"))
		return true;
	if (is_section(s->section, ".rodata"))
		record_add(s->text, "set %s %s", s->section + 1, path);
	else
		add_name(s, "  var ", path);
	if (field->is_signed)
		record_add(s->text, " = %lld\n", (long long)number);
	else
		record_add(s->text, " = %llu\n", (unsigned long long)number);
	return ++s->nr < ENTRIES_MAX;
}

static int add_variables(const void *key, const void *value, void *arg)
{
	struct state *s = arg;

	(void)key;
	s->value = value;
	xdplab_field_each(xdplab_map_value_type(s->map), add_variable, s);
	return 0;
}

static bool can_be_set(const struct xdplab_map_info *info)
{
	switch (info->type) {
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LPM_TRIE:
		return !info->frozen;
	}
	return false;
}

/* "count.bss" has ".bss"; NULL for a map that is none of variables, whose name
 * has no point in it. */
static const char *section_of(const struct xdplab_map_info *info)
{
	return info->type == BPF_MAP_TYPE_ARRAY && info->max_entries == 1
		       ? strchr(info->name, '.')
		       : NULL;
}

/* Constants, or all else that a map holds. */
static int add_map(struct xdplab_text *text, uint32_t id, const char *program,
		   bool constants)
{
	struct state s = { .text = text, .program = program };
	struct xdplab_map *map;
	char which[16];
	bool is_constant;
	int err = 0;

	snprintf(which, sizeof(which), "%u", id);
	if (xdplab_map_open(&map, which))
		return 0; /* it has gone, and its program */
	s.map = map;
	s.info = xdplab_map_info(map);
	s.section = section_of(s.info);
	is_constant = is_section(s.section, ".rodata");
	if (is_constant != constants)
		goto out;
	if (s.section)
		err = xdplab_map_read(map, add_variables, &s);
	else if (can_be_set(s.info))
		err = xdplab_map_read(map, add_entry, &s);
	else
		record_add(text, "  # not set: %s, which is of type %s\n",
			   s.info->name, xdplab_map_type_name(s.info->type));
out:
	xdplab_map_close(map);
	return err < 0 ? err : 0;
}

static int add_maps(struct xdplab_text *text, const uint32_t *ids, uint32_t nr,
		    const char *program, bool constants)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < nr; i++)
		err = add_map(text, ids[i], program, constants);
	return err;
}

static int add_all(struct xdplab_text *text,
		   const struct xdplab_attached *attached, bool constants)
{
	int err = 0;

	if (!attached->nr_stages)
		return add_maps(text, attached->map_ids, attached->nr_map_ids,
				NULL, constants);
	for (size_t i = 0; !err && i < attached->nr_stages; i++)
		err = add_maps(text, attached->stages[i].map_ids,
			       attached->stages[i].nr_map_ids,
			       attached->nr_stages > 1
				       ? attached->stages[i].name
				       : NULL,
			       constants);
	return err;
}

int record_constants(struct xdplab_text *text,
		     const struct xdplab_attached *attached)
{
	return add_all(text, attached, true);
}

int record_maps(struct xdplab_text *text,
		const struct xdplab_attached *attached)
{
	return add_all(text, attached, false);
}
