// SPDX-License-Identifier: GPL-2.0-only
/* test_out - rows as a table, a stream and JSON, and text that is hostile */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cli/out.h"

/* ---- what is printed ---- */

static int saved = -1;

/* From here on stdout is `fd`, which is taken over. */
static void redirect(int fd)
{
	assert_true(fd >= 0);
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	assert_true(saved >= 0);
	assert_int_equal(dup2(fd, STDOUT_FILENO), STDOUT_FILENO);
	close(fd);
}

static void restore(void)
{
	fflush(stdout);
	clearerr(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	saved = -1;
}

static void capture(void)
{
	redirect(memfd_create("stdout", MFD_CLOEXEC));
}

/* What has got out since capture(), without flushing. */
static const char *so_far(void)
{
	static char text[16384];
	ssize_t size = pread(STDOUT_FILENO, text, sizeof(text) - 1, 0);

	assert_true(size >= 0);
	text[size] = '\0';
	return text;
}

static const char *captured(void)
{
	const char *text;

	fflush(stdout);
	text = so_far();
	restore();
	return text;
}

static int restore_stdout(void **state)
{
	(void)state;
	if (saved >= 0)
		restore();
	return 0;
}

/* ---- tables ---- */

static const struct out_column columns[] = {
	{ .key = "name", .head = "Name" },
	{ .key = "count", .head = "Count", .right = true },
	{ .key = "note", .head = "Note" },
	{ 0 },
};

static json_t *row(const char *name, json_int_t count, const char *note)
{
	return json_pack("{s:o, s:I, s:o}", "name", out_string(name), "count",
			 count, "note", out_string(note));
}

/* What a list of up to two rows prints in all. */
static const char *list(bool json, enum out_kind kind,
			const struct out_column *shown, json_t *first,
			json_t *second)
{
	struct out *out;

	capture();
	out = out_open(json, kind, shown);
	if (first)
		out_row(out, first);
	if (second)
		out_row(out, second);
	assert_int_equal(out_close(out), 0);
	return captured();
}

static void columns_are_as_wide_as_their_widest_row(void **state)
{
	(void)state;
	assert_string_equal(
		list(false, OUT_TABLE, columns, row("lo", 7, "short"),
		     row("enp129s0f0np0", 1234567, "the longest of them")),
		"Name             Count  Note\n"
		"lo                   7  short\n"
		"enp129s0f0np0  1234567  the longest of them\n");
}

static void a_column_that_stays_empty_is_left_out(void **state)
{
	(void)state;
	assert_string_equal(
		list(false, OUT_TABLE, columns,
		     json_pack("{s:s, s:s}", "name", "x", "note", "seen"),
		     json_pack("{s:s}", "name", "y")),
		"Name  Note\n"
		"x     seen\n"
		"y\n");
}

static void no_line_ends_in_blanks(void **state)
{
	(void)state;
	assert_string_equal(list(false, OUT_TABLE, columns,
				 json_pack("{s:s}", "name", "a name alone"),
				 row("x", 1, "")),
			    "Name          Count\n"
			    "a name alone\n"
			    "x                 1\n");
}

static void wide_characters_count_twice_and_accents_not_at_all(void **state)
{
	(void)state;
	assert_string_equal(list(false, OUT_TABLE, columns,
				 row("\u4e2d\u6587", 1, ""),
				 row("e\u0301tat", 2, "")),
			    "Name  Count\n"
			    "\u4e2d\u6587      1\n"
			    "e\u0301tat      2\n");
}

static void lists_are_joined_and_flags_are_words(void **state)
{
	(void)state;
	assert_string_equal(
		list(false, OUT_TABLE, columns,
		     json_pack("{s:[i, i, s], s:b, s:b}", "name", 1, 22, "x",
			       "count", true, "note", false),
		     json_pack("{s:[], s:n}", "name", "count")),
		"Name    Count\n"
		"1,22,x    yes\n"
		"\n");
}

static void a_list_without_rows_prints_nothing(void **state)
{
	(void)state;
	assert_string_equal(list(false, OUT_TABLE, columns, NULL, NULL), "");
	assert_string_equal(list(false, OUT_STREAM, columns, NULL, NULL), "");
	assert_string_equal(list(true, OUT_STREAM, columns, NULL, NULL), "");
}

static void a_very_long_cell_is_shown_whole(void **state)
{
	char name[5000], wanted[5100];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(wanted, sizeof(wanted), "%s      1  end\n", name);
	assert_non_null(strstr(
		list(false, OUT_TABLE, columns, row(name, 1, "end"), NULL),
		wanted));
}

static void show_percent(const json_t *value, const json_t *object, char *text,
			 size_t size)
{
	(void)object;
	snprintf(text, size, "%lld\033%%",
		 (long long)json_integer_value(value));
}

static void what_a_column_shows_is_cleaned_too(void **state)
{
	const struct out_column percent[] = {
		{ .key = "share", .head = "Share", .show = show_percent },
		{ 0 },
	};

	(void)state;
	assert_string_equal(list(false, OUT_TABLE, percent,
				 json_pack("{s:i}", "share", 12),
				 json_object()),
			    "Share\n12?%\n0?%\n");
}

/* ---- JSON ---- */

static void json_is_an_array_with_an_object_a_line(void **state)
{
	(void)state;
	assert_string_equal(list(true, OUT_TABLE, columns, row("lo", 1, ""),
				 row("eth1", 2, "up")),
			    "[\n"
			    "{\"name\":\"lo\",\"count\":1,\"note\":\"\"},\n"
			    "{\"name\":\"eth1\",\"count\":2,\"note\":\"up\"}\n"
			    "]\n");
}

static void json_without_rows_is_an_empty_array(void **state)
{
	(void)state;
	assert_string_equal(list(true, OUT_TABLE, columns, NULL, NULL), "[]\n");
}

static void integers_of_64_bits_are_exact(void **state)
{
	const struct out_column one[] = {
		{ .key = "n", .head = "N", .right = true },
		{ 0 },
	};
	json_t *most = json_pack("{s:I}", "n", (json_int_t)INT64_MAX);
	json_t *least = json_pack("{s:I}", "n", (json_int_t)INT64_MIN);

	(void)state;
	assert_string_equal(list(false, OUT_TABLE, one, json_incref(most),
				 json_incref(least)),
			    "                   N\n"
			    " 9223372036854775807\n"
			    "-9223372036854775808\n");
	assert_string_equal(list(true, OUT_STREAM, one, most, least),
			    "{\"n\":9223372036854775807}\n"
			    "{\"n\":-9223372036854775808}\n");
}

static void json_brings_a_hostile_string_whole_and_harmless(void **state)
{
	const char *hostile = "\033[2J\"\\\n\302\233\u202e\177 end";
	const char *text;
	json_t *array;

	(void)state;
	text = list(true, OUT_TABLE, columns, row(hostile, 1, "caf\xe9"), NULL);
	for (const char *c = text; *c; c++)
		assert_true((*c >= ' ' && *c <= '\x7f') || *c == '\n');

	array = json_loads(text, 0, NULL);
	assert_non_null(array);
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(array, 0), "name")),
			    hostile);
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(array, 0), "note")),
			    "caf?");
	json_decref(array);
}

