// SPDX-License-Identifier: GPL-2.0-only
/* test_test_mistakes - mistakes in test files: where, what, and what was meant */
#include <sys/stat.h>
#include <unistd.h>

#include "test-text.h"

struct mistake {
	const char *text, *told;
};

/* Each text, between two others that are right. */
static void expect_all(const struct mistake *cases, size_t nr,
		       const char *before, const char *after)
{
	for (size_t i = 0; i < nr; i++) {
		char text[2048];

		snprintf(text, sizeof(text), "%s%s%s", before, cases[i].text,
			 after);
		expect_mistakes(text, cases[i].told);
	}
}

#define EXPECT_ALL(cases, before, after)                                       \
	expect_all(cases, ARRAY_SIZE(cases), before, after)
#define STATEMENT HEAD A_TEST "  " /* is on line 5, from column 3 on */

/* ---- words ---- */

static void of_an_unknown_word_the_nearest_is_told(void **state)
{
	static const struct mistake of_file[] = {
		{ "progam x",
		  "5:1: expected a statement of a file: \"test\", \"setup\", "
		  "\"teardown\", \"program\", \"set\", \"interface\", "
		  "\"route\", \"neighbour\" or \"context\", not \"progam\" "
		  "(program)" },
		{ "tset \"x\"\n  sned eth",
		  "5:1: expected a statement of a file: \"test\", \"setup\", "
		  "\"teardown\", \"program\", \"set\", \"interface\", "
		  "\"route\", \"neighbour\" or \"context\", not \"tset\" (test)" },
		{ "set rodta x = 1",
		  "5:5: expected a section: \"rodata\", \"data\" or \"bss\", "
		  "not \"rodta\" (rodata)" },
	};
	static const struct mistake of_test[] = {
		{ "expct PASS",
		  "5:3: expected a statement of a test: \"for\", \"repeat\", "
		  "\"map\", \"delete\", \"clear\", \"var\", \"context\", "
		  "\"send\" or \"expect\", not \"expct\" (expect)" },
		{ "expect DORP",
		  "5:10: expected a verdict: ABORTED, DROP, PASS, TX or "
		  "REDIRECT, not \"DORP\" (DROP)" },
		{ "expect PASS or XDP_DRPO",
		  "5:18: expected a verdict: ABORTED, DROP, PASS, TX or "
		  "REDIRECT, not \"XDP_DRPO\" (DROP)" },
		{ "expect PASS sent with ttl=63",
		  "5:25: expected LAYER.FIELD, such as ip.ttl, not ttl" },
		{ "send eth / vlan / ip / udp\n  expect ttl == 63",
		  "6:10: expected a field with its layer, not \"ttl\" "
		  "(ip.ttl)" },
		{ "send eth / ip / udp\n  expect PASS sent with dport=63",
		  "6:25: expected LAYER.FIELD, such as ip.ttl, not "
		  "dport (udp.dport)" },
		{ "expect PASS sent wiht ip.ttl=63",
		  "5:20: expected \"with\", not \"wiht\" (with)" },
		{ "expect lenght == 4",
		  "5:10: expected a verdict, a packet, a packet field, or one "
		  "of: \"unchanged\", \"sent\", \"length\", \"meta\", "
		  "\"redirect\", \"count\", \"map\", \"var\", \"records\", "
		  "\"record\", \"printk\" or \"no\", not \"lenght\" (length)" },
		{ "expect no changes",
		  "5:13: expected one of: \"printk\" or \"change\", not "
		  "\"changes\" (change)" },
		{ "expect map m emtpy",
		  "5:16: expected [KEY], or a condition on the whole map: "
		  "\"has\", \"lacks\", \"unchanged\", \"empty\" or "
		  "\"entries\", not \"emtpy\" (empty)" },
		{ "context ingres lo",
		  "5:11: expected a context item: \"ingress\", \"queue\", "
		  "\"vlan\", \"meta\", \"timeout\" or \"seed\", not \"ingres\" "
		  "(ingress)" },
		{ "send eth, truncted 14\n  expect PASS",
		  "5:13: expected a packet modifier: \"truncated\" or "
		  "\"padded\", not \"truncted\" (truncated)" },
	};

	(void)state;
	EXPECT_ALL(of_file, HEAD A_TEST, "\n");
	EXPECT_ALL(of_test, STATEMENT, "\n");
}

