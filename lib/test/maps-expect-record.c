// SPDX-License-Identifier: LGPL-2.1-only
/*
 * maps-expect-record - whether programs have sent the records expected
 *
 * A record is read by a type of the object's BTF, or it is bytes.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>

#include "maps.h"

#define ROWS_MAX 20

/* ---- what is expected: the ring buffer ---- */

static int bind_ring(struct test_maps *maps, struct xdplab_tests *tests,
		     const struct test_map *words, struct tested_map **out)
{
	int err = test_name_map(maps, tests, words, out);

	if (err)
		return err;
	if (!tested_has_records(*out))
		return test_mistake(
			tests, words->name_place, NULL,
			"%s is of type %s, not a ring buffer or a perf event "
			"array",
			words->name,
			xdplab_map_type_name((*out)->map->info.type));
	if (maps->elsewhere)
		return test_mistake(tests, words->name_place, NULL,
				    "records of an attached program belong to "
				    "its reader");
	return (*out)->records ? 0 : records_open(*out);
}

/* ---- what is expected: the type ---- */

static bool is_type(const struct btf_type *type)
{
	return btf_is_composite(type) || btf_is_typedef(type) ||
	       btf_is_int(type) || btf_is_any_enum(type);
}

static int unknown_type(struct xdplab_tests *tests,
			const struct test_record *record, const struct btf *btf)
{
	struct test_names names = { 0 };
	const char *near;

	for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *name = btf__name_by_offset(btf, type->name_off);

		if (is_type(type) && name && *name)
			test_add_name(name, strlen(name), &names);
	}
	near = nearest_name(record->type, (const char *const *)names.at,
			    names.nr);
	test_mistake(tests, record->type_place, near,
		     "no type \"%s\" in the BTF of the program%s", record->type,
		     near ? ""
			  : "; declare a global pointer to it to have it in "
			    "the BTF");
	test_free_names(&names);
	return -EINVAL;
}

/* Also as C has it. */
static const char *without_kind(const char *name)
{
	static const char *const kinds[] = { "struct ", "union ", "enum " };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strncmp(name, kinds[i], strlen(kinds[i])))
			return name + strlen(kinds[i]);
	return name;
}

/* A struct whose last member is an array without a length, "data[]". */
static bool has_open_end(const struct btf *btf, int id)
{
	const struct btf_type *type, *last;

	type = btf__type_by_id(btf, btf__resolve_type(btf, id));
	if (!btf_is_struct(type) || !btf_vlen(type))
		return false;
	last = btf__type_by_id(btf, btf_members(type)[btf_vlen(type) - 1].type);
	return btf_is_array(last) && !btf_array(last)->nelems;
}

/* Of perf events the kernel also puts bytes of the packet behind what a program
 * has in them. */
static int bind_type(struct xdplab_tests *tests,
		     const struct test_record *record, struct test_bound *bound)
{
	const char *name = without_kind(record->type);
	const struct btf *btf = bound->map->btf;
	int id = btf ? btf__find_by_name(btf, name) : -ENOENT;
	__s64 size;

	if (id <= 0 || !is_type(btf__type_by_id(btf, id)))
		return unknown_type(tests, record, btf);
	bound->is_open = !tested_is(bound->map, BPF_MAP_TYPE_RINGBUF) ||
			 has_open_end(btf, id);
	size = btf__resolve_size(btf, id);
	return size > 0 ? value_type_make(&bound->type, btf, id, size)
			: unknown_type(tests, record, btf);
}

/* As many as "hex 01 ff" has. */
static int bind_bytes(const char *text, struct xdplab_type **out)
{
	size_t digits = 0;

	if (!strncmp(text, "hex", strlen("hex")))
		text += strlen("hex");
	for (; *text; text++)
		digits += isxdigit((unsigned char)*text) != 0;
	return value_type_make(out, NULL, 0, digits / 2);
}

/* ---- what is expected: the value ---- */

static int bind_value(struct xdplab_tests *tests,
		      const struct test_record *record)
{
	struct test_bound *bound = record->ring.bound;
	struct test_place place = record->value_place;
	const char *text = record->value, *at = text;
	int err;

	bound->node = bound->type->nodes;
	bound->size = bound->type->size;
	bound->wanted = malloc(bound->size + 1);
	bound->mask = malloc(bound->size + 1);
	if (!bound->wanted || !bound->mask)
		return test_no_memory();
	err = test_parse_masked(bound->type, bound->node, bound->map->btf,
				bound->wanted, bound->mask, text, &at);
	place.column += at - text;
	if (err)
		return test_mistake(tests, place, NULL, "%s", xdplab_error());
	return record->type
		       ? test_need_compared(tests, bound, record->value_place)
		       : 0;
}

