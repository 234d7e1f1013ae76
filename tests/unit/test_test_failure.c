// SPDX-License-Identifier: GPL-2.0-only
/* test_test_failure - what did not come true, in words and rows */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "../../lib/test/compare.h"
#include <cmocka.h>

static void numbers_are_compared_as_the_operator_says(void **state)
{
	static const struct {
		int op;
		bool is;
		int64_t before, got, expected;
	} cases[] = {
		{ TEST_EQ, true, 0, 7, 7 },
		{ TEST_EQ, false, 0, 7, 8 },
		{ TEST_NE, true, 0, 7, 8 },
		{ TEST_NE, false, 0, 7, 7 },
		{ TEST_LT, true, 0, 7, 8 },
		{ TEST_LT, false, 0, 7, 7 },
		{ TEST_LE, true, 0, 7, 7 },
		{ TEST_LE, false, 0, 8, 7 },
		{ TEST_GT, true, 0, 8, 7 },
		{ TEST_GT, false, 0, 7, 7 },
		{ TEST_GE, true, 0, 7, 7 },
		{ TEST_GE, false, 0, 6, 7 },
		{ TEST_PLUS, true, 5, 7, 2 },
		{ TEST_PLUS, false, 5, 7, 7 },
		{ TEST_PLUS, true, INT64_MAX, INT64_MIN, 1 },
		{ TEST_MINUS, true, 7, 5, 2 },
		{ TEST_MINUS, false, 5, 7, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(test_compare(cases[i].op, cases[i].before,
					      cases[i].got, cases[i].expected),
				 cases[i].is);
}

/* ---- packets ---- */

#define TEXT_SIZE 1024

/* The message for two packets; the rows that differ into `rows`. */
static void compare(const char *expected, const char *came, char *message,
		    char *rows)
{
	const struct xdplab_packet_opts pattern = { .sz = sizeof(pattern),
						    .pattern = true };
	struct test_failure failure = { 0 };
	struct xdplab_packet *left, *right;
	struct wanted wanted = { 0 };
	const void *bytes;
	size_t length;

	assert_int_equal(xdplab_packet_parse(&left, expected, NULL, &pattern),
			 0);
	assert_int_equal(xdplab_packet_parse(&right, came, NULL, NULL), 0);
	wanted.layers = left;
	wanted.bytes = xdplab_packet_bytes(left, &wanted.length);
	wanted.mask = packet_mask(left);
	wanted.is_open = packet_is_open(left);
	bytes = xdplab_packet_bytes(right, &length);
	assert_false(wanted_is(&wanted, bytes, length));
	assert_int_equal(wanted_compare(&wanted, bytes, length, &failure), 0);
	snprintf(message, TEXT_SIZE, "%s", failure.shown.message);
	*rows = '\0';
	for (size_t i = 0; i < failure.nr_rows; i++)
		if (failure.rows[i].differs)
			snprintf(rows + strlen(rows), TEXT_SIZE - strlen(rows),
				 "%s: %s|%s\n", failure.rows[i].what,
				 failure.rows[i].expected, failure.rows[i].got);
	test_failure_clear(&failure);
	xdplab_packet_free(left);
	xdplab_packet_free(right);
}

static void what_differs_is_told_by_fields(void **state)
{
	static const struct {
		const char *expected, *came, *message, *rows;
	} cases[] = {
		{ "eth / ip(chksum=_) / udp(dport=1999, chksum=_)",
		  "eth / ip(ttl=63) / udp(dport=2000)", "ip.ttl is 63, not 64",
		  "ip.ttl: 64|63\nudp.dport: 1999|2000\n" },
		{ "eth(_) / ip(ttl=0x40/0xf0, chksum=_) / _",
		  "eth(src=02:00:00:00:00:09) / ip(ttl=80) / udp",
		  "ip.ttl is 80, not 0x40/0xf0", "ip.ttl: 0x40/0xf0|80\n" },
		{ "eth / ip(_) / udp(_) / \"abc\"", "eth / ip / udp / \"abd\"",
		  "payload[2] is 0x64, not 0x63",
		  "payload: \"abc\"|\"abd\"\n" },
		{ "eth / hex 01 02", "eth / hex 01 02 03",
		  "the packet is 17 bytes long, not 16",
		  "payload: hex 01 02|hex 01 02 03\n" },
		{ "eth / hex 01 02 / _", "eth / hex 01",
		  "the packet is 15 bytes long, not 16 or more",
		  "payload: hex 01 02|hex 01\n" },
	};
	char message[TEXT_SIZE], rows[TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		compare(cases[i].expected, cases[i].came, message, rows);
		assert_string_equal(message, cases[i].message);
		assert_string_equal(rows, cases[i].rows);
	}
}

static void a_layer_too_many_has_rows_of_its_own(void **state)
{
	char message[TEXT_SIZE], rows[TEXT_SIZE];

	(void)state;
	compare("eth / ip / udp", "eth / vlan(id=5) / ip / udp", message, rows);
	assert_string_equal(message, "eth.type is vlan, not ip");
	assert_non_null(strstr(rows, "vlan.id: |5\n"));
	assert_null(strstr(rows, "ip.src"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_compared_as_the_operator_says),
		cmocka_unit_test(what_differs_is_told_by_fields),
		cmocka_unit_test(a_layer_too_many_has_rows_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