static void what_is_said_in_place_of_or_is_told(void **state)
{
	static const struct mistake of_test[] = {
		{ "expect PASS, DROP",
		  "5:14: expected \"or\" and another verdict, or a packet, not "
		  "\",\" (or)" },
		{ "expect PASS and DROP",
		  "5:15: expected \"or\" and another verdict, or a packet, not "
		  "\"and\" (or)" },
		{ "expect PASS DROP",
		  "5:15: expected \"or\" and another verdict, or a packet, not "
		  "\"DROP\" (or)" },
	};

	(void)state;
	EXPECT_ALL(of_test, STATEMENT, "\n");
}

#define BEHIND_LAYERS                                                          \
	"`/` and a layer, `,` and truncated or padded, or the end of the "     \
	"statement, not "

static void what_may_come_behind_a_packet_is_told(void **state)
{
	static const struct mistake of_test[] = {
		{ "send eth / ip ttl=3\n  expect PASS",
		  "5:17: expected " BEHIND_LAYERS "\"ttl\"" },
		{ "send eth / ip truncated 20\n  expect PASS",
		  "5:17: expected " BEHIND_LAYERS
		  "\"truncated\" (, truncated)" },
		{ "send eth / ip, truncated 14-20\n  expect PASS",
		  "5:30: expected `..` and another length, `,` or the "
		  "end of the statement, not \"-\" (..)" },
		{ "send eth / ip / 'text'\n  expect PASS",
		  "5:19: text is expected in double quotes" },
		{ "send eth / ipv6(dst=fe80::1%eth0)\n  expect PASS",
		  "5:23: ipv6.dst: fe80::1%eth0 is no IPv6 address, "
		  "without a zone" },
	};

	(void)state;
	EXPECT_ALL(of_test, STATEMENT, "\n");
}

static void what_may_come_behind_a_file_of_packets_is_told(void **state)
{
	static const struct mistake of_test[] = {
		{ "send pcap /dev/null fliter \"udp\"\n  expect PASS",
		  "5:23: expected filter \"...\", `,` and first "
		  "NUMBER, or the end of the statement, not \"fliter\" "
		  "(filter)" },
		{ "send pcap /dev/null first 2\n  expect PASS",
		  "5:23: expected filter \"...\", `,` and first "
		  "NUMBER, or the end of the statement, not \"first\" "
		  "(, first)" },
		{ "send pcap /dev/null, frist 2\n  expect PASS",
		  "5:24: expected \"first\", not \"frist\" (first)" },
	};

	(void)state;
	EXPECT_ALL(of_test, STATEMENT, "\n");
}

static void what_may_come_behind_an_item_is_told(void **state)
{
	static const struct mistake of_test[] = {
		{ "context vlan 5 queue 3",
		  "5:18: expected `,` and another item, or the end of "
		  "the statement, not \"queue\"" },
		{ "send eth / ip / udp\n  expect sent with ip.ttl=1 ip.id=2",
		  "6:29: expected `,` and another field, or the end of "
		  "the statement, not \"ip.id\"" },
		{ "context meta 5",
		  "5:16: expected bytes, as hex 01 ff, bytes(4) or "
		  "\"text\", not \"5\"" },
		{ "expect payload == \"text\"",
		  "5:10: expected a packet, of which the payload is a "
		  "part: eth(_) / ip(_) / udp(_) / \"text\", not "
		  "\"payload\"" },
		{ "expect ip#0.src == 10.0.0.1",
		  "5:10: expected a number from 1 on, not 0" },
	};
	static const struct mistake of_file[] = {
		{ "test \"a\" aftr \"t\"\n  send eth\n  expect PASS",
		  "5:10: expected after \"...\", or the end of the "
		  "statement, not \"aftr\" (after)" },
		{ "program /dev/null other.o",
		  "5:19: expected the name of a function; another "
		  "object has a line of its own, not \"other.o\"" },
	};

	(void)state;
	EXPECT_ALL(of_test, STATEMENT, "\n");
	EXPECT_ALL(of_file, HEAD A_TEST, "\n");
}

static void a_program_that_could_not_be_read_is_not_told_to_lack(void **state)
{
	(void)state;
	expect_mistakes("program \"a.o\n" A_TEST, "1:9: unterminated string");
}

static void signs_of_other_languages_are_told(void **state)
{
	static const struct mistake of_test[] = {
		{ "expect\xc2\xa0PASS",
		  "5:9: expected a verdict, a packet, a packet field, or one "
		  "of: \"unchanged\", \"sent\", \"length\", \"meta\", "
		  "\"redirect\", \"count\", \"map\", \"var\", "
		  "\"records\", \"record\", \"printk\" or \"no\", not "
		  "\"\xc2\xa0PASS\" (a blank)" },
		{ "expect printk \xe2\x80\x9ctext\xe2\x80\x9d",
		  "5:17: expected a part of a line, \"...\", not "
		  "\"\xe2\x80\x9ctext\xe2\x80\x9d\" (\")" },
		{ "expect PASS // it does",
		  "5:15: expected \"or\", \"unchanged\", \"sent with\" "
		  "or a packet after the verdict (use another expect "
		  "for anything else), not \"//\" (#)" },
		{ "repeat 3 // times\n    send eth\n    expect PASS",
		  "5:12: expected the end of the statement, not \"//\" "
		  "(#)" },
	};

	(void)state;
	EXPECT_ALL(of_test, STATEMENT, "\n");
}

