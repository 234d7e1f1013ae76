// SPDX-License-Identifier: LGPL-2.1-only
/* expect - whether what was expected holds */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"
#include "text.h"

bool test_is_of_packet(enum test_what what)
{
	return (what >= EXPECT_VERDICT && what <= EXPECT_REDIRECT) ||
	       what == EXPECT_NO_CHANGE;
}

bool test_is_of_send(enum test_what what)
{
	return what >= EXPECT_COUNT;
}

bool test_is_of_printk(enum test_what what)
{
	return what == EXPECT_PRINTK || what == EXPECT_NO_PRINTK;
}

bool test_is_of_maps(enum test_what what)
{
	return what > EXPECT_COUNT && !test_is_of_printk(what);
}

/* ---- numbers ---- */

static int check_number(const struct test_step *step, const char *what,
			int64_t got, int64_t beside,
			struct test_failure *failure)
{
	int64_t expected =
		step->number.value + (step->number.beside_sent ? beside : 0);
	char got_text[24], expected_text[24];

	if (test_compare(step->number.op, 0, got, expected))
		return 1;
	snprintf(got_text, sizeof(got_text), "%" PRId64, got);
	snprintf(expected_text, sizeof(expected_text), "%" PRId64, expected);
	test_say_compared(failure, what, got_text, step->number.op,
			  expected_text);
	return 0;
}

/* ---- verdicts ---- */

static void name_verdict(char *name, size_t size, uint32_t verdict)
{
	if (xdplab_verdict_name(verdict))
		snprintf(name, size, "%s", xdplab_verdict_name(verdict));
	else
		snprintf(name, size, "%u, which does not exist", verdict);
}

/* "PASS or TX". */
static void name_verdicts(char *names, size_t size, uint32_t mask)
{
	const char *name;
	size_t length = 0;

	names[0] = '\0';
	for (uint32_t i = 0; (name = xdplab_verdict_name(i)); i++)
		if (mask & 1u << i && length < size)
			length += snprintf(names + length, size - length,
					   "%s%s", length ? " or " : "", name);
}

static bool is_verdict(uint32_t mask, uint32_t verdict)
{
	return verdict < 32 && mask & 1u << verdict;
}

static void say_verdict(uint32_t mask, uint32_t verdict,
			struct test_failure *failure)
{
	char got[64], expected[64];

	name_verdict(got, sizeof(got), verdict);
	name_verdicts(expected, sizeof(expected), mask);
	test_failure_say(failure, "the verdict is %s, not %s", got, expected);
	test_failure_row(failure, "verdict", expected, got, true);
}

static int check_count(const struct test_step *step,
		       const struct test_sent *sent,
		       struct test_failure *failure)
{
	char names[64], what[96];
	uint64_t nr = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(sent->verdicts); i++)
		if (is_verdict(step->verdict.mask, i))
			nr += sent->verdicts[i];
	name_verdicts(names, sizeof(names), step->verdict.mask);
	snprintf(what, sizeof(what), "the number of packets with %s", names);
	return check_number(step, what, nr, 0, failure);
}

/* ---- metadata ---- */

static void print_hex(struct xdplab_text *text, const uint8_t *bytes,
		      size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (i)
			text_char(text, ' ');
		text_hex(text, bytes[i], 2);
	}
	if (!length)
		text_word(text, "none");
	text_end(text);
}

static int compare_meta(const uint8_t *bytes, size_t length,
			const struct test_io *io, struct test_failure *failure)
{
	struct xdplab_text got = { 0 }, expected = { 0 };

	if (io->meta_length == length && !memcmp(io->meta, bytes, length))
		return 1;
	print_hex(&got, io->meta, io->meta_length);
	print_hex(&expected, bytes, length);
	if (!got.lost && !expected.lost) {
		test_say_compared(failure, "meta", got.bytes, TEST_EQ,
				  expected.bytes);
		test_failure_row(failure, "meta", expected.bytes, got.bytes,
				 true);
	}
	free(got.bytes);
	free(expected.bytes);
	return 0;
}

/* Neither the packet nor the metadata before it. */
static int check_no_change(const struct test_sent *sent,
			   struct test_failure *failure)
{
	const struct test_context *context = sent->context;
	int came = test_expect_unchanged(sent, failure);

	return came != 1 ? came
			 : compare_meta(context->meta, context->meta_length,
					&sent->io, failure);
}

/* ---- what is printed ---- */

static void add_printed(const char *lines, struct test_failure *failure)
{
	const char *line, *end;
	char text[256];

	for (line = lines; *line; line = end + !!*end) {
		end = strchrnul(line, '\n');
		snprintf(text, sizeof(text), "%.*s", (int)(end - line), line);
		test_failure_row(failure, "printed", "", text, true);
	}
}

static int check_printed(const struct test_step *step,
			 const struct test_sent *sent,
			 struct test_failure *failure)
{
	bool none = step->what == EXPECT_NO_PRINTK;

	if (none ? !*sent->printed : !!strstr(sent->printed, step->text_wanted))
		return 1;
	if (none)
		test_failure_say(failure, "something was printed");
	else
		test_failure_say(failure, "%s \"%s\"",
				 *sent->printed ? "no printed line contains"
						: "nothing was printed, "
						  "expected",
				 step->text_wanted);
	add_printed(sent->printed, failure);
	return 0;
}

/* ---- which is it ---- */

static int check_verdict(const struct test_step *step,
			 const struct test_sent *sent,
			 struct test_failure *failure)
{
	if (is_verdict(step->verdict.mask, sent->io.verdict))
		return test_expect_like(&step->verdict.packet, sent, failure);
	say_verdict(step->verdict.mask, sent->io.verdict, failure);
	return 0;
}

int test_expect_packet(const struct test_step *step,
		       const struct test_sent *sent,
		       struct test_failure *failure)
{
	const struct test_io *io = &sent->io;

	switch (step->what) {
	case EXPECT_VERDICT:
		return check_verdict(step, sent, failure);
	case EXPECT_PACKET:
		return test_expect_like(&step->packet.packet, sent, failure);
	case EXPECT_LENGTH:
		return check_number(step, "the packet's length", io->got_length,
				    io->sent_length, failure);
	case EXPECT_FIELD:
		return test_expect_field(step, sent, failure);
	case EXPECT_META:
		return compare_meta(step->bytes.bytes, step->bytes.length, io,
				    failure);
	case EXPECT_META_LENGTH:
		return check_number(step, "the length of meta", io->meta_length,
				    0, failure);
	case EXPECT_REDIRECT:
		return test_expect_redirect(step, sent, failure);
	default: /* no change */
		return check_no_change(sent, failure);
	}
}

int test_expect_send(const struct test_step *step, const struct test_sent *sent,
		     struct test_failure *failure)
{
	switch (step->what) {
	case EXPECT_COUNT:
		return check_count(step, sent, failure);
	case EXPECT_PRINTK:
	case EXPECT_NO_PRINTK:
		return check_printed(step, sent, failure);
	default:
		return test_maps_check(sent->tests->run->maps, step, failure);
	}
}
