// SPDX-License-Identifier: GPL-2.0-only
/* test_test_loops - loops of test files, and the variables in them */
#include "test-text.h"

/* ---- what a loop becomes ---- */

/* The values that the first map is set to, and the variables, of each step. */
static void expect_values(const char *loop, const char *values)
{
	struct xdplab_tests *tests;
	struct xdplab_text got = { 0 };
	char text[1024];

	snprintf(text, sizeof(text), HEAD "setup\n%s\n" A_TEST, loop);
	tests = read_text(text);
	for (size_t i = 0; i < tests->setup.nr; i++) {
		const struct test_step *step = tests->setup.at + i;

		xdplab_text_add(&got, step->map.value);
		xdplab_text_add(&got, " {");
		xdplab_text_add(&got, step->variables);
		xdplab_text_add(&got, i + 1 < tests->setup.nr ? "} " : "}");
	}
	assert_string_equal(got.bytes, values);
	xdplab_text_free(&got);
	xdplab_tests_free(tests);
}

static void a_range_has_both_its_ends(void **state)
{
	(void)state;
	expect_values("  for x in 1..3\n    map a[0] = $x",
		      "1 {x=1} 2 {x=2} 3 {x=3}");
	expect_values("  for x in -1..0\n    map a[0] = $x",
		      "-1 {x=-1} 0 {x=0}");
	expect_values("  for x in 0x10..0x10\n    map a[0] = $x", "16 {x=16}");
}

static void a_range_goes_by_steps_and_not_beyond(void **state)
{
	(void)state;
	expect_values("  for x in 1..6 step 2\n    map a[0] = $x",
		      "1 {x=1} 3 {x=3} 5 {x=5}");
	expect_values("  for x in 9223372036854775806..9223372036854775807 "
		      "step 2\n    map a[0] = $x",
		      "9223372036854775806 {x=9223372036854775806}");
}

static void a_list_has_any_values(void **state)
{
	(void)state;
	expect_values("  for x in [10.0.0.1, \"a, ]\", {.a = [1, 2]}]\n"
		      "    map a[0] = $x",
		      "10.0.0.1 {x=10.0.0.1} \"a, ]\" {x=\"a, ]\"} "
		      "{.a = [1, 2]} {x={.a = [1, 2]}}");
}

static void of_a_long_value_the_beginning_is_shown(void **state)
{
#define TEN	   "0123456789"
#define SIXTY_FOUR TEN TEN TEN TEN TEN TEN "0123"
	(void)state;
	expect_values("  for x in [" SIXTY_FOUR ", " SIXTY_FOUR "4]\n"
		      "    map a[0] = $x",
		      SIXTY_FOUR " {x=" SIXTY_FOUR "} " SIXTY_FOUR
				 "4 {x=" SIXTY_FOUR "...}");
}

static void repeat_does_the_same_again(void **state)
{
	(void)state;
	expect_values("  repeat 3\n    map a[0] = 7", "7 {} 7 {} 7 {}");
}

static void loops_are_in_one_another(void **state)
{
	(void)state;
	expect_values("  for x in 1..2\n"
		      "    map a[0] = $x\n"
		      "    for y in $x..2\n"
		      "      map a[0] = $x$y\n"
		      "    map a[0] = 0\n",
		      "1 {x=1} 11 {x=1, y=1} 12 {x=1, y=2} 0 {x=1} "
		      "2 {x=2} 22 {x=2, y=2} 0 {x=2}");
}

