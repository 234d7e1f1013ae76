// SPDX-License-Identifier: GPL-2.0-only
/* test_prog_globals - constants and first values set before a program is loaded */
#include "tested.h"

static struct test_global globals[8];

static void set(struct tested *t, const char *section, const char *assignment)
{
	size_t nr = t->tests.nr_globals++;

	globals[nr] = (struct test_global){
		.place = { nr + 1, 12 },
		.section = (char *)section,
		.assignment = (char *)assignment,
	};
	t->tests.globals = globals;
}

static struct tested *begin(void)
{
	struct tested *t = tested_new();

	tested_open(t, "test_maps");
	return t;
}

static void programs_begin_with_what_is_set(void **state)
{
	struct tested *t = begin();

	(void)state;
	set(t, ".rodata", "limit = 10");
	set(t, ".rodata", "conf.limit=0x20");
	set(t, ".rodata", "conf.list[2] = 9");
	set(t, ".rodata", "table[1] = DROP");
	set(t, ".data", "label = \"set\"");
	set(t, ".data", "level = C_LAST");
	set(t, ".bss", "sums[1] = {.packets = 5}");
	set(t, ".bss", "set_variables.calls = 40");
	assert_int_equal(test_globals_set(&t->tests, t->progs, 1), 0);
	tested_load(t);
	assert_true(tested_var_is(t, "limit", NULL, "10"));
	assert_true(tested_var_is(t, "conf", NULL,
				  "{.limit = 32, .list = [0, 0, 9, 0]}"));
	assert_true(tested_var_is(t, "table", NULL, "[1, 1, 3, 4]"));
	assert_true(tested_var_is(t, "label", NULL, "\"set\""));
	assert_true(tested_var_is(t, "level", NULL, "3"));
	tested_send(t, VARIABLES, 1);
	assert_true(tested_var_is(t, "total", NULL, "43"));
	assert_true(tested_var_is(t, "sums", "[1].packets", "6"));
	assert_true(tested_var_is(t, "set_variables", ".calls", "41"));
	assert_int_equal(test_maps_reset(t->maps), 0);
	assert_true(tested_var_is(t, "sums", "[1].packets", "5"));
	tested_end(t);
}

static void each_program_that_has_it_gets_it(void **state)
{
	struct tested *t = begin();

	(void)state;
	tested_open(t, "test_bloom");
	set(t, ".rodata", "limit = 10");
	set(t, ".rodata", "conf.limit = 3");
	assert_int_equal(test_globals_set(&t->tests, t->progs, 2), 0);
	tested_load(t);
	assert_true(tested_var_is(t, "xdp_maps:limit", NULL, "10"));
	assert_true(tested_var_is(t, "xdp_bloom:limit", NULL, "10"));
	tested_end(t);
}

static void mistakes_are_told_with_their_place(void **state)
{
	struct tested *t = begin();

	(void)state;
	set(t, ".rodata", "limti = 10");
	set(t, ".rodata", "conf.limits = 10");
	set(t, ".rodata", "conf.limit = ten");
	set(t, ".rodata", "table[4] = 1");
	set(t, ".rodata", "limit 1");
	set(t, ".bss", "limit = 1");
	assert_int_equal(test_globals_set(&t->tests, t->progs, 1), -EINVAL);
	assert_string_equal(
		t->mistakes.bytes,
		"1:12: no variable \"limti\" in .rodata of the "
		"program (limit)\n"
		"2:17: .conf: limits: no such field; fields are "
		"limit, list, which, from\n"
		"3:25: \"ten\" is not a valid __u32\n"
		"4:17: .table: index out of range: only 4 elements\n"
		"5:18: expected = and a value\n"
		"6:12: limit is a variable in .rodata, not in .bss: "
		"set rodata limit = ...\n");
	tested_end(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_begin_with_what_is_set),
		cmocka_unit_test(each_program_that_has_it_gets_it),
		cmocka_unit_test(mistakes_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