static void an_option_that_is_taken_for_a_function_is_told(void **state)
{
	static const struct mistake of_file[] = {
		{ "program /dev/null action PASS",
		  "5:19: expected the name of a function, or an "
		  "option: prio or actions, not \"action\" (actions)" },
	};

	(void)state;
	EXPECT_ALL(of_file, HEAD A_TEST, "\n");
}

static void the_statement_is_told_that_belongs_elsewhere(void **state)
{
	static const struct mistake of_test[] = {
		{ "interface x",
		  "5:3: expected a statement of a test: \"for\", \"repeat\", "
		  "\"map\", \"delete\", \"clear\", \"var\", \"context\", "
		  "\"send\" or \"expect\", not \"interface\"; it belongs at "
		  "the top level, not indented" },
	};

	(void)state;
	EXPECT_ALL(of_test, STATEMENT, "\n");
	expect_mistakes(HEAD A_TEST "send eth\n",
			"5:1: expected a statement of a file: \"test\", "
			"\"setup\", \"teardown\", \"program\", \"set\", "
			"\"interface\", \"route\", \"neighbour\" or "
			"\"context\", not \"send\"; it belongs in a test, "
			"indented more");
}

/* ---- what is missing, or too much ---- */

#define AFTER_VERDICT(column, found)                                           \
	"5:" #column ": expected \"or\", \"unchanged\", \"sent with\" or a "   \
	"packet after the verdict (use another expect for anything else), "    \
	"not " found

static void what_was_expected_there_is_told(void **state)
{
	static const struct mistake cases[] = {
		{ "map m[1]",
		  "5:11: expected \"=\" at the end of the statement" },
		{ "map m[1] == 2", "5:12: expected \"=\", not \"==\"" },
		{ "map m[1] =",
		  "5:13: expected a value at the end of the statement" },
		{ "map m[] = 2", "5:9: expected a key, not \"]\"" },
		{ "delete map m",
		  "5:15: expected [KEY] at the end of the statement" },
		{ "delete mpa m[1]",
		  "5:10: expected \"map\", not \"mpa\" (map)" },
		{ "var = 2", "5:7: expected a variable name, not \"=\"" },
		{ "send",
		  "5:7: expected a packet at the end of the statement" },
		{ "expect PASS or",
		  "5:17: expected a verdict: ABORTED, DROP, PASS, TX or "
		  "REDIRECT at the end of the statement" },
		{ "expect PASS, DROP",
		  "5:14: expected \"or\" and another verdict, or a packet, not "
		  "\",\" (or)" },
		{ "expect PASS and ip.ttl == 63",
		  AFTER_VERDICT(15, "\"and\"") },
		{ "expect PASS ip.ttl == 63", AFTER_VERDICT(15, "\"ip.ttl\"") },
		{ "expect PASS unchangd",
		  AFTER_VERDICT(15, "\"unchangd\" (unchanged)") },
		{ "expect PASS Unchanged",
		  AFTER_VERDICT(15, "\"Unchanged\" (unchanged)") },
		{ "expect length = 4",
		  "5:17: expected ==, !=, <, <=, > or >=, not \"=\" (==)" },
		{ "expect length += 4",
		  "5:17: expected ==, !=, <, <=, > or >=, not \"+=\"" },
		{ "expect map m[1] = 4",
		  "5:19: expected ==, !=, <, <=, >, >=, += or -=, not \"=\" "
		  "(==)" },
		{ "expect unchanged 5",
		  "5:20: expected the end of the statement, not \"5\"" },
		{ "expect redirect lo", "5:19: expected \"to\", not \"lo\"" },
		{ "expect printk drop",
		  "5:17: expected a part of a line, \"...\", not \"drop\"" },
		{ "expect printk \"\"",
		  "5:17: expected some text: an empty one is a part of "
		  "any line" },
		{ "expect ip.ttl >= _",
		  "5:20: any value is like this one: expected one of which "
		  "some bits matter" },
		{ "expect ip.src == 10.0.0.0/0",
		  "5:20: any value is like this one: expected one of which "
		  "some bits matter" },
		{ "expect record r",
		  "5:18: expected \"as\" TYPE {...}, or hex bytes at the end "
		  "of the statement" },
		{ "expect map m has",
		  "5:19: expected a key at the end of the statement" },
	};

	(void)state;
	EXPECT_ALL(cases, STATEMENT, "\n");
}