static void sums_are_calculated(void **state)
{
	static const char *const cases[][2] = {
		{ "$(x + 1)", "8" },
		{ "$( x * 2 - 1 )", "13" },
		{ "$(1 + x * 2)", "15" },
		{ "$((1 + x) * 2)", "16" },
		{ "$(x / 2)", "3" },
		{ "$(x % 4)", "3" },
		{ "$(-x)", "-7" },
		{ "$(1 - 2 - 3)", "-4" },
		{ "$(--x)", "7" },
		{ "$(0xff)", "255" },
		{ "$(2 * -(x - 1))", "-12" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char loop[128], values[128];

		snprintf(loop, sizeof(loop),
			 "  for x in 7..7\n    map a[0] = %s", cases[i][0]);
		snprintf(values, sizeof(values), "%s {x=7}", cases[i][1]);
		expect_values(loop, values);
	}
}

static void in_a_string_only_variables_are_replaced(void **state)
{
	(void)state;
	expect_values("  for x in [1, \"b\"]\n"
		      "    map a[0] = \"$x $y $5 \\\"$x\\\" $(1 + 1)\"\n",
		      "\"1 $y $5 \\\"1\\\" 2\" {x=1} "
		      "\"b $y $5 \\\"b\\\" 2\" {x=\"b\"}");
	expect_values("  map a[0] = \"$x $(y)\"\n", "\"$x $(y)\" {}");
}

/* ---- mistakes ---- */

static const char *const mistakes[][2] = {
	{ "for x in 1..3\n    map abc[$x] == 1", "6:17: expected \"=\", not "
						 "\"==\"" },
	{ "for x in 1..3\n    map a[$(x + 1)] = $y",
	  "6:24: expected a variable of an enclosing loop" },
	{ "for port in 1..3\n    map a[$(prot + 1)] = 1",
	  "6:13: expected a variable of an enclosing loop (port)" },
	{ "for $x in 1..3\n    map a[0] = 1",
	  "5:7: expected the name of a variable, without $" },
	{ "map a[0] = $x", "5:15: not within a loop" },
	{ "map a[0] = $(1 / 0)", "5:18: too large, or division by zero" },
	{ "map a[0] = $(9223372036854775807 + 1)",
	  "5:36: too large, or division by zero" },
	{ "map a[0] = $(9223372036854775808)",
	  "5:16: not a number, or too large" },
	{ "map a[0] = $(1 +)", "5:19: expected a number or a loop variable" },
	{ "map a[0] = $(1 1)", "5:18: expected + - * / % or )" },
	{ "for x in [a, 1]\n    map a[0] = $(x + 1)",
	  "6:18: the value of this variable is not a number" },
	{ "for x in 5..3\n    map a[0] = 1",
	  "5:12: this range is empty: 5 is more than 3" },
	{ "for x in 5\n    map a[0] = 1",
	  "5:13: expected \"..\" at the end of the statement" },
	{ "for x on 5..6\n    map a[0] = 1",
	  "5:9: expected \"in\", not \"on\"" },
	{ "for 5 in 5..6\n    map a[0] = 1",
	  "5:7: expected a variable name, not \"5\"" },
	{ "for x in 1..2 step 0\n    map a[0] = 1",
	  "5:22: expected a number from 1 to 9223372036854775807, not \"0\"" },
	{ "for x in 1..99999999999999999999\n    map a[0] = 1",
	  "5:15: expected a number from 0 to 9223372036854775807, not "
	  "\"99999999999999999999\"" },
	{ "for x in []\n    map a[0] = 1",
	  "5:13: expected a value, not \"]\"" },
	{ "for x in [1, 2\n    map a[0] = 1", "5:12: unclosed bracket" },
	{ "for x in [1,, 2]\n    map a[0] = 1",
	  "5:15: expected a value, not \",\"" },
	{ "for x in 1..2\n    for x in 1..2\n      map a[0] = 1",
	  "6:9: an enclosing loop uses the same variable" },
	{ "for abcdefghijklmnopqrstuvwxyzabcdefg in 1..2\n    map a[0] "
	  "= 1",
	  "5:7: expected a name of up to 31 letters" },
	{ "for x in 1..2",
	  "5:3: expected the loop's statements below it, indented more" },
	{ "repeat 0\n    map a[0] = 1",
	  "5:10: expected a number from 1 to 1000000, not \"0\"" },
	{ "repeat 2 times\n    map a[0] = 1",
	  "5:12: expected the end of the statement, not \"times\"" },
};

static void mistakes_are_told_once_and_where_the_source_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		char text[1024];

		snprintf(text, sizeof(text), IN_TEST("%s"), mistakes[i][0]);
		expect_mistakes(text, mistakes[i][1]);
	}
}

static void a_mistake_of_one_value_alone_is_found(void **state)
{
	(void)state;
	expect_mistakes(IN_TEST("for x in [1, 2, b]\n    context queue $x"),
			"6:19: expected a number from 0 to 4095, not \"b\"");
}

static void loops_without_end_are_refused(void **state)
{
	static const char *const cases[][2] = {
		{ "repeat 1000\n    for x in 1..501\n      clear map a\n      clear map b",
		  "7:7: more than 1000000 steps after unrolling the loops of "
		  "this file" },
		{ "for x in 1..1000001\n    clear map $x",
		  "5:3: more than 1000000 rounds after unrolling the loops of "
		  "this file\n"
		  "6:15: expected a map name, not \"1\"" },
		{ "for x in 0..9223372036854775807\n"
		  "    map a[$x] = \"0123456789012345678901234567890123456789"
		  "0123456789012345678901234567890123456789012345678901234567"
		  "8901234567890123456789012345678901234567890123456789012345"
		  "6789012345678901234567890123456789012345678901234567890123"
		  "456789012345678901234567890123456789012345678901234567\"",
		  "6:5: more than 268435456 bytes after unrolling the loops of "
		  "this file" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[1024];

		snprintf(text, sizeof(text), IN_TEST("%s"), cases[i][0]);
		expect_mistakes(text, cases[i][1]);
	}
}

static void loops_are_nested_so_deep_and_no_deeper(void **state)
{
	struct xdplab_text text = { 0 };
	char line[64], mistake[64];

	(void)state;
	xdplab_text_add(&text, IN_TEST(""));
	for (int depth = 1; depth <= TEST_LOOPS_MAX + 1; depth++) {
		snprintf(line, sizeof(line), "%*srepeat 1\n", depth + 1, "");
		xdplab_text_add(&text, line);
	}
	snprintf(line, sizeof(line), "%*sclear map a\n", TEST_LOOPS_MAX + 3,
		 "");
	xdplab_text_add(&text, line);
	snprintf(mistake, sizeof(mistake),
		 "%d:%d: loops nested more than %d deep", 6 + TEST_LOOPS_MAX,
		 TEST_LOOPS_MAX + 3, TEST_LOOPS_MAX);
	expect_mistakes(text.bytes, mistake);
	xdplab_text_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_has_both_its_ends),
		cmocka_unit_test(a_range_goes_by_steps_and_not_beyond),
		cmocka_unit_test(a_list_has_any_values),
		cmocka_unit_test(of_a_long_value_the_beginning_is_shown),
		cmocka_unit_test(repeat_does_the_same_again),
		cmocka_unit_test(loops_are_in_one_another),
		cmocka_unit_test(sums_are_calculated),
		cmocka_unit_test(in_a_string_only_variables_are_replaced),
		cmocka_unit_test(
			mistakes_are_told_once_and_where_the_source_is),
		cmocka_unit_test(a_mistake_of_one_value_alone_is_found),
		cmocka_unit_test(loops_without_end_are_refused),
		cmocka_unit_test(loops_are_nested_so_deep_and_no_deeper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
