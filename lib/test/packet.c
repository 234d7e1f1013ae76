// SPDX-License-Identifier: LGPL-2.1-only
/* packet - packets in a test file */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "read.h"

/* Of each step another: so a test that is run alone has the same packets.  This
 * is splitmix64. */
static uint64_t seed_of_step(const struct test_reader *reader)
{
	uint64_t z =
		reader->seed + (reader->steps_read.nr + 1) * 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

int test_packet_mistake(struct test_reader *reader, int err, const char *at)
{
	if (err == -ENOMEM)
		return err;
	return test_mistake(reader->tests, test_place_at(reader, at),
			    xdplab_remedy(), "%s", xdplab_error());
}

static int parse(struct test_reader *reader, struct xdplab_packet **packet,
		 const struct xdplab_packet_opts *opts)
{
	const char *end = reader->at;
	int err = xdplab_packet_parse(packet, reader->at, &end, opts);

	if (!err)
		reader->at = end;
	else
		err = test_packet_mistake(reader, err, end);
	return err;
}

/* ---- packets that many steps have, each of them once ---- */

struct shared {
	struct xdplab_packet *packet;
	struct xdplab_packet_opts opts;
	size_t length; /* of the packet, in the text */
	char text[];   /* the rest of a statement */
};

static int by_text(const void *a, const void *b)
{
	const struct shared *one = a, *other = b;

	if (one->opts.seed != other->opts.seed)
		return one->opts.seed < other->opts.seed ? -1 : 1;
	if (one->opts.pattern != other->opts.pattern)
		return one->opts.pattern ? 1 : -1;
	return strcmp(one->text, other->text);
}

static void shared_free(void *node)
{
	struct shared *shared = node;

	xdplab_packet_free(shared->packet);
	free(shared);
}

void test_packets_free(struct xdplab_tests *tests)
{
	tdestroy(tests->packets, shared_free);
}

static struct shared *shared_new(struct test_reader *reader, bool is_pattern)
{
	size_t length = strlen(reader->at);
	bool is_random = strstr(reader->at, "rand");
	struct shared *shared = calloc(1, sizeof(*shared) + length + 1);

	if (!shared)
		return NULL;
	shared->opts.sz = sizeof(shared->opts);
	shared->opts.seed = is_random ? seed_of_step(reader) : 0;
	shared->opts.pattern = is_pattern;
	memcpy(shared->text, reader->at, length);
	reader->tests->is_random |= is_random;
	return shared;
}

/* Makes what there is by this text, if it is new. */
static int make(struct test_reader *reader, struct shared *shared)
{
	const char *start = reader->at;
	int err = parse(reader, &shared->packet, &shared->opts);

	shared->length = reader->at - start;
	if (!err && !tsearch(shared, &reader->tests->packets, by_text))
		err = fail(-ENOMEM, "out of memory");
	if (err)
		shared_free(shared);
	return err;
}

int test_need_packet(struct test_reader *reader,
		     const struct xdplab_packet **packet, bool is_pattern)
{
	struct shared *shared, **found;
	int err;

	if (test_at_end(reader))
		return test_expected(reader, reader->at, NULL, "a packet");
	shared = shared_new(reader, is_pattern);
	if (!shared)
		return fail(-ENOMEM, "out of memory");
	found = tfind(shared, &reader->tests->packets, by_text);
	if (found) {
		free(shared);
		shared = *found;
		reader->at += shared->length;
	} else {
		err = make(reader, shared);
		if (err)
			return err;
	}
	*packet = shared->packet;
	return 0;
}

/* ---- bytes, and what is other than in the packet that was sent ---- */

static bool are_bytes(struct test_reader *reader)
{
	static const char *const words[] = { "hex", "bytes", "rand" };
	struct span name = test_peek_name(reader);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (name.length == strlen(words[i]) &&
		    span_starts(name, words[i]))
			return true;
	return *reader->at == '"';
}

int test_need_bytes(struct test_reader *reader, uint8_t **bytes, size_t *length)
{
	const struct xdplab_packet *packet = NULL;
	const void *found;
	int err;

	if (!are_bytes(reader))
		return test_expected(reader, reader->at, NULL,
				     "bytes, as hex 01 ff, bytes(4) or "
				     "\"text\"");
	err = test_need_packet(reader, &packet, false);
	if (err)
		return err;
	found = xdplab_packet_bytes(packet, length);
	*bytes = malloc(*length + 1);
	if (!*bytes)
		return fail(-ENOMEM, "out of memory");
	memcpy(*bytes, found, *length);
	return 0;
}

/* Tried on what is sent, if that is known by now. */
int test_need_with(struct test_reader *reader, char **with)
{
	const struct xdplab_packet_opts opts = {
		.sz = sizeof(opts),
		.seed = seed_of_step(reader),
		.pattern = true,
	};
	struct xdplab_packet *packet;
	const char *end;
	int err;

	if (test_at_end(reader))
		return test_expected(reader, reader->at, NULL, "FIELD=VALUE");
	end = reader->at;
	if (!reader->sent)
		return test_need_rest(reader, with, "FIELD=VALUE");
	err = packet_with(&packet, reader->sent, reader->at, &end, &opts);
	if (err)
		return test_packet_mistake(reader, err, end);
	xdplab_packet_free(packet);
	err = test_copy(with, reader->at, end - reader->at);
	reader->at = end;
	if (err || test_at_end(reader))
		return err;
	return test_expected(reader, reader->at, NULL,
			     "`,` and another field, or the end of the "
			     "statement");
}