static void numbers_have_to_be_in_their_range(void **state)
{
	static const struct mistake cases[] = {
		{ "context vlan 4095",
		  "5:16: expected a number from 0 to 4094, not \"4095\"" },
		{ "context queue 4096",
		  "5:17: expected a number from 0 to 4095, not \"4096\"" },
		{ "context queue 0x",
		  "5:17: expected a number from 0 to 4095, not \"0x\"" },
		{ "context queue -1",
		  "5:17: expected a number from 0 to 4095, not \"-\"" },
		{ "context timeout 0s",
		  "5:19: expected a time from 1ms to 3600s, such as 200ms or "
		  "2s, not \"0s\"" },
		{ "context timeout 3601",
		  "5:19: expected a time from 1ms to 3600s, such as 200ms or "
		  "2s, not \"3601\"" },
		{ "context meta hex 01 02",
		  "5:16: expected a multiple of 4 bytes, up to 252, not 2" },
		{ "expect length == 65536",
		  "5:20: expected a number from 0 to 65535, not \"65536\"" },
		{ "send eth / ip, truncated 13..20\n  expect PASS",
		  "5:28: expected a number from 14 to 34, not \"13..20\"" },
		{ "send eth / ip, truncated 20..35\n  expect PASS",
		  "5:32: expected a number from 20 to 34, not \"35\"" },
		{ "send eth / ip, truncated 20..19\n  expect PASS",
		  "5:32: expected a number from 20 to 34, not \"19\"" },
		{ "send hex 01 02\n  expect PASS",
		  "5:8: expected a packet of at least 14 bytes, not 2" },
		{ "send ip / udp\n  expect PASS",
		  "5:8: expected eth before this: XDP programs process "
		  "Ethernet frames" },
	};

	(void)state;
	EXPECT_ALL(cases, STATEMENT, "\n");
}

static void strings_have_an_end_and_escapes_that_there_are(void **state)
{
	static const struct mistake cases[] = {
		{ "expect printk \"drop", "5:17: unterminated string" },
		{ "expect printk \"drop\\\"", "5:17: unterminated string" },
		{ "expect printk \"\\q\"", "5:18: unknown escape "
					   "sequence" },
		{ "expect printk \"a\\0b\"", "5:17: NUL byte in string" },
		{ "map m['a] = 5", "5:9: unterminated string" },
	};

	(void)state;
	EXPECT_ALL(cases, STATEMENT, "\n");
}

static void brackets_are_closed_by_their_like(void **state)
{
	static const struct mistake cases[] = {
		{ "send eth / ip(ttl=3\n  expect PASS",
		  "5:16: unclosed bracket" },
		{ "map m[1 = 2", "5:8: unclosed bracket" },
		{ "map m[1) = 2", "5:10: expected \"]\" here" },
		{ "map m[1]] = 2", "5:11: unmatched closing bracket" },
		{ "map m[1] = {.a = [1}", "5:22: expected \"]\" here" },
	};
	struct xdplab_text text = { 0 };

	(void)state;
	EXPECT_ALL(cases, STATEMENT, "\n");
	xdplab_text_add(&text, HEAD A_TEST "  map m = ");
	for (int i = 0; i < 65; i++)
		xdplab_text_add(&text, "(");
	expect_mistakes(text.bytes, "5:75: brackets nested too deep");
	xdplab_text_free(&text);
}

/* ---- indentation ---- */

static void indentation_has_to_be_that_of_the_block(void **state)
{
	static const struct mistake cases[] = {
		{ "test \"a\"\n  send eth\n   expect PASS\n",
		  "4:4: unexpected indentation: the statement before has no "
		  "block" },
		{ "test \"a\"\n    send eth\n  expect PASS\n",
		  "4:3: expected the indentation of line 3 (4), not 2" },
		{ "test \"a\"\n  send eth\n\texpect PASS\n",
		  "4:1: indentation does not match the tabs and spaces of the "
		  "line before" },
		{ "test \"a\"\nsend eth\n",
		  "2:1: test without send: expected \"send\" below it, "
		  "indented more\n"
		  "3:1: expected a statement of a file: \"test\", \"setup\", "
		  "\"teardown\", \"program\", \"set\", \"interface\", "
		  "\"route\", \"neighbour\" or \"context\", not \"send\"; it "
		  "belongs in a test, indented more" },
		{ "setup\ntest \"a\"\n  send eth\n  expect PASS\n",
		  "2:1: expected statements below this, indented more" },
		{ "  test \"a\"\n    send eth\n    expect PASS\n",
		  "2:3: unexpected indentation: the statement before has no "
		  "block" },
	};

	(void)state;
	EXPECT_ALL(cases, HEAD, "");
}

