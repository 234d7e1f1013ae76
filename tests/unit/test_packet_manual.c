// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_packet_manual - docs/xdplab-packet.7 has the tables of the protocols
 *
 * A difference shows what the manual should have.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/packet/proto.h"
#include <cmocka.h>

#define MANUAL "docs/xdplab-packet.7"

/* tests/run is in the tree's directory. */
static char *read_manual(void)
{
	static char manual[65536];
	FILE *file = fopen(MANUAL, "r");

	assert_non_null(file);
	assert_in_range(fread(manual, 1, sizeof(manual), file), 1,
			sizeof(manual) - 1);
	fclose(file);
	return manual;
}

/* ---- what it should have ---- */

static void add_words(struct xdplab_text *text, const char *words)
{
	for (; words && *words; words++)
		if (*words == ' ')
			text_word(text, ", ");
		else
			text_char(text, *words);
}

static void add_value(struct xdplab_text *text,
		      const struct packet_field *field)
{
	struct packet_value value = packet_value_of(field->high, field->value);

	packet_value_text(text, field, &value, NULL);
}

/* What follows nothing that is known is a number. */
static void add_next(struct xdplab_text *text, const struct packet_field *field)
{
	text_word(text, "what follows, or ");
	if (field->names == packet_ether_types) {
		text_word(text, "0x");
		text_hex(text, field->value, 4);
	} else {
		text_unsigned(text, field->value);
	}
}

static void add_usual(struct xdplab_text *text,
		      const struct packet_field *field)
{
	switch ((enum packet_role)field->role) {
	case ROLE_NONE:
		add_value(text, field);
		break;
	case ROLE_NEXT:
	case ROLE_PORT:
		add_next(text, field);
		break;
	case ROLE_HEADER:
	case ROLE_COUNT:
	case ROLE_LENGTH:
		text_word(text, "length");
		break;
	case ROLE_PRESENT:
		text_word(text, "as given");
		break;
	default:
		text_word(text, "checksum");
	}
}

/* mandoc wants no blanks at the end of a line, and there may be nothing in the
 * last column. */
static void end_line(struct xdplab_text *text)
{
	while (text->bytes[text->length - 1] == ' ')
		text->length--;
	text_char(text, '\n');
}

static void next_column(struct xdplab_text *text)
{
	bool empty = text->bytes[text->length - 1] == ' ';

	text_word(text, empty ? "Ta " : " Ta ");
}

static void add_field(struct xdplab_text *text,
		      const struct packet_protocol *protocol,
		      const struct packet_field *field)
{
	const struct packet_field *whole = field;

	text_word(text, ".It ");
	text_word(text, field->name);
	next_column(text);
	text_unsigned(text, field->bits);
	next_column(text);
	while (whole->part && whole > protocol->fields)
		whole--;
	if (whole != field) {
		text_word(text, "part of ");
		text_word(text, whole->name);
	} else {
		add_usual(text, field);
	}
	next_column(text);
	add_words(text, field->aliases);
	end_line(text);
}

/* What several protocols have is told where it first comes up. */
static bool is_new(const void *table)
{
	static const void *told[64];
	static size_t nr;

	for (size_t i = 0; i < nr; i++)
		if (told[i] == table)
			return false;
	assert_in_range(nr, 0, ARRAY_SIZE(told) - 1);
	told[nr++] = table;
	return true;
}

static void add_names(struct xdplab_text *text,
		      const struct packet_field *field)
{
	const struct packet_name *name = field->names;

	if (!name || !name[1].name || !is_new(name))
		return;
	text_word(text, ".Pp\nNames of ");
	text_word(text, field->name);
	for (const char *between = ":\n"; name->name; between = ",\n", name++) {
		text_word(text, between);
		text_word(text, name->name);
	}
	text_word(text, ".\n");
}

/* ---- headers of several shapes ---- */

static void add_fields_of(struct xdplab_text *text,
			  const struct packet_protocol *protocol,
			  unsigned int shape)
{
	bool first = true;

	for (size_t i = 0; i < protocol->nr_fields; i++) {
		if (!(protocol->fields[i].in & shape))
			continue;
		text_word(text, first ? "" : ", ");
		text_word(text, protocol->fields[i].name);
		first = false;
	}
	text_char(text, '\n');
}

/* The types of ICMP, each with the fields that only some have. */
static void add_types(struct xdplab_text *text,
		      const struct packet_protocol *protocol)
{
	const struct packet_name *names = protocol->fields->names;

	if (!protocol->shape || strcmp(protocol->fields->name, "type") != 0)
		return;
	text_word(text, ".Pp\nFields by type:\n"
			".Bl -tag -width neighbor-advertisement -compact\n");
	for (const struct packet_name *name = names; name->name; name++) {
		const uint8_t header[64] = { name->number };
		unsigned int shape = protocol->shape(header);

		if (!shape || packet_name_of(names, name->number) != name)
			continue;
		text_word(text, ".It Li ");
		text_word(text, name->name);
		text_char(text, '\n');
		add_fields_of(text, protocol, shape);
	}
	text_word(text, ".El\n");
}

