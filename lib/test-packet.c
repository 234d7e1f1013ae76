// SPDX-License-Identifier: LGPL-2.1-only
/* test-packet - packets in a test file */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "test-read.h"

/* Of each step another: so a test that is run alone has the same packets.  This
 * is splitmix64. */
static uint64_t seed_of_step(const struct test_reader *reader)
{
	uint64_t z =
		reader->seed + (reader->nr_unrolled + 1) * 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

int test_packet_mistake(struct test_reader *reader, const char *at)
{
	const char *remedy = xdplab_remedy();

	return test_mistake(reader->tests, test_place_at(reader, at), NULL,
			    "%s%s%s", xdplab_error(), *remedy ? "; " : "",
			    remedy);
}

int test_need_packet(struct test_reader *reader, struct xdplab_packet **packet,
		     bool is_pattern)
{
	const struct xdplab_packet_opts opts = {
		.sz = sizeof(opts),
		.seed = seed_of_step(reader),
		.pattern = is_pattern,
	};
	const char *end;
	int err;

	if (test_at_end(reader))
		return test_expected(reader, reader->at, NULL, "a packet");
	reader->tests->is_random |= !!strstr(reader->at, "rand");
	err = xdplab_packet_parse(packet, reader->at, &end, &opts);
	if (err == -EINVAL)
		return test_packet_mistake(reader, end);
	if (!err)
		reader->at = end;
	return err;
}

int test_need_bytes(struct test_reader *reader, uint8_t **bytes, size_t *length)
{
	struct xdplab_packet *packet;
	const void *found;
	int err = test_need_packet(reader, &packet, false);

	if (err)
		return err;
	found = xdplab_packet_bytes(packet, length);
	*bytes = malloc(*length + 1);
	if (*bytes)
		memcpy(*bytes, found, *length);
	else
		err = fail(-ENOMEM, "no memory to read tests");
	xdplab_packet_free(packet);
	return err;
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
	if (!reader->sent)
		return test_need_rest(reader, with, "FIELD=VALUE");
	err = packet_with(&packet, reader->sent, reader->at, &end, &opts);
	if (err == -EINVAL || err == -ENOENT || err == -ENODATA)
		return test_packet_mistake(reader, end);
	if (err)
		return err;
	xdplab_packet_free(packet);
	err = test_copy(with, reader->at, end - reader->at);
	reader->at = end;
	return err;
}