/* ---- streams ---- */

static void a_stream_prints_each_row_at_once(void **state)
{
	struct out *out;

	(void)state;
	capture();
	out = out_open(false, OUT_STREAM, columns);
	assert_string_equal(so_far(), "");
	out_row(out, row("lo", 1, "first"));
	assert_string_equal(so_far(), "Name  Count  Note\n"
				      "lo        1  first\n");
	out_row(out, row("longer than its heading", 2, ""));
	assert_string_equal(so_far(), "Name  Count  Note\n"
				      "lo        1  first\n"
				      "longer than its heading      2\n");
	assert_int_equal(out_close(out), 0);
	restore();
}

static void a_json_stream_prints_an_object_a_line_at_once(void **state)
{
	struct out *out;

	(void)state;
	capture();
	out = out_open(true, OUT_STREAM, columns);
	out_row(out, json_pack("{s:i}", "n", 1));
	assert_string_equal(so_far(), "{\"n\":1}\n");
	out_row(out, json_pack("{s:i}", "n", 2));
	assert_int_equal(out_close(out), 0);
	assert_string_equal(captured(), "{\"n\":1}\n{\"n\":2}\n");
}

/* ---- one object, one sentence ---- */

static void an_object_is_a_line_for_each_member_that_is_there(void **state)
{
	(void)state;
	capture();
	assert_int_equal(out_object(false, columns,
				    json_pack("{s:s, s:i, s:n}", "name", "lo",
					      "count", 0, "note")),
			 0);
	assert_string_equal(captured(), "Name: lo\nCount: 0\n");

	capture();
	assert_int_equal(out_object(true, columns, row("lo", 0, "")), 0);
	assert_string_equal(captured(),
			    "{\"name\":\"lo\",\"count\":0,\"note\":\"\"}\n");
}

static void what_was_done_is_a_sentence_or_an_object(void **state)
{
	(void)state;
	capture();
	assert_int_equal(out_done(false, json_object(), "%s: done\033", "lo"),
			 0);
	assert_string_equal(captured(), "lo: done?\n");

	capture();
	assert_int_equal(out_done(true, json_pack("{s:i}", "id", 3), "x"), 0);
	assert_string_equal(captured(), "{\"id\":3}\n");
}

static void a_full_disk_is_an_error(void **state)
{
	struct out *out;
	int err;

	(void)state;
	redirect(open("/dev/full", O_WRONLY | O_CLOEXEC));
	out = out_open(false, OUT_TABLE, columns);
	out_row(out, row("lo", 1, ""));
	err = out_close(out);
	restore();
	assert_int_equal(err, -ENOSPC);
}

