// SPDX-License-Identifier: LGPL-2.1-only
/* expect-read - what a test expects */
#include <errno.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "read.h"

/* ---- what is there, by its looks ---- */

/* "ip.ttl", "ip#2.src" */
static struct span peek_field(struct test_reader *reader)
{
	struct span field = test_peek_name(reader);

	while (isalnum((unsigned char)field.at[field.length]) ||
	       (field.at[field.length] &&
		strchr("_.#", field.at[field.length])))
		field.length++;
	return field;
}

static bool is_field(struct span field)
{
	return memchr(field.at, '.', field.length) ||
	       memchr(field.at, '#', field.length);
}

static const char *behind(struct span name)
{
	const char *at = name.at + name.length;

	return at + strspn(at, " \t");
}

/* A layer alone is no sentence; one with fields, or another after it, is. */
static bool is_packet(struct span name)
{
	const char *at = behind(name);

	/* A comment of another language is none. */
	return name.length && *at && strchr("/(", *at) &&
	       strncmp(at, "//", 2) != 0;
}

/* So may what comes after a verdict begin, and not "and", a comma or a field.
 */
static bool is_pattern(struct span name, struct span field)
{
	if (!name.length)
		return *name.at == '"' || *name.at == '.';
	return !is_field(field) &&
	       (!*behind(name) || is_packet(name) || span_starts(name, "hex"));
}

/* ---- numbers ---- */

/* sent, sent + 4, sent - 4 */
static int read_beside_sent(struct test_reader *reader, struct test_step *step)
{
	bool more = test_take(reader, "+");
	uint64_t number = 0;
	int err = 0;

	if (more || test_take(reader, "-"))
		err = test_need_number(reader, 0, PACKET_LENGTH_MAX, &number);
	step->number.beside_sent = true;
	step->number.value = more ? (int64_t)number : -(int64_t)number;
	return err;
}

static int read_length(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	uint64_t number;
	int err;

	step->what = EXPECT_LENGTH;
	err = test_need_op(reader, &step->number.op, false);
	if (err)
		return err;
	if (test_take_word(reader, "sent"))
		return read_beside_sent(reader, step);
	err = test_need_number(reader, 0, PACKET_LENGTH_MAX, &number);
	if (!err)
		step->number.value = (int64_t)number;
	return err;
}

/* ---- the packet ---- */

static int read_unchanged(struct test_reader *reader, void *into)
{
	struct test_step *step = into;

	(void)reader;
	step->what = EXPECT_PACKET;
	step->packet.packet.kind = TEST_PACKET_UNCHANGED;
	return 0;
}

static int read_with(struct test_reader *reader, struct test_packet *packet)
{
	int err = test_need_word(reader, "with");

	packet->kind = TEST_PACKET_SENT_WITH;
	return err ?: test_need_with(reader, &packet->with);
}

static int read_sent(struct test_reader *reader, void *into)
{
	struct test_step *step = into;

	step->what = EXPECT_PACKET;
	return read_with(reader, &step->packet.packet);
}

static int read_pattern(struct test_reader *reader, struct test_packet *packet)
{
	packet->kind = TEST_PACKET_PATTERN;
	return test_need_packet(reader, &packet->pattern, true);
}

static int read_meta(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err;

	if (test_take_word(reader, "length")) {
		step->what = EXPECT_META_LENGTH;
		return test_need_count(reader, step);
	}
	step->what = EXPECT_META;
	err = test_need(reader, "==");
	return err
		       ?: test_need_bytes(reader, &step->bytes.bytes,
					  &step->bytes.length);
}

/* One that may not be there; 0 is none. */
static int need_index(struct test_reader *reader, struct test_step *step)
{
	uint64_t number;
	int err = test_need_number(reader, 0, UINT32_MAX, &number);

	if (err)
		return err;
	step->redirect.by_index = true;
	step->redirect.ifindex = number;
	return 0;
}

static int read_redirect(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err;

	step->what = EXPECT_REDIRECT;
	err = test_need_word(reader, "to");
	if (err)
		return err;
	if (test_take_word(reader, "map"))
		return test_need_map(reader, &step->redirect.map, true);
	if (test_take_word(reader, "index"))
		return need_index(reader, step);
	return test_need_iface(reader, &step->redirect.ifname);
}

/* ---- verdicts ---- */

static bool take_verdict(struct test_reader *reader, uint32_t *mask)
{
	struct span name = test_peek_name(reader);
	char word[32];
	uint32_t found;

	if (!name.length || name.length >= sizeof(word))
		return false;
	memcpy(word, name.at, name.length);
	word[name.length] = '\0';
	if (xdplab_actions_parse(&found, word) || !found)
		return false;
	*mask |= found;
	reader->at += name.length;
	return true;
}

static int need_verdict(struct test_reader *reader, uint32_t *mask)
{
	static const char *const names[] = { "ABORTED", "DROP", "PASS", "TX",
					     "REDIRECT" };
	struct span name;
	char *word;
	int err;

	if (take_verdict(reader, mask))
		return 0;
	name = test_peek_name(reader);
	err = test_copy(&word, name.at, name.length);
	if (err)
		return err;
	err = test_expected(reader, name.at,
			    nearest_name(word + (strncasecmp(word, "XDP_", 4)
							 ? 0
							 : strlen("XDP_")),
					 names, ARRAY_SIZE(names)),
			    "a verdict: ABORTED, DROP, PASS, TX or REDIRECT");
	free(word);
	return err;
}

static int need_verdicts(struct test_reader *reader, uint32_t *mask)
{
	int err;

	do {
		err = need_verdict(reader, mask);
	} while (!err && test_take_word(reader, "or"));
	return err;
}

