// SPDX-License-Identifier: LGPL-2.1-only
/* wrong - what is wrong with what came of a packet */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "prog/code.h"

/* Other packets go nowhere, and what they are does not matter. */
static bool goes_on(uint32_t verdict)
{
	return verdict == XDP_PASS || verdict == XDP_TX ||
	       verdict == XDP_REDIRECT;
}

static enum fuzz_difference difference_of(const struct fuzz_target *target)
{
	const struct test_io *now = &target->now.io, *old = &target->old.io;

	if (now->verdict != old->verdict)
		return FUZZ_VERDICT;
	if (now->verdict == XDP_REDIRECT && fuzz_redirects_differ(target))
		return FUZZ_REDIRECT;
	if (goes_on(now->verdict) &&
	    (now->got_length != old->got_length ||
	     memcmp(now->got, old->got, now->got_length)))
		return FUZZ_PACKET;
	return FUZZ_ALIKE;
}

size_t fuzz_longest(const struct fuzz_target *target, const uint8_t *bytes)
{
	bool tagged = (bytes[12] == 0x81 && bytes[13] == 0x00) ||
		      (bytes[12] == 0x88 && bytes[13] == 0xa8);

	return target->longest + (tagged ? TEST_TAG_LENGTH : 0);
}

enum xdplab_finding_kind fuzz_target_kind(const struct fuzz_target *target,
					  enum fuzz_difference *difference)
{
	const struct test_io *io = &target->now.io;

	*difference = FUZZ_ALIKE;
	if (io->verdict == XDP_ABORTED || io->verdict > XDP_REDIRECT)
		return XDPLAB_FINDING_ABORTED;
	if (target->old.tests)
		*difference = difference_of(target);
	if (*difference)
		return XDPLAB_FINDING_DIFFERENT;
	if (goes_on(io->verdict) &&
	    io->got_length > fuzz_longest(target, io->got) &&
	    io->sent_length <= fuzz_longest(target, io->sent))
		return XDPLAB_FINDING_LONGER;
	return 0;
}

/* ---- in what, and where ---- */

static size_t first_difference(const struct test_io *now,
			       const struct test_io *old)
{
	size_t bit = 0;

	while (!((now->got[bit / 8] ^ old->got[bit / 8]) & 0x80 >> bit % 8))
		bit++;
	return bit;
}

/* Bytes of a payload are all the same to this. */
static void name_field(char *field, size_t size,
		       const struct fuzz_target *target)
{
	const struct test_io *now = &target->now.io, *old = &target->old.io;
	struct xdplab_packet *packet;
	struct packet_place place;

	snprintf(field, size, "length");
	if (now->got_length != old->got_length ||
	    xdplab_packet_decode(&packet, old->got, old->got_length))
		return;
	packet_place_at(&place, packet, first_difference(now, old));
	xdplab_packet_free(packet);
	snprintf(field, size, "%.*s", (int)strcspn(place.name, "["),
		 place.name);
}

static const struct source_line *decided(const struct fuzz_version *version)
{
	return test_built_decided(version->tests->run->now);
}

/* That of the last of the chain's programs that changed a length. */
static const struct source_line *resized(const struct fuzz_version *version)
{
	const struct xdplab_tests *tests = version->tests;
	const struct source_line *line = NULL;

	for (size_t i = tests->nr_counted; !line && i-- > 0;)
		line = counting_resized(tests->counted[i]);
	return line ?: decided(version);
}

struct fuzz_wrong fuzz_target_wrong(const struct fuzz_target *target)
{
	struct fuzz_wrong wrong = { 0 };

	wrong.kind = fuzz_target_kind(target, &wrong.difference);
	if (!wrong.kind)
		return wrong;
	wrong.verdict = target->now.io.verdict;
	if (wrong.difference == FUZZ_PACKET)
		name_field(wrong.field, sizeof(wrong.field), target);
	wrong.line = wrong.kind == XDPLAB_FINDING_LONGER
			     ? resized(&target->now)
			     : decided(&target->now);
	if (wrong.kind == XDPLAB_FINDING_DIFFERENT) {
		wrong.old_verdict = target->old.io.verdict;
		wrong.old_line = decided(&target->old);
	}
	return wrong;
}

/* ---- the same ---- */

bool fuzz_same_line(const struct source_line *one,
		    const struct source_line *other)
{
	if (!one || !other)
		return one == other;
	return one->line == other->line && !strcmp(one->file, other->file);
}

bool fuzz_wrong_is(const struct fuzz_wrong *one, const struct fuzz_wrong *other)
{
	return one->kind == other->kind &&
	       one->difference == other->difference &&
	       one->verdict == other->verdict &&
	       one->old_verdict == other->old_verdict &&
	       !strcmp(one->field, other->field) &&
	       fuzz_same_line(one->line, other->line) &&
	       fuzz_same_line(one->old_line, other->old_line);
}
