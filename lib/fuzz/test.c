// SPDX-License-Identifier: LGPL-2.1-only
/* test - a finding as a test, which fails until the program is mended */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "prog/code.h"

/* Without what could end a comment or a name; " at FILE:LINE". */
static void add_place(struct xdplab_text *text, const struct source_line *line)
{
	const char *name;

	if (!line)
		return;
	name = strrchr(line->file, '/');
	text_word(text, " at ");
	for (name = name ? name + 1 : line->file; *name; name++)
		text_char(text,
			  strchr("\"\\$", *name) || *name < ' ' ? '?' : *name);
	text_char(text, ':');
	text_unsigned(text, line->line);
}

static void add_source(struct xdplab_text *text, const struct source_line *line)
{
	const char *at = line ? line->text + strspn(line->text, " \t") : "";

	if (*at)
		text_word(text, ": ");
	for (; *at; at++)
		text_char(text, *at < ' ' ? ' ' : *at);
}

/* ---- what is expected ---- */

static int add_packet(struct xdplab_text *text, const uint8_t *bytes,
		      size_t length)
{
	struct xdplab_packet *packet;
	int err = xdplab_packet_decode(&packet, bytes, length);

	if (err)
		return err;
	xdplab_packet_print(packet, text);
	xdplab_packet_free(packet);
	return 0;
}

/* What is expected gets the tag of the context, as what is sent does. */
static int add_expected(struct xdplab_text *text,
			const struct fuzz_version *old)
{
	const struct test_context *context = &old->tests->context;
	const struct test_io *io = &old->io;
	uint8_t untagged[TEST_ROOM];
	uint8_t tag[TEST_TAG_AT + TEST_TAG_LENGTH];

	if (!context->has_vlan)
		return add_packet(text, io->got, io->got_length);
	test_put_tag(tag + TEST_TAG_AT, context);
	if (io->got_length < sizeof(tag) ||
	    memcmp(io->got + TEST_TAG_AT, tag + TEST_TAG_AT, TEST_TAG_LENGTH))
		return 0;
	memcpy(untagged, io->got, TEST_TAG_AT);
	memcpy(untagged + TEST_TAG_AT, io->got + sizeof(tag),
	       io->got_length - sizeof(tag));
	return add_packet(text, untagged, io->got_length - TEST_TAG_LENGTH);
}

static bool is_unchanged(const struct test_io *io)
{
	return io->got_length == io->sent_length &&
	       !memcmp(io->got, io->sent, io->got_length);
}

static int add_as_before(struct xdplab_text *text,
			 const struct fuzz_version *old,
			 enum fuzz_difference difference)
{
	const struct test_io *io = &old->io;
	int err = 0;

	text_word(text, "  expect ");
	fuzz_add_verdict(text, io->verdict);
	if (io->verdict == XDP_DROP || io->verdict == XDP_ABORTED)
		return 0;
	text_char(text, ' ');
	if (is_unchanged(io))
		text_word(text, "unchanged");
	else
		err = add_expected(text, old);
	if (difference == FUZZ_REDIRECT) {
		text_word(text, "\n  expect redirect to ");
		fuzz_add_redirect(text, old);
	}
	return err;
}

static int add_expectation(struct xdplab_text *text,
			   const struct fuzz_target *target,
			   const struct fuzz_wrong *wrong)
{
	const struct test_io *io = &target->now.io;

	switch (wrong->kind) {
	case XDPLAB_FINDING_ABORTED:
		text_word(text, "  expect PASS or DROP or TX or REDIRECT");
		break;
	case XDPLAB_FINDING_DIFFERENT:
		return add_as_before(text, &target->old, wrong->difference);
	case XDPLAB_FINDING_LONGER:
		text_word(text, "  expect length <= ");
		text_unsigned(text, fuzz_longest(target, io->got));
	}
	return 0;
}

/* ---- all of it ---- */

static void add_comment(struct xdplab_text *text,
			const struct fuzz_target *target,
			const struct fuzz_wrong *wrong)
{
	text_word(text, "# ");
	fuzz_message(text, target, wrong);
	add_place(text, wrong->line);
	add_source(text, wrong->line);
	if (wrong->old_line) {
		text_word(text, "\n# the other version decided");
		add_place(text, wrong->old_line);
		add_source(text, wrong->old_line);
	}
}

static bool is_like(const struct xdplab_packet *one,
		    const struct xdplab_packet *other)
{
	return one->bytes.length == other->bytes.length &&
	       !memcmp(one->bytes.at, other->bytes.at, one->bytes.length);
}

static void add_send(struct xdplab_text *text, const char *indent,
		     const struct xdplab_packet *packet, int *err)
{
	text_word(text, indent);
	text_word(text, "send ");
	*err = *err ?: add_packet(text, packet->bytes.at, packet->bytes.length);
	text_char(text, '\n');
}

/* The packets before the last, which do what is to be done to maps; those that
 * follow one like them are repeated. */
static int add_before(struct xdplab_text *text, struct fuzz_target *target,
		      const struct fuzz_packets *packets)
{
	const struct xdplab_packet *packet = packets->at,
				   *last = packet + packets->nr - 1;
	int err = 0;

	for (size_t nr; !err && packet < last; packet += nr) {
		uint32_t verdict;

		err = fuzz_target_run(target, packet);
		verdict = target->now.io.verdict;
		for (nr = 1; !err && packet + nr < last; nr++) {
			if (!is_like(packet, packet + nr))
				break;
			err = fuzz_target_run(target, packet + nr);
		}
		if (nr > 1) {
			text_word(text, "  repeat ");
			text_unsigned(text, nr);
			text_char(text, '\n');
		}
		add_send(text, nr > 1 ? "    " : "  ", packet, &err);
		text_word(text, nr > 1 ? "    expect " : "  expect ");
		fuzz_add_verdict(text, verdict);
		text_char(text, '\n');
	}
	return err;
}

static void add_name(struct xdplab_text *text, const struct fuzz_wrong *wrong,
		     size_t number)
{
	text_word(text, "\ntest \"fuzz ");
	text_unsigned(text, number);
	text_word(text, ": ");
	text_word(text, xdplab_finding_name(wrong->kind));
	add_place(text, wrong->line);
	text_word(text, "\"\n");
}

int fuzz_test(struct xdplab_text *text, struct fuzz_target *target,
	      const struct fuzz_packets *packets,
	      const struct fuzz_wrong *wrong, size_t number)
{
	const struct xdplab_packet *last = &packets->at[packets->nr - 1];
	struct xdplab_text steps = { 0 };
	int err = fuzz_target_reset(target);

	err = err ?: add_before(&steps, target, packets);
	err = err ?: fuzz_target_run(target, last);
	add_send(&steps, "  ", last, &err);
	err = err ?: add_expectation(&steps, target, wrong);
	text_char(&steps, '\n');
	text_end(&steps);
	add_comment(text, target, wrong);
	add_name(text, wrong, number);
	xdplab_text_add(text, steps.lost ? "" : steps.bytes);
	text->lost |= steps.lost;
	xdplab_text_free(&steps);
	if (!err && text->lost)
		err = fail(-ENOMEM, "fuzz: out of memory");
	return err;
}