/* A word that is nearly one of those after a verdict is no protocol. */
static const char *nearly_said(struct span name)
{
	static const char *const words[] = { "unchanged", "sent" };
	char word[32];

	snprintf(word, sizeof(word), "%.*s", (int)name.length, name.at);
	return nearest_name(word, words, ARRAY_SIZE(words));
}

static int need_pattern(struct test_reader *reader, struct test_packet *packet)
{
	struct span name = test_peek_name(reader);
	const char *meant = nearly_said(name);

	if (meant || !is_pattern(name, peek_field(reader)))
		return test_expected(reader, reader->at, meant,
				     "\"or\", \"unchanged\", \"sent with\" or "
				     "a packet after the verdict (use another "
				     "expect for anything else)");
	return read_pattern(reader, packet);
}

/* "DROP, PASS", "DROP|PASS", "DROP and PASS": what is said in place of `or`,
 * and would be taken for a packet. */
static bool is_other_or(struct test_reader *reader)
{
	const char *start;
	uint32_t mask = 0;
	bool found;

	test_skip_blanks(reader);
	start = reader->at;
	test_take_word(reader, "and");
	found = *start == ',' || *start == '|' || take_verdict(reader, &mask);
	reader->at = start;
	return found;
}

/* DROP or PASS, and the packet if one is said. */
static int read_verdict(struct test_reader *reader, struct test_step *step)
{
	struct test_packet *packet = &step->verdict.packet;
	int err;

	step->what = EXPECT_VERDICT;
	err = need_verdicts(reader, &step->verdict.mask);
	if (err || test_at_end(reader))
		return err;
	if (is_other_or(reader))
		return test_expected(reader, reader->at, "or",
				     "\"or\" and another verdict, or a packet");
	if (test_take_word(reader, "unchanged")) {
		packet->kind = TEST_PACKET_UNCHANGED;
		return 0;
	}
	return test_take_word(reader, "sent") ? read_with(reader, packet)
					      : need_pattern(reader, packet);
}

static int read_count_of(struct test_reader *reader, void *into)
{
	struct test_step *step = into;
	int err;

	step->what = EXPECT_COUNT;
	err = need_verdicts(reader, &step->verdict.mask);
	return err ?: test_need_count(reader, step);
}

/* ---- a field ---- */

static int read_value(struct test_reader *reader, struct test_step *step)
{
	const char *end;
	int err;

	if (test_at_end(reader))
		return test_expected(reader, reader->at, NULL, "a value");
	end = reader->at;
	err = packet_value_parse(&step->field.value, &step->field.mask,
				 step->field.name, reader->at, &end);
	if (err)
		return test_packet_mistake(reader, err, end);
	if (packet_value_is_zero(&step->field.mask))
		return test_mistake(reader->tests, test_place_here(reader),
				    NULL,
				    "any value is like this one: expected one "
				    "of which some bits matter");
	reader->at = end;
	return 0;
}

static int read_field(struct test_reader *reader, struct test_step *step,
		      struct span field)
{
	int err;

	step->what = EXPECT_FIELD;
	err = test_copy(&step->field.name, field.at, field.length);
	if (err)
		return err;
	err = packet_field_check(step->field.name);
	if (err)
		return test_packet_mistake(reader, err, field.at);
	reader->at += field.length;
	err = test_need_op(reader, &step->field.op, false);
	return err ?: read_value(reader, step);
}

/* ---- any ---- */

static const struct test_word expectations[] = {
	{ "unchanged", read_unchanged },    { "sent", read_sent },
	{ "length", read_length },	    { "meta", read_meta },
	{ "redirect", read_redirect },	    { "count", read_count_of },
	{ "map", test_expect_map },	    { "var", test_expect_var },
	{ "records", test_expect_records }, { "record", test_expect_record },
	{ "printk", test_expect_printk },   { "no", test_expect_no },
};

const struct test_words test_expect_words = {
	.what = "a verdict, a packet, a packet field, or one of",
	.at = expectations,
	.nr = ARRAY_SIZE(expectations),
};

/* A field without its layer, or a word that is none. */
static int no_expectation(struct test_reader *reader, struct span name)
{
	const struct test_word *word;
	char guess[64];

	if (span_starts(name, "payload"))
		return test_expected(reader, name.at, NULL,
				     "a packet, of which the payload is a "
				     "part: eth(_) / ip(_) / udp(_) / "
				     "\"text\"");
	if (!reader->sent ||
	    !packet_field_guess(guess, sizeof(guess), reader->sent, name.at,
				name.length))
		return test_find_word(reader, &test_expect_words, &word);
	return test_expected(reader, name.at, guess, "a field with its layer");
}

static int read_expectation(struct test_reader *reader, struct test_step *step)
{
	struct span name = test_peek_name(reader), field = peek_field(reader);
	const struct test_word *word = test_word_find(&test_expect_words, name);

	if (word && !is_field(field))
		return test_read_word(reader, &test_expect_words, step);
	if (is_field(field))
		return read_field(reader, step, field);
	if (is_packet(name)) {
		step->what = EXPECT_PACKET;
		return read_pattern(reader, &step->packet.packet);
	}
	if (take_verdict(reader, &step->verdict.mask) ||
	    isupper((unsigned char)*name.at)) {
		reader->at = name.at;
		return read_verdict(reader, step);
	}
	return no_expectation(reader, name);
}

int test_read_expect(struct test_reader *reader, void *into)
{
	struct test_step *step = into;

	reader->has_expected = true;
	if (!reader->has_sent && !reader->is_unsure)
		return test_mistake(reader->tests, step->place, NULL,
				    "expect without a send before it");
	if (reader->between.line)
		return test_mistake(reader->tests, step->place, NULL,
				    "expected this above line %u: expect must "
				    "directly follow its send",
				    reader->between.line);
	return read_expectation(reader, step);
}