static void tabs_and_blanks_can_be_used_in_different_blocks(void **state)
{
	(void)state;
	xdplab_tests_free(read_text(HEAD
				    "test \"a\"\n\tsend eth\n\texpect PASS\n"
				    "test \"b\"\n  send eth\n  expect PASS\n"));
}

/* ---- programs ---- */

static void there_is_one_program_or_a_chain(void **state)
{
	static const struct mistake cases[] = {
		{ "", "1:1: missing a line \"program FILE\"" },
		{ "program on lo\nprogram on lo\n",
		  "2:1: \"program on\" excludes other programs" },
		{ "program /proc/self/exe\nprogram on lo\n",
		  "2:1: \"program on\" excludes other programs" },
		{ "program on\n",
		  "1:11: expected an interface name of up to 15 characters at "
		  "the end of the statement" },
		{ "program\n",
		  "1:8: expected a file at the end of the statement" },
		{ "program /proc\n",
		  "1:9: expected a file, but /proc is a directory" },
		{ "program /proc/self/exe f proi 4\n",
		  "1:26: expected an option: \"prio\" or \"actions\", not "
		  "\"proi\" (prio)" },
		{ "program /proc/self/exe prio x\n",
		  "1:29: expected a number from 0 to 2147483647, not \"x\"" },
		{ "program /proc/self/exe actions PASS,DORP\n",
		  "1:32: expected comma-separated verdicts, or \"none\", not "
		  "\"PASS\"" },
	};

	(void)state;
	EXPECT_ALL(cases, "", A_TEST);
}

static void a_file_that_is_not_there_is_told_with_one_that_is(void **state)
{
	char directory[] = "/tmp/test_mistakes.XXXXXX", path[64], text[128];
	char told[256];
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/count.o", directory);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	snprintf(text, sizeof(text), "program %s/cuont.o\n" A_TEST, directory);
	snprintf(told, sizeof(told),
		 "1:9: cannot open %s/cuont.o: No such file or directory "
		 "(count.o)",
		 directory);
	expect_mistakes(text, told);
	unlink(path);
	rmdir(directory);
	expect_mistakes("program no.o\n" A_TEST,
			"1:9: cannot open some/no.o: No such file or "
			"directory");
}

static void one_program_is_replaced_by_another_not_several(void **state)
{
	const char *text = "program a\nprogram b\n" A_TEST;
	struct xdplab_text told = { 0 };
	const struct xdplab_tests_opts opts = { .sz = sizeof(opts),
						.program = "given.o",
						.mistake = note_mistake,
						.arg = &told };
	struct xdplab_tests *tests;

	(void)state;
	assert_int_equal(
		test_read_text(&tests, "a.test", text, strlen(text), &opts),
		-EINVAL);
	assert_string_equal(told.bytes, "2:1: --program requires a file with "
					"one program");
	xdplab_text_free(&told);
}

/* ---- networks ---- */

static void networks_are_of_addresses_and_names(void **state)
{
	static const struct mistake cases[] = {
		{ "interface a/b",
		  "2:11: expected an interface name of up to 15 characters, "
		  "not \"a/b\"" },
		{ "interface abcdefghijklmnop",
		  "2:11: expected an interface name of up to 15 characters, "
		  "not \"abcdefghijklmnop\"" },
		{ "interface ..", "2:11: expected an interface name of up to "
				  "15 characters, not \"..\"" },
		{ "interface lo",
		  "2:11: duplicate name: the interface exists" },
		{ "interface a\ninterface a",
		  "3:11: duplicate name: the interface exists" },
		{ "interface a address 10.0.0.1",
		  "2:21: expected an address and prefix length, such as "
		  "10.0.0.1/24, not \"10.0.0.1\"" },
		{ "interface a address 10.0.0.1/33",
		  "2:21: expected an address and prefix length, such as "
		  "10.0.0.1/24, not \"10.0.0.1/33\"" },
		{ "interface a mac 02:00",
		  "2:17: expected a MAC address, 02:00:00:00:00:01, not "
		  "\"02:00\"" },
		{ "interface a mtu 67",
		  "2:17: expected a number from 68 to 65535, not \"67\"" },
		{ "interface a index 1",
		  "2:19: expected a number from 2 to 2147483647, not \"1\"" },
		{ "route default", "2:14: expected \"via\" ADDRESS, \"dev\" "
				   "NAME, \"blackhole\", \"unreachable\" or "
				   "\"prohibit\" at the end of the statement" },
		{ "route default blackhole dev lo",
		  "2:1: blackhole, unreachable and prohibit exclude via and dev" },
		{ "route 10.0.0.0/8 dev out",
		  "2:22: expected an interface declared above, not \"out\"" },
		{ "interface outer\nroute 10.0.0.0/8 dev otuer",
		  "3:22: expected an interface declared above, not \"otuer\" "
		  "(outer)" },
		{ "route 10.0.0.0/8 via a",
		  "2:22: expected an IP address, not \"a\"" },
		{ "route all dev lo",
		  "2:7: expected a prefix, such as 10.0.0.0/8, or \"default\", "
		  "not \"all\"" },
		{ "neighbour 10.0.0.1 dev lo",
		  "2:26: expected mac MAC at the end of the statement" },
		{ "set rodata x",
		  "2:13: expected \"=\" at the end of the statement" },
		{ "set rodata x =", "2:15: expected a value at the end of the "
				    "statement" },
	};

	(void)state;
	EXPECT_ALL(cases, HEAD, "\n" A_TEST);
	expect_mistakes(HEAD A_TEST "context queue 1\n",
			"5:1: only allowed before the first test, or within a "
			"test");
}

