// SPDX-License-Identifier: LGPL-2.1-only
/* context - how packets come in: interface, queue, tag, metadata */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"
#include "value/parse.h"

#define VLAN_MAX  4094
#define QUEUE_MAX 4095 /* rtnl_create_link(): 4096 queues */
#define META_MAX  252  /* the kernel's limit, in words of 4 bytes */

static int read_ingress(struct test_reader *reader, void *into)
{
	struct test_context *context = into;
	char *name;
	int err = test_need_iface(reader, &name);

	if (err)
		return err;
	free(context->ingress);
	context->ingress = name;
	return 0;
}

static int read_queue(struct test_reader *reader, void *into)
{
	struct test_context *context = into;
	uint64_t number;
	int err = test_need_number(reader, 0, QUEUE_MAX, &number);

	if (!err)
		context->queue = number;
	return err;
}

static int read_vlan(struct test_reader *reader, void *into)
{
	struct test_context *context = into;
	uint64_t number;
	int err = test_need_number(reader, 0, VLAN_MAX, &number);

	if (err)
		return err;
	context->has_vlan = true;
	context->vlan = number;
	return 0;
}

static int read_meta(struct test_reader *reader, void *into)
{
	struct test_context *context = into;
	struct test_place place;
	uint8_t *bytes;
	size_t length;
	int err;

	place = test_place_here(reader);
	err = test_need_bytes(reader, &bytes, &length);
	if (err)
		return err;
	if (length % 4 || length > META_MAX)
		err = test_mistake(reader->tests, place, NULL,
				   "expected a multiple of 4 bytes, up to %d, "
				   "not %zu",
				   META_MAX, length);
	else
		memcpy(context->meta, bytes, length);
	context->meta_length = err ? 0 : length;
	free(bytes);
	return err;
}

static int expected_time(struct test_reader *reader, struct span word)
{
	return test_expected(reader, word.at, NULL,
			     "a time from 1ms to 3600s, such as 200ms or 2s");
}

static int read_timeout(struct test_reader *reader, void *into)
{
	struct test_context *context = into;
	struct span word = test_peek_name(reader), digits = word;
	bool is_ms = word.length > 2 &&
		     span_starts((struct span){ word.at + word.length - 2, 2 },
				 "ms");
	uint64_t number, most = is_ms ? 3600000 : 3600;

	if (is_ms)
		digits.length -= 2;
	else if (word.length && word.at[word.length - 1] == 's')
		digits.length--;
	if (!value_literal_number(digits, most, &number) || !number)
		return expected_time(reader, word);
	reader->at += word.length;
	context->timeout_ns = number * (is_ms ? 1000000 : 1000000000);
	return 0;
}

/* What was given with the command counts more. */
static int read_seed(struct test_reader *reader, void *into)
{
	uint64_t number;
	int err = test_need_number(reader, 0, UINT64_MAX, &number);

	(void)into;
	if (err || reader->is_seed_given)
		return err;
	reader->seed = number;
	if (!reader->steps)
		reader->tests->seed = number;
	return 0;
}

static const struct test_word items[] = {
	{ "ingress", read_ingress }, { "queue", read_queue },
	{ "vlan", read_vlan },	     { "meta", read_meta },
	{ "timeout", read_timeout }, { "seed", read_seed },
};

const struct test_words test_context_words = {
	.what = "a context item",
	.at = items,
	.nr = ARRAY_SIZE(items),
};

static int read_items(struct test_reader *reader, struct test_context *into)
{
	int err;

	do {
		err = test_read_word(reader, &test_context_words, into);
	} while (!err && test_take(reader, ","));
	if (err || test_at_end(reader))
		return err;
	return test_expected(reader, reader->at, NULL,
			     "`,` and another item, or the end of the "
			     "statement");
}

int test_context_copy(struct test_context *to, const struct test_context *from)
{
	char *ingress = NULL;

	if (from->ingress &&
	    test_copy(&ingress, from->ingress, strlen(from->ingress)))
		return -ENOMEM;
	free(to->ingress);
	*to = *from;
	to->ingress = ingress;
	return 0;
}

/* What a step does not name stays as it was before it. */
int test_read_context(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err = read_items(reader, &reader->context);

	step->what = TEST_CONTEXT;
	if (err)
		return err;
	step->context = calloc(1, sizeof(*step->context));
	if (!step->context)
		return fail(-ENOMEM, "out of memory");
	return test_context_copy(step->context, &reader->context);
}

int test_read_defaults(struct test_reader *reader, void *into)
{
	struct xdplab_tests *tests = reader->tests;
	struct test_place place = test_place_at(reader, reader->text);

	(void)into;
	if (tests->nr_cases)
		return test_mistake(tests, place, NULL,
				    "only allowed before the first test, or "
				    "within a test");
	tests->context.place = place;
	return read_items(reader, &tests->context);
}