/* ---- options ---- */

static void add_option(struct xdplab_text *text,
		       const struct packet_option *option)
{
	bool first = true;

	text_word(text, ".It ");
	text_word(text, option->name);
	next_column(text);
	text_unsigned(text, option->number);
	next_column(text);
	for (size_t i = 0; i < option->nr_fields; i++) {
		if (!option->fields[i].name)
			continue;
		text_word(text, first ? "" : ", ");
		first = false;
		text_word(text, option->fields[i].name);
		text_char(text, '=');
		add_value(text, &option->fields[i]);
	}
	text_word(text, option->repeats ? ", ..." : "");
	next_column(text);
	add_words(text, option->aliases);
	end_line(text);
}

static void add_options(struct xdplab_text *text,
			const struct packet_scheme *scheme)
{
	if (!scheme || !scheme->nr_options || !is_new(scheme))
		return;
	text_word(text, ".Pp\nOptions:\n.Bl -column -compact "
			"\"router_alert\" \"number\" "
			"\"pointer=4, address=0.0.0.0, ...\" "
			"\"also called\"\n"
			".It Em option Ta Em number Ta Em fields Ta "
			"Em also called\n");
	for (size_t i = 0; i < scheme->nr_options; i++)
		add_option(text, &scheme->options[i]);
	text_word(text, ".El\n");
}

/* ---- protocols ---- */

static void add_protocol(struct xdplab_text *text,
			 const struct packet_protocol *protocol)
{
	text_word(text, ".Ss ");
	text_word(text, protocol->name);
	text_char(text, '\n');
	if (protocol->aliases) {
		text_word(text, "Also called ");
		add_words(text, protocol->aliases);
		text_word(text, ".\n.Pp\n");
	}
	text_word(text, ".Bl -column -compact "
			"\"strict_route_source\" \"bits\" "
			"\"what follows, or 0x9000\" \"also called\"\n"
			".It Em field Ta Em bits Ta Em default Ta "
			"Em also called\n");
	for (size_t i = 0; i < protocol->nr_fields; i++)
		add_field(text, protocol, &protocol->fields[i]);
	text_word(text, ".El\n");
	for (size_t i = 0; i < protocol->nr_fields; i++)
		add_names(text, &protocol->fields[i]);
	add_types(text, protocol);
	add_options(text, protocol->options);
}

/* ---- tests ---- */

static void it_has_every_protocol_and_all_of_its_fields(void **state)
{
	const char *manual = read_manual();
	bool print = getenv("XDPLAB_PRINT");
	int wrong = 0;

	(void)state;
	for (int i = PACKET_ETH; i < PACKET_NR_PROTOCOLS; i++) {
		struct xdplab_text text = { 0 };

		add_protocol(&text, &packet_protocols[i]);
		text_end(&text);
		if (print)
			fputs(text.bytes, stdout);
		if (!strstr(manual, text.bytes)) {
			print_error("%s should have:\n%s", MANUAL, text.bytes);
			wrong++;
		}
		xdplab_text_free(&text);
	}
	assert_int_equal(wrong, 0);
}

/* As it is typed: a quote is \\(dq there. */
static void type_example(char *typed, const char *line, size_t length)
{
	while (length) {
		bool quote = !strncmp(line, "\\(dq", 4);
		size_t step = quote ? 4 : 1;

		*typed++ = quote ? '"' : *line;
		line += step;
		length -= step;
	}
	*typed = '\0';
}

static void its_examples_are_packets(void **state)
{
	const struct xdplab_packet_opts opts = { .sz = sizeof(opts),
						 .pattern = true };
	const char *line = read_manual();
	int nr = 0;

	(void)state;
	while ((line = strstr(line, "\n.Dl eth"))) {
		struct xdplab_packet *packet;
		char typed[256];

		line += strlen("\n.Dl ");
		assert_in_range(strcspn(line, "\n"), 1, sizeof(typed) - 1);
		type_example(typed, line, strcspn(line, "\n"));
		if (xdplab_packet_parse(&packet, typed, NULL, &opts))
			fail_msg("%s: %s", typed, xdplab_error());
		xdplab_packet_free(packet);
		nr++;
	}
	assert_int_equal(nr, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_every_protocol_and_all_of_its_fields),
		cmocka_unit_test(its_examples_are_packets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