/* ---- cleaning ---- */

static void what_commands_a_terminal_is_replaced(void **state)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "caf\u00e9 \u4e2d \U0001f427",
		  "caf\u00e9 \u4e2d \U0001f427" },
		{ "\033[31mred\033[0m", "?[31mred?[0m" },
		{ "\033]0;title\a", "?]0;title?" },
		{ "a\nb\rc\bd\x7f", "a?b?c?d?" },
		{ "a\tb", "a b" },
		{ "\302\23331m", "?31m" },  /* CSI as one character */
		{ "\u202ecba", "?cba" },    /* right to left from here */
		{ "\u2066x\u2028", "?x?" }, /* isolate, line separator */
		{ "\u200ex\u200fx\u061c", "?x?x?" }, /* marks of direction */
		{ "\u200dx\u2010", "\u200dx\u2010" },
		{ "caf\xe9 x", "caf? x" },	/* Latin 1 */
		{ "\xe4\xb8", "??" },		/* cut off */
		{ "\xc0\xaf", "??" },		/* overlong */
		{ "\xed\xa0\x80", "???" },	/* half of a surrogate pair */
		{ "\xf4\x90\x80\x80", "????" }, /* beyond Unicode */
		{ "\xff\xfe", "??" },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		out_clean(text, sizeof(text), cases[i][0]);
		assert_string_equal(text, cases[i][1]);
		snprintf(text, sizeof(text), "%s", cases[i][0]);
		out_clean(text, sizeof(text), text);
		assert_string_equal(text, cases[i][1]);
	}
}

static void cleaning_never_cuts_a_character_in_two(void **state)
{
	const char *text = "ab\u4e2d!";
	char to[8];

	(void)state;
	for (size_t size = 1; size <= 5; size++) {
		memset(to, 'X', sizeof(to));
		out_clean(to, size, text);
		assert_string_equal(to, size == 1   ? ""
					: size == 2 ? "a"
						    : "ab");
		assert_int_equal(to[size], 'X');
	}
	out_clean(to, 6, text);
	assert_string_equal(to, "ab\u4e2d");

	to[0] = 'X';
	out_clean(to, 0, text);
	assert_int_equal(to[0], 'X');
}

/* ---- colour ---- */

static int open_terminal(int *master)
{
	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*master >= 0);
	assert_int_equal(grantpt(*master), 0);
	assert_int_equal(unlockpt(*master), 0);
	return open(ptsname(*master), O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static void colour_is_for_terminals_that_want_it(void **state)
{
	bool wanted, no_color, empty, dumb, none;
	int master;

	(void)state;
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	redirect(open_terminal(&master));
	wanted = out_colour() && !strcmp(out_style("red"), "\033[31m") &&
		 !strcmp(out_style("off"), "\033[0m");
	setenv("NO_COLOR", "1", 1);
	no_color = out_colour() || *out_style("red");
	setenv("NO_COLOR", "", 1);
	empty = out_colour();
	setenv("TERM", "dumb", 1);
	dumb = out_colour();
	unsetenv("TERM");
	none = out_colour();
	restore();
	close(master);
	assert_true(wanted);
	assert_false(no_color);
	assert_true(empty);
	assert_false(dumb);
	assert_false(none);
}

static void nothing_is_coloured_in_a_file(void **state)
{
	bool coloured;

	(void)state;
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	capture();
	coloured = out_colour() || *out_style("bold");
	restore();
	assert_false(coloured);
}

#define TEST(name) cmocka_unit_test_teardown(name, restore_stdout)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(columns_are_as_wide_as_their_widest_row),
		TEST(a_column_that_stays_empty_is_left_out),
		TEST(no_line_ends_in_blanks),
		TEST(wide_characters_count_twice_and_accents_not_at_all),
		TEST(lists_are_joined_and_flags_are_words),
		TEST(a_list_without_rows_prints_nothing),
		TEST(a_very_long_cell_is_shown_whole),
		TEST(what_a_column_shows_is_cleaned_too),
		TEST(json_is_an_array_with_an_object_a_line),
		TEST(json_without_rows_is_an_empty_array),
		TEST(integers_of_64_bits_are_exact),
		TEST(json_brings_a_hostile_string_whole_and_harmless),
		TEST(a_stream_prints_each_row_at_once),
		TEST(a_json_stream_prints_an_object_a_line_at_once),
		TEST(an_object_is_a_line_for_each_member_that_is_there),
		TEST(what_was_done_is_a_sentence_or_an_object),
		TEST(a_full_disk_is_an_error),
		TEST(what_commands_a_terminal_is_replaced),
		TEST(cleaning_never_cuts_a_character_in_two),
		TEST(colour_is_for_terminals_that_want_it),
		TEST(nothing_is_coloured_in_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