static int bind_record(struct xdplab_tests *tests,
		       const struct test_record *record)
{
	struct test_bound *bound = record->ring.bound;
	int err;

	if (record->type)
		err = bind_type(tests, record, bound);
	else if (*record->value == '{')
		err = test_mistake(tests, record->value_place, NULL,
				   "missing type: record %s as TYPE {...}, or "
				   "hex 01 ff",
				   record->ring.name);
	else
		err = bind_bytes(record->value, &bound->type);
	return err ?: bind_value(tests, record);
}

int record_bind(struct test_maps *maps, struct xdplab_tests *tests,
		struct test_step *step)
{
	bool is_record = step->what == EXPECT_RECORD;
	struct test_map *words = is_record ? &step->record.ring : &step->map;
	int err = bind_ring(maps, tests, words, &words->bound->map);

	return err || !is_record ? err : bind_record(tests, &step->record);
}

/* ---- whether one is ---- */

/* The value is all of it; but a perf event array makes a record longer, up to a
 * multiple of 8. */
static bool has_length(const struct test_record *record, size_t length)
{
	const struct test_bound *bound = record->ring.bound;

	if (bound->is_open)
		return length >= bound->size;
	if (tested_is(bound->map, BPF_MAP_TYPE_RINGBUF))
		return length == bound->size;
	return length >= bound->size && length < bound->size + 8;
}

static bool matches(const struct test_record *record,
		    const unsigned char *bytes, size_t length)
{
	const struct test_bound *bound = record->ring.bound;

	if (!has_length(record, length))
		return false;
	for (size_t i = 0; i < bound->size; i++)
		if ((bytes[i] ^ bound->wanted[i]) & bound->mask[i])
			return false;
	return true;
}

/* ---- what came instead ---- */

static void print(struct xdplab_text *text, const struct test_record *record,
		  const void *bytes, size_t length)
{
	const struct xdplab_type *type = record->ring.bound->type;

	if (record->type && has_length(record, length)) {
		xdplab_value_print(type, bytes, XDPLAB_FORM_TEXT, text);
		return;
	}
	text_word(text, "hex");
	for (size_t i = 0; i < length; i++) {
		text_char(text, ' ');
		text_hex(text, ((const unsigned char *)bytes)[i], 2);
	}
	text_end(text);
}

static void tell_record(struct test_failure *failure,
			const struct test_record *record, size_t i)
{
	struct xdplab_text what = { 0 }, got = { 0 };
	size_t length;
	const void *bytes = records_at(record->ring.bound->map, i, &length);

	text_word(&what, record->ring.name);
	text_char(&what, '#');
	text_unsigned(&what, i + 1);
	text_end(&what);
	print(&got, record, bytes, length);
	test_failure_row(failure, what.bytes ?: "", record->value,
			 got.bytes ?: "", true);
	xdplab_text_free(&what);
	xdplab_text_free(&got);
}

int record_check(const struct test_step *step, struct test_failure *failure)
{
	const struct test_record *record = &step->record;
	struct tested_map *map = record->ring.bound->map;
	int err = records_take(map);
	size_t nr = records_count(map);

	for (size_t i = 0; !err && i < nr; i++) {
		size_t length;
		const void *bytes = records_at(map, i, &length);

		if (matches(record, bytes, length))
			return 1;
	}
	if (err)
		return err;
	test_failure_say(failure, "none of the %zu records in %s matches", nr,
			 record->ring.name);
	for (size_t i = 0; i < nr && i < ROWS_MAX; i++)
		tell_record(failure, record, i);
	return 0;
}

int records_check(const struct test_step *step, struct test_failure *failure)
{
	struct tested_map *map = step->map.bound->map;
	int err = records_take(map);
	int64_t nr = records_count(map);
	char expected[32], got[24];

	if (err)
		return err;
	if (test_compare(step->number.op, 0, nr, step->number.value))
		return 1;
	test_failure_say(failure, "%" PRId64 " %s come in %s", nr,
			 nr == 1 ? "record has" : "records have",
			 step->map.name);
	snprintf(expected, sizeof(expected), "%s %" PRId64,
		 test_op_text(step->number.op), step->number.value);
	snprintf(got, sizeof(got), "%" PRId64, nr);
	test_failure_row(failure, step->map.name, expected, got, true);
	return 0;
}