static void there_are_so_many_interfaces_and_no_more(void **state)
{
	struct xdplab_text text = { 0 };

	(void)state;
	xdplab_text_add(&text, HEAD);
	for (int i = 0; i < 257; i++) {
		char line[32];

		snprintf(line, sizeof(line), "interface i%d\n", i);
		xdplab_text_add(&text, line);
	}
	xdplab_text_add(&text, A_TEST);
	expect_mistakes(text.bytes, "258:1: more than 256 interfaces");
	xdplab_text_free(&text);
}

/* ---- tests ---- */

static void something_is_sent_and_something_expected(void **state)
{
	static const struct mistake cases[] = {
		{ "  expect PASS\n  send eth\n  expect PASS",
		  "3:3: expect without a send before it" },
		{ "  send eth", "3:3: send without expect" },
		{ "  send eth\n  send eth\n  expect PASS",
		  "3:3: send without expect" },
		{ "  send eth\n  expect PASS\n  clear map m\n  expect DROP",
		  "6:3: expected this above line 5: expect must "
		  "directly follow its send" },
		{ "  send eth\n  for x in 1..2\n    expect PASS\n"
		  "    context queue $x",
		  "5:5: expected this above line 6: expect must "
		  "directly follow its send" },
		{ "  clear map m",
		  "2:1: test without send: expected \"send\" below it, "
		  "indented more" },
		{ "", "2:1: test without send: expected \"send\" below it, "
		      "indented more" },
	};

	(void)state;
	EXPECT_ALL(cases, HEAD "test \"a\"\n", "\n");
	expect_mistakes(HEAD, "2:1: no tests in this file");
}

static void padding_is_of_what_is_shorter(void **state)
{
	static const struct mistake cases[] = {
		{ "send eth / ip / udp, padded 20\n  expect PASS",
		  "5:8: expected a length to which there is something to pad: "
		  "the packet has 42 bytes already" },
		{ "send eth / ip / udp, truncated 30..40, padded 29\n"
		  "  expect PASS",
		  "5:8: expected a length to which there is something to pad: "
		  "the packet has 30 bytes already" },
	};

	(void)state;
	EXPECT_ALL(cases, STATEMENT, "\n");
	xdplab_tests_free(
		read_text(IN_TEST("send eth / ip / udp, padded 42\n"
				  "  expect PASS\n"
				  "  send eth / ip / udp, truncated 14..42, "
				  "padded 20\n"
				  "  expect PASS\n"
				  "  for n in [0, 50]\n"
				  "    send eth / bytes($n), padded 60\n"
				  "    expect PASS")));
}

static void names_of_tests_are_printable_and_of_one_alone(void **state)
{
	static const struct mistake cases[] = {
		{ "test\n", "5:5: expected a test name, \"...\" at the end of "
			    "the statement" },
		{ "test t\n", "5:6: expected a test name, \"...\", not \"t\"" },
		{ "test \"\"\n", "5:6: empty name" },
		{ "test \"a\\n\"\n", "5:6: not a printable UTF-8 name" },
		{ "test \"\xff\"\n", "5:6: not a printable UTF-8 name" },
		{ "test \"t\"\n  send eth\n  expect PASS\n",
		  "5:6: duplicate name: also used in line 2" },
		{ "test \"abc\" before \"t\"\n",
		  "5:12: expected after \"...\", or the end of the "
		  "statement, not \"before\"" },
	};

	(void)state;
	EXPECT_ALL(cases, HEAD A_TEST, "");
}

