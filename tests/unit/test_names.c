// SPDX-License-Identifier: GPL-2.0-only
/* test_names - modes, verdicts and chain actions, to and from text */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <linux/bpf.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/net/attach.h"
#include <cmocka.h>

#define DROP	  (1u << 1)
#define PASS	  (1u << 2)
#define REDIRECT  (1u << 4)
#define UNTOUCHED 77

static void every_mode_is_read_by_its_own_name(void **state)
{
	(void)state;
	for (int i = 0; i < NR_MODES; i++) {
		enum xdplab_mode mode = UNTOUCHED;

		assert_int_equal(xdplab_mode_parse(&mode, xdplab_mode_name(i)),
				 0);
		assert_int_equal(mode, i);
	}
}

static void other_tools_words_for_modes_are_known(void **state)
{
	static const struct {
		const char *word;
		enum xdplab_mode mode;
	} words[] = {
		{ "unspecified", XDPLAB_MODE_AUTO },
		{ "drv", XDPLAB_MODE_NATIVE },
		{ "generic", XDPLAB_MODE_SKB },
		{ "offload", XDPLAB_MODE_HW },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		enum xdplab_mode mode = UNTOUCHED;

		assert_int_equal(xdplab_mode_parse(&mode, words[i].word), 0);
		assert_int_equal(mode, words[i].mode);
	}
}

static void what_is_no_mode_is_refused_by_name(void **state)
{
	static const char *const words[] = {
		"", "skbb", "sk", "SKB", "native,skb", " skb", "xdpgeneric",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		enum xdplab_mode mode = UNTOUCHED;
		char error[64];

		snprintf(error, sizeof(error), "%s: no such mode", words[i]);
		assert_int_equal(xdplab_mode_parse(&mode, words[i]), -EINVAL);
		assert_int_equal(mode, UNTOUCHED);
		assert_string_equal(xdplab_error(), error);
		assert_string_equal(xdplab_remedy(),
				    "modes are native, skb, hw and auto");
	}
}

static void a_mode_that_is_none_has_a_name_that_is_none(void **state)
{
	(void)state;
	assert_string_equal(xdplab_mode_name(NR_MODES), "?");
	assert_string_equal(xdplab_mode_name(-1), "?");
}

static void verdicts_have_the_kernels_numbers(void **state)
{
	static const char *const names[] = {
		[XDP_ABORTED] = "ABORTED",   [XDP_DROP] = "DROP",
		[XDP_PASS] = "PASS",	     [XDP_TX] = "TX",
		[XDP_REDIRECT] = "REDIRECT",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_string_equal(xdplab_verdict_name(i), names[i]);
	assert_null(xdplab_verdict_name(ARRAY_SIZE(names)));
	assert_null(xdplab_verdict_name(UINT32_MAX));
}

static void a_list_of_actions_becomes_a_mask(void **state)
{
	static const struct {
		const char *list;
		uint32_t mask;
	} lists[] = {
		{ "PASS", PASS },
		{ "pass", PASS },
		{ "XDP_PASS", PASS },
		{ "xdp_Pass", PASS },
		{ "PASS,DROP", PASS | DROP },
		{ "XDP_DROP,redirect", DROP | REDIRECT },
		{ "PASS,PASS", PASS },
		{ "ABORTED,DROP,PASS,TX,REDIRECT", 31 },
		{ "none", 0 },
		{ "NONE", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		uint32_t mask = UNTOUCHED;

		assert_int_equal(xdplab_actions_parse(&mask, lists[i].list), 0);
		assert_int_equal(mask, lists[i].mask);
	}
}

static void a_list_with_a_wrong_word_is_refused_whole(void **state)
{
	static const struct {
		const char *list, *error;
	} lists[] = {
		{ "", "empty list; use \"none\" for no verdict" },
		{ ",", "missing verdict before or after a comma" },
		{ "PASS,", "missing verdict before or after a comma" },
		{ ",PASS", "missing verdict before or after a comma" },
		{ "PASS,,DROP", "missing verdict before or after a comma" },
		{ "PASS, DROP", " DROP: no such verdict" },
		{ "PASS,none", "none: no such verdict" },
		{ "PAS", "PAS: no such verdict" },
		{ "PASSED", "PASSED: no such verdict" },
		{ "XDP_", "XDP_: no such verdict" },
		{ "XDP_XDP_PASS", "XDP_PASS: no such verdict" },
		{ "2", "2: no such verdict" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		uint32_t mask = UNTOUCHED;

		assert_int_equal(xdplab_actions_parse(&mask, lists[i].list),
				 -EINVAL);
		assert_int_equal(mask, UNTOUCHED);
		assert_string_equal(xdplab_error(), lists[i].error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode_is_read_by_its_own_name),
		cmocka_unit_test(other_tools_words_for_modes_are_known),
		cmocka_unit_test(what_is_no_mode_is_refused_by_name),
		cmocka_unit_test(a_mode_that_is_none_has_a_name_that_is_none),
		cmocka_unit_test(verdicts_have_the_kernels_numbers),
		cmocka_unit_test(a_list_of_actions_becomes_a_mask),
		cmocka_unit_test(a_list_with_a_wrong_word_is_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
