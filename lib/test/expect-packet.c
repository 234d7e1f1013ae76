// SPDX-License-Identifier: LGPL-2.1-only
/*
 * expect-packet - whether a packet is like the one that was expected
 *
 * That it is, is decided by comparing bytes; fields are looked at only if not.
 */
#include <string.h>

#include "compare.h"
#include "run.h"

static int tell(const struct wanted *wanted, const uint8_t *got, size_t length,
		struct test_failure *failure)
{
	int err = wanted_compare(wanted, got, length, failure);

	return err < 0 ? err : 0;
}

/* A pattern cannot know the checksum of what may be anything: that of the bytes
 * that came must be right. */
static int check_pattern(const struct xdplab_packet *pattern,
			 const uint8_t *got, size_t length,
			 struct test_failure *failure)
{
	struct wanted wanted = { .layers = pattern,
				 .mask = packet_mask(pattern),
				 .is_open = packet_is_open(pattern) };

	wanted.bytes = xdplab_packet_bytes(pattern, &wanted.length);
	if (wanted_is(&wanted, got, length) &&
	    (!wanted.mask ||
	     packet_matches(pattern, got, length, &wanted.wrong_sum)))
		return 1;
	return tell(&wanted, got, length, failure);
}

int test_expect_unchanged(const struct test_sent *sent,
			  struct test_failure *failure)
{
	const struct test_io *io = &sent->io;
	const struct wanted wanted = { .bytes = io->sent,
				       .length = io->sent_length };

	return wanted_is(&wanted, io->got, io->got_length) ||
	       tell(&wanted, io->got, io->got_length, failure);
}

/* A frame of a file is another each time. */
static int make_with(struct xdplab_packet **made, const char *with,
		     const struct test_sent *sent)
{
	const struct xdplab_packet_opts opts = { .sz = sizeof(opts),
						 .seed = sent->tests->seed,
						 .pattern = true };
	struct xdplab_packet *frame;
	int err;

	err = xdplab_packet_decode(&frame, sent->io.frame,
				   sent->io.frame_length);
	if (err)
		return err;
	err = packet_with(made, frame, with, NULL, &opts);
	xdplab_packet_free(frame);
	return err;
}

/* The bytes of a packet, or of its mask, cut and padded as the one that was
 * sent. */
static void fit(uint8_t *to, const uint8_t *bytes, size_t length,
		size_t padded_length, uint8_t padding)
{
	memcpy(to, bytes, length);
	memset(to + length, padding, padded_length - length);
}

/* As above; what was cut off of a packet counts in its checksums, as when it was
 * sent. */
static bool sums_match(const struct xdplab_packet *with, struct test_run *run,
		       const uint8_t *got, size_t length, size_t *wrong)
{
	size_t whole;
	const uint8_t *bytes = xdplab_packet_bytes(with, &whole);

	memcpy(run->whole, got, length);
	memcpy(run->whole + length, bytes + length, whole - length);
	return packet_sums_match(with, run->whole, length, wrong);
}

static int check_sent_with(const struct xdplab_packet *with,
			   const struct test_sent *sent, const uint8_t *got,
			   size_t got_length, struct test_failure *failure)
{
	struct test_run *run = sent->tests->run;
	struct wanted wanted = { .bytes = run->wanted };
	const uint8_t *mask = packet_mask(with);
	size_t length, whole;
	const uint8_t *bytes = xdplab_packet_bytes(with, &whole);

	length = whole;
	if (sent->send->to && length > sent->io.frame_length)
		length = sent->io.frame_length;
	wanted.length =
		length > sent->send->padded ? length : sent->send->padded;
	if (length == whole && wanted.length == whole)
		return check_pattern(with, got, got_length, failure);
	fit(run->wanted, bytes, length, wanted.length, 0);
	if (mask) {
		fit(run->mask, mask, length, wanted.length, 0xff);
		wanted.mask = run->mask;
	}
	if (wanted_is(&wanted, got, got_length) &&
	    (!mask || sums_match(with, run, got, length, &wanted.wrong_sum)))
		return 1;
	return tell(&wanted, got, got_length, failure);
}

static int check_made_with(const char *with, const struct test_sent *sent,
			   const uint8_t *got, size_t length,
			   struct test_failure *failure)
{
	struct xdplab_packet *made;
	int came = make_with(&made, with, sent);

	if (came)
		return came;
	came = check_sent_with(made, sent, got, length, failure);
	xdplab_packet_free(made);
	return came;
}

static int check_untagged(const struct test_packet *packet,
			  const struct test_sent *sent, const uint8_t *got,
			  size_t length, struct test_failure *failure)
{
	if (packet->kind == TEST_PACKET_SENT_WITH)
		return packet->made ? check_sent_with(packet->made, sent, got,
						      length, failure)
				    : check_made_with(packet->with, sent, got,
						      length, failure);
	return check_pattern(packet->pattern, got, length, failure);
}

static bool has_tag(const struct test_io *io,
		    const struct test_context *context)
{
	uint8_t tag[TEST_TAG_LENGTH];

	test_put_tag(tag, context);
	return io->got_length >= TEST_TAG_AT + sizeof(tag) &&
	       !memcmp(io->got + TEST_TAG_AT, tag, sizeof(tag));
}

/* Takes the context's tag out, for as long as it is compared. */
static int check_tagged(const struct test_packet *packet,
			const struct test_sent *sent,
			struct test_failure *failure)
{
	uint8_t *got = sent->io.got, *frame = got + TEST_TAG_LENGTH;
	int came;

	if (!has_tag(&sent->io, sent->context)) {
		test_failure_say(failure,
				 "the packet lacks the VLAN tag of its "
				 "context, %u",
				 sent->context->vlan);
		return 0;
	}
	memmove(frame, got, TEST_TAG_AT);
	came = check_untagged(packet, sent, frame,
			      sent->io.got_length - TEST_TAG_LENGTH, failure);
	memmove(got, frame, TEST_TAG_AT);
	test_put_tag(got + TEST_TAG_AT, sent->context);
	return came;
}

int test_expect_like(const struct test_packet *packet,
		     const struct test_sent *sent, struct test_failure *failure)
{
	if (packet->kind == TEST_PACKET_NONE)
		return 1;
	if (packet->kind == TEST_PACKET_UNCHANGED)
		return test_expect_unchanged(sent, failure);
	if (sent->context->has_vlan)
		return check_tagged(packet, sent, failure);
	return check_untagged(packet, sent, sent->io.got, sent->io.got_length,
			      failure);
}