static void a_test_comes_after_another_and_not_after_itself(void **state)
{
#define STEPS "\n  send eth\n  expect PASS\n"
	static const struct mistake cases[] = {
		{ "test \"first\"" STEPS "test \"b\" after \"frist\"" STEPS,
		  "5:16: no test of this name in this file (first)" },
		{ "test \"a\" after \"a\"" STEPS,
		  "2:16: the test comes after itself" },
		{ "test \"a\" after \"c\"" STEPS "test \"b\" after \"a\"" STEPS
		  "test \"c\" after \"b\"" STEPS "test \"d\" after \"a\"" STEPS,
		  "2:16: the test comes after itself" },
	};

	(void)state;
	EXPECT_ALL(cases, HEAD, "");
}

/* ---- packets ---- */

static void of_a_packet_its_own_parser_tells(void **state)
{
	static const struct mistake cases[] = {
		{ "send eth / ipp(ttl=3)\n  expect PASS", "5:14: " },
		{ "send eth /\n  expect PASS", "5:13: " },
		{ "send eth / bytes(70000)\n  expect PASS", "5:" },
		{ "send eth / ip(ttl=\n     300)\n  expect PASS", "6:6: " },
		{ "expect PASS eth / ip(tll=3)", "5:24: " },
		{ "expect ip.tll == 3", "5:10: " },
		{ "expect ip.ttl == 300", "5:20: " },
		{ "expect sent with ip.tll=3", "5:20: " },
		{ "expect PASS sent with eth.dts=02:00:00:00:00:01", "5:25: " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct xdplab_text told = { 0 };
		struct xdplab_tests *tests;
		char text[512];

		snprintf(text, sizeof(text), IN_TEST("%s"), cases[i].text);
		assert_int_equal(read_bytes(&tests, text, strlen(text), &told),
				 -EINVAL);
		if (strncmp(told.bytes, cases[i].told, strlen(cases[i].told)))
			assert_string_equal(told.bytes, cases[i].told);
		xdplab_text_free(&told);
	}
}

/* ---- files ---- */

static void all_mistakes_are_told_in_the_order_of_lines(void **state)
{
	(void)state;
	expect_mistakes("program on lo\n"
			"test \"a\" after \"z\"\n"
			"  send eth\n"
			"  expect DORP\n"
			"  map m[1\n"
			"test \"a\"\n"
			"  send eth\n",
			"2:16: no test of this name in this file\n"
			"4:10: expected a verdict: ABORTED, DROP, PASS, TX or "
			"REDIRECT, not \"DORP\" (DROP)\n"
			"5:8: unclosed bracket\n"
			"6:6: duplicate name: also used in line 2\n"
			"7:3: send without expect");
}

static void what_is_missing_is_told_once_and_not_after_a_mistake(void **state)
{
	(void)state;
	expect_mistakes("", "1:1: missing a line \"program FILE\"");
	expect_mistakes("progam x\n",
			"1:1: expected a statement of a file: \"test\", "
			"\"setup\", \"teardown\", \"program\", \"set\", "
			"\"interface\", \"route\", \"neighbour\" or "
			"\"context\", not \"progam\" (program)");
}

static void of_very_many_mistakes_a_thousand_are_told(void **state)
{
	struct xdplab_text text = { 0 }, told = { 0 };
	struct xdplab_tests *tests;
	size_t nr = 0;

	(void)state;
	for (int i = 0; i < 3000; i++)
		xdplab_text_add(&text, i % 2 ? "wrong\n" : "\"\n");
	assert_int_equal(read_bytes(&tests, text.bytes, text.length, &told),
			 -EINVAL);
	for (const char *at = told.bytes; at; at = strchr(at + 1, '\n'))
		nr++;
	assert_int_equal(nr, TEST_TOLD_MAX);
	assert_string_equal(xdplab_error(),
			    "some/a.test: more than 1000 errors");
	xdplab_text_free(&text);
	xdplab_text_free(&told);
}

static void without_a_callback_the_first_is_the_error(void **state)
{
	static const char text[] = IN_TEST("expect DORP\n  expct PASS");
	struct xdplab_tests *tests;

	(void)state;
	assert_int_equal(
		test_read_text(&tests, "a.test", text, strlen(text), NULL),
		-EINVAL);
	assert_string_equal(xdplab_error(),
			    "a.test:5:10: expected a verdict: ABORTED, DROP, "
			    "PASS, TX or REDIRECT, not \"DORP\"");
	assert_string_equal(xdplab_remedy(), "did you mean DROP?");
}

static void what_is_no_text_is_refused(void **state)
{
	static const char text[] = HEAD "test \"a\0b\"\n";
	struct xdplab_text told = { 0 };
	struct xdplab_tests *tests;

	(void)state;
	assert_int_equal(read_bytes(&tests, text, sizeof(text) - 1, &told),
			 -EINVAL);
	assert_string_equal(told.bytes, "2:8: NUL byte: not a text file");
	xdplab_text_free(&told);
}

static void what_windows_calls_unicode_is_told(void **state)
{
	static const char text[] = "\xff\xfep\0r\0";
	struct xdplab_text told = { 0 };
	struct xdplab_tests *tests;

	(void)state;
	assert_int_equal(read_bytes(&tests, text, sizeof(text) - 1, &told),
			 -EINVAL);
	assert_string_equal(told.bytes, "1:4: UTF-16: expected UTF-8");
	xdplab_text_free(&told);
}

static void control_characters_are_not_told_as_they_are(void **state)
{
	(void)state;
	expect_mistakes(IN_TEST("context queue \x1b-x"),
			"5:17: expected a number from 0 to 4095, not \"?-x\"");
}

static void what_is_no_file_is_refused(void **state)
{
	char path[] = "/tmp/test_mistakes.XXXXXX";
	struct xdplab_tests *tests;
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(xdplab_tests_read(&tests, "/", NULL), -EISDIR);
	assert_int_equal(xdplab_tests_read(&tests, "/no such", NULL), -ENOENT);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, TEST_FILE_MAX + 1), 0);
	assert_int_equal(xdplab_tests_read(&tests, path, NULL), -EFBIG);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(xdplab_tests_read(&tests, path, NULL), -EINVAL);
	close(fd);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(xdplab_tests_read(&tests, path, NULL), -ENODATA);
	unlink(path);
}

