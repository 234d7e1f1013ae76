// SPDX-License-Identifier: LGPL-2.1-only
/* maps-check-value - whether a field of a map or a variable is as expected */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "maps.h"

/* ---- the field ---- */

int test_read_field(const struct test_bound *bound, unsigned char **field)
{
	int err = tested_get(bound->map, bound->key);

	*field = bound->map->value + bound->offset;
	return err == -ENOENT ? 0 : err ?: 1;
}

/* ---- a number ---- */

/* Numbers without a sign are in the same order as those with one once their
 * first bit is another. */
static int64_t ordered(const struct test_bound *bound,
		       const unsigned char *bytes)
{
	bool flip = bound->field.bits == 64 && !bound->field.is_signed;
	uint64_t number = xdplab_field_read(&bound->field, bytes);

	return (int64_t)(flip ? number ^ 1ULL << 63 : number);
}

/* How much more it is than before; a counter may have begun anew. */
static int64_t change_of(const struct test_bound *bound,
			 const unsigned char *got)
{
	uint64_t now = xdplab_field_read(&bound->field, got);
	uint64_t before = xdplab_field_read(&bound->field, bound->before);
	unsigned int unused = 64 - bound->field.bits;

	return (int64_t)((now - before) << unused) >> unused;
}

static int64_t wanted_change(const struct test_map *words)
{
	const struct test_bound *bound = words->bound;
	int64_t by = (int64_t)xdplab_field_read(&bound->field, bound->wanted);

	return words->op == TEST_PLUS ? by : -by;
}

static bool compare_numbers(const struct test_map *words,
			    const unsigned char *got)
{
	const struct test_bound *bound = words->bound;
	unsigned int unused = 64 - bound->field.bits;

	if (test_is_change(words->op))
		return !(
			(uint64_t)(change_of(bound, got) - wanted_change(words))
			<< unused);
	return test_compare(words->op, 0, ordered(bound, got),
			    ordered(bound, bound->wanted));
}

/* ---- any value ---- */

static bool is_as_wanted(const struct test_bound *bound,
			 const unsigned char *got)
{
	for (size_t i = 0; i < bound->size; i++)
		if ((got[i] ^ bound->wanted[i]) & bound->mask[i])
			return false;
	return true;
}

static bool compare(const struct test_map *words, const unsigned char *got)
{
	if (words->bound->is_number)
		return compare_numbers(words, got);
	return is_as_wanted(words->bound, got) == (words->op == TEST_EQ);
}

/* ---- what came instead ---- */

struct said {
	struct xdplab_text what, expected, got;
};

static void free_said(struct said *said)
{
	xdplab_text_free(&said->what);
	xdplab_text_free(&said->expected);
	xdplab_text_free(&said->got);
}

/* Of a change it is the number that would have come. */
static void say_expected(struct xdplab_text *text, const struct test_map *words)
{
	const struct test_bound *bound = words->bound;
	uint64_t before;

	if (test_is_change(words->op)) {
		before = xdplab_field_read(&bound->field, bound->before);
		text_signed(text, (int64_t)before + wanted_change(words));
		text_end(text);
		return;
	}
	if (words->op != TEST_EQ) {
		xdplab_text_add(text, test_op_text(words->op));
		xdplab_text_add(text, " ");
	}
	xdplab_text_add(text, words->value);
}

static void say(struct test_failure *failure, const struct test_map *words,
		const struct said *said, const unsigned char *got)
{
	const char *what = said->what.bytes ?: "";

	if (!got)
		test_failure_say(failure, "%s: no such entry", what);
	else if (test_is_change(words->op))
		test_failure_say(failure,
				 "%s changed by %+" PRId64 ", not by %+" PRId64,
				 what, change_of(words->bound, got),
				 wanted_change(words));
	else
		test_failure_say(failure, "%s is %s, not %s", what,
				 said->got.bytes ?: "",
				 said->expected.bytes ?: "");
}

/* The entry itself, and then what has changed besides. */
static int tell_value(const struct test_map *words, const unsigned char *got,
		      struct test_failure *failure)
{
	const struct test_bound *bound = words->bound;
	struct said said = { 0 };
	int nr;

	test_spell(&said.what, words);
	say_expected(&said.expected, words);
	if (got)
		test_print(bound->map, bound->node, got, &said.got);
	else
		xdplab_text_add(&said.got, "no such entry");
	say(failure, words, &said, got);
	test_failure_row(failure, said.what.bytes ?: "",
			 said.expected.bytes ?: "", said.got.bytes ?: "", true);
	free_said(&said);
	nr = test_tell_changes(bound->map,
			       bound->map->is_section ? NULL : bound->key,
			       failure);
	if (!nr && !got)
		nr = test_tell_nearest(bound->map, bound->key, failure);
	return nr < 0 ? nr : 0;
}

int test_check_value(const struct test_map *words, struct test_failure *failure)
{
	const struct test_bound *bound = words->bound;
	unsigned char *got;
	int there = test_read_field(bound, &got);

	if (there < 0)
		return there;
	if (!there && test_is_change(words->op)) {
		memset(got, 0, bound->size);
		there = 1;
	}
	if (there && compare(words, got))
		return 1;
	return tell_value(words, there ? got : NULL, failure);
}

int test_check_unchanged(const struct test_map *words,
			 struct test_failure *failure)
{
	const struct test_bound *bound = words->bound;
	const struct xdplab_type *type = bound->map->map->value;
	struct said said = { 0 };
	unsigned char *got;
	int there = test_read_field(bound, &got);

	if (there <= 0 || !memcmp(got, bound->before, bound->size))
		return there;
	test_spell(&said.what, words);
	value_print_at(type, bound->node, bound->before, &said.expected);
	value_print_at(type, bound->node, got, &said.got);
	test_failure_say(failure, "%s has changed from %s to %s",
			 said.what.bytes ?: "", said.expected.bytes ?: "",
			 said.got.bytes ?: "");
	test_failure_row(failure, said.what.bytes ?: "",
			 said.expected.bytes ?: "", said.got.bytes ?: "", true);
	free_said(&said);
	return 0;
}