static void files_of_other_systems_are_read(void **state)
{
	(void)state;
	xdplab_tests_free(
		read_text("\xef\xbb\xbf"
			  "program on lo\r\ntest \"a\"\r\n  send eth / ip(\r\n"
			  "    ttl=3)\r\n  expect PASS or \\\r\n  DROP\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_an_unknown_word_the_nearest_is_told),
		cmocka_unit_test(what_is_said_in_place_of_or_is_told),
		cmocka_unit_test(what_may_come_behind_a_packet_is_told),
		cmocka_unit_test(
			what_may_come_behind_a_file_of_packets_is_told),
		cmocka_unit_test(what_may_come_behind_an_item_is_told),
		cmocka_unit_test(
			a_program_that_could_not_be_read_is_not_told_to_lack),
		cmocka_unit_test(signs_of_other_languages_are_told),
		cmocka_unit_test(
			an_option_that_is_taken_for_a_function_is_told),
		cmocka_unit_test(the_statement_is_told_that_belongs_elsewhere),
		cmocka_unit_test(what_was_expected_there_is_told),
		cmocka_unit_test(numbers_have_to_be_in_their_range),
		cmocka_unit_test(
			strings_have_an_end_and_escapes_that_there_are),
		cmocka_unit_test(brackets_are_closed_by_their_like),
		cmocka_unit_test(indentation_has_to_be_that_of_the_block),
		cmocka_unit_test(
			tabs_and_blanks_can_be_used_in_different_blocks),
		cmocka_unit_test(there_is_one_program_or_a_chain),
		cmocka_unit_test(
			a_file_that_is_not_there_is_told_with_one_that_is),
		cmocka_unit_test(
			one_program_is_replaced_by_another_not_several),
		cmocka_unit_test(networks_are_of_addresses_and_names),
		cmocka_unit_test(there_are_so_many_interfaces_and_no_more),
		cmocka_unit_test(something_is_sent_and_something_expected),
		cmocka_unit_test(padding_is_of_what_is_shorter),
		cmocka_unit_test(names_of_tests_are_printable_and_of_one_alone),
		cmocka_unit_test(
			a_test_comes_after_another_and_not_after_itself),
		cmocka_unit_test(of_a_packet_its_own_parser_tells),
		cmocka_unit_test(all_mistakes_are_told_in_the_order_of_lines),
		cmocka_unit_test(
			what_is_missing_is_told_once_and_not_after_a_mistake),
		cmocka_unit_test(of_very_many_mistakes_a_thousand_are_told),
		cmocka_unit_test(without_a_callback_the_first_is_the_error),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(what_windows_calls_unicode_is_told),
		cmocka_unit_test(control_characters_are_not_told_as_they_are),
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(files_of_other_systems_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
