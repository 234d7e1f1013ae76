// SPDX-License-Identifier: GPL-2.0-only
/* test_pcap - files of packets that are read: whole, damaged, of other things */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

/* First: cmocka has a macro of the name of our fail(). */
#include "../../lib/internal.h"
#include "../../lib/packet/pcap.h"
#include <cmocka.h>

#include "captures.h"

/* ---- more of such files ---- */

#define BIG	"a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001 "
#define BIG_	"00000000 00000000 0000002a 0000002a "
#define NANO	"4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000 "
#define NANOBIG "a1b23c4d 0002 0004 00000000 00000000 00040000 00000001 "

/* pcapng: the section, the interface; then blocks, which end as they begin. */
#define NG                                                                     \
	"0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000 "      \
	"01000000 14000000 0100 0000 00000400 14000000 "
#define NG_(frame)                                                              \
	"06000000 4c000000 00000000 00000000 00000000 2a000000 2a000000 " frame \
	"0000 4c000000 "
#define NG_OTHER "0000adde 10000000 01020304 10000000 "
#define NGBIG                                                                  \
	"0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c "      \
	"00000001 00000014 0001 0000 00040000 00000014 "
#define NGBIG_(frame)                                                           \
	"00000006 0000004c 00000000 00000000 00000000 0000002a 0000002a " frame \
	"0000 0000004c "
#define NG_SIMPLE(frame) "03000000 3c000000 2a000000 " frame "0000 3c000000 "

static struct pcap_in *open_hex(const char *hex, const char *filter)
{
	struct pcap_in *in = NULL;

	write_hex(hex);
	assert_int_equal(pcap_in_open(&in, path, filter), 0);
	return in;
}

static void assert_refused(const char *hex, const char *reason)
{
	struct pcap_in *in = UNTOUCHED;

	write_hex(hex);
	assert_int_equal(pcap_in_open(&in, path, NULL), -EINVAL);
	assert_ptr_equal(in, UNTOUCHED);
	assert_non_null(strstr(xdplab_error(), reason));
	assert_memory_equal(xdplab_error(), path, strlen(path));
}

static void assert_broken(struct pcap_in *in, const char *reason)
{
	const uint8_t *bytes = UNTOUCHED;
	size_t length = 77;

	assert_int_equal(pcap_in_next(in, &bytes, &length), -EINVAL);
	assert_ptr_equal(bytes, UNTOUCHED);
	assert_int_equal(length, 77);
	assert_non_null(strstr(xdplab_error(), reason));
}

/* ---- reading ---- */

static void pcap_and_pcapng_are_read_in_both_byte_orders(void **state)
{
	static const char *const files[] = {
		LITTLE LITTLE_ DNS LITTLE_ WEB,	 BIG BIG_ DNS BIG_ WEB,
		NANO LITTLE_ DNS LITTLE_ WEB,	 NANOBIG BIG_ DNS BIG_ WEB,
		NG NG_(DNS) NG_OTHER NG_(WEB),	 NGBIG NGBIG_(DNS) NGBIG_(WEB),
		NG NG_SIMPLE(DNS) NG_SIMPLE(WEB)
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct pcap_in *in = open_hex(files[i], NULL);

		assert_next(in, DNS);
		assert_next(in, WEB);
		assert_end(in);
		assert_end(in);
		pcap_in_close(in);
	}
}

static void a_capture_may_be_without_packets(void **state)
{
	static const char *const files[] = { LITTLE, BIG, NANO, NG, NGBIG };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct pcap_in *in = open_hex(files[i], NULL);

		assert_end(in);
		pcap_in_close(in);
	}
}

static void only_what_fits_the_filter_passes(void **state)
{
	struct pcap_in *in = open_hex(
		LITTLE LITTLE_ WEB LITTLE_ DNS LITTLE_ WEB, "udp port 53");

	(void)state;
	assert_next(in, DNS);
	assert_end(in);
	pcap_in_close(in);
	in = open_hex(NG NG_(WEB) NG_(DNS), "dst host 10.0.0.2 and port 53");
	assert_next(in, DNS);
	assert_end(in);
	pcap_in_close(in);
}

static void a_filter_that_is_none_is_refused(void **state)
{
	struct pcap_in *in = UNTOUCHED;

	(void)state;
	write_hex(LITTLE LITTLE_ DNS);
	assert_int_equal(pcap_in_open(&in, path, "prot 53"), -EINVAL);
	assert_ptr_equal(in, UNTOUCHED);
	assert_non_null(strstr(xdplab_error(), "filter \"prot 53\": "));
	assert_non_null(strstr(xdplab_remedy(), "pcap-filter(7)"));
}

/* ---- what cannot be read ---- */

static void what_is_no_capture_is_refused(void **state)
{
	(void)state;
	assert_refused("", "libpcap cannot read it");
	assert_refused("68656c6c6f", "libpcap cannot read it");
	assert_refused("68656c6c6f20776f726c642068656c6c6f20776f726c64",
		       "libpcap cannot read it");
	assert_refused("d4c3b2a1 0200", "libpcap cannot read it");
	assert_refused("0a0d0d0a 1c000000 4d3c2b1a 0100",
		       "libpcap cannot read it");
	/* A section that says it is of four gigabytes. */
	assert_refused("0a0d0d0a fcffffff 4d3c2b1a 0100 0000 ffffffffffffffff",
		       "libpcap cannot read it");
}

static void what_is_no_file_is_refused(void **state)
{
	struct pcap_in *in = UNTOUCHED;

	(void)state;
	assert_int_equal(pcap_in_open(&in, path, NULL), -ENOENT);
	assert_int_equal(pcap_in_open(&in, "/", NULL), -EINVAL);
	assert_string_equal(xdplab_error(), "/: not a regular file");
	assert_int_equal(pcap_in_open(&in, "/dev/zero", NULL), -EINVAL);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(pcap_in_open(&in, path, NULL), -EINVAL);
	assert_ptr_equal(in, UNTOUCHED);
}

static void other_links_than_ethernet_are_named(void **state)
{
	(void)state;
	assert_refused("d4c3b2a1 0200 0400 00000000 00000000 00000400 71000000",
		       ": link type is Linux cooked v1, not Ethernet");
	assert_refused("d4c3b2a1 0200 0400 00000000 00000000 00000400 65000000",
		       ": link type is Raw IP, not Ethernet");
	assert_refused("d4c3b2a1 0200 0400 00000000 00000000 00000400 ff0f0000",
		       ": link type is 4095, not Ethernet");
}

static void a_second_interface_of_another_link_is_refused(void **state)
{
	struct pcap_in *in =
		open_hex(NG NG_(DNS) "01000000 14000000 7100 0000 00000400 "
				     "14000000" NG_(WEB),
			 NULL);

	(void)state;
	assert_next(in, DNS);
	assert_broken(in, ": packet 2: an interface has a type 113 ");
	pcap_in_close(in);
}

static void a_truncated_file_says_at_which_packet(void **state)
{
	static const char *const files[] = {
		LITTLE LITTLE_ DNS LITTLE_ "020000000002",
		LITTLE LITTLE_ DNS "00000000 00000000 2a00",
		NG NG_(DNS) "06000000 4c000000 00000000",
		NG NG_(DNS) "06",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct pcap_in *in = open_hex(files[i], NULL);

		assert_next(in, DNS);
		assert_broken(in, ": packet 2: truncated ");
		pcap_in_close(in);
	}
}

#define CUT_ "00000000 00000000 2a000000 dc050000 "

static void a_frame_that_was_cut_is_refused(void **state)
{
	struct pcap_in *in = open_hex(LITTLE LITTLE_ DNS CUT_ DNS, NULL);

	(void)state;
	assert_next(in, DNS);
	assert_broken(in,
		      ": packet 2: only 42 of its 1500 bytes were captured");
	assert_string_equal(xdplab_remedy(),
			    "capture full packets with tcpdump -s 0");
	pcap_in_close(in);
}

static void a_frame_that_was_cut_does_no_harm_to_others(void **state)
{
	struct pcap_in *in =
		open_hex(LITTLE CUT_ DNS LITTLE_ WEB CUT_ WEB, "port 80");

	(void)state;
	assert_next(in, WEB);
	assert_broken(in, ": packet 3: only 42 of its 1500 bytes");
	pcap_in_close(in);
}

static void a_huge_length_of_captures_is_as_good_as_any(void **state)
{
	struct pcap_in *in =
		open_hex("d4c3b2a1 0200 0400 00000000 00000000 ffffffff "
			 "01000000" LITTLE_ DNS,
			 NULL);

	(void)state;
	assert_next(in, DNS);
	assert_end(in);
	pcap_in_close(in);
}

static void a_huge_frame_is_refused(void **state)
{
	static const char *const frames[] = {
		LITTLE "00000000 00000000 ffffff7f ffffff7f" DNS,
		LITTLE "00000000 00000000 ffffffff ffffffff" DNS,
		NG "06000000 fcffffff 00000000 00000000 00000000 ccffffff"
		   "ccffffff" DNS,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		struct pcap_in *in = open_hex(frames[i], NULL);

		assert_broken(in, ": packet 1: ");
		pcap_in_close(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pcap_and_pcapng_are_read_in_both_byte_orders),
		TEST(a_capture_may_be_without_packets),
		TEST(only_what_fits_the_filter_passes),
		TEST(a_filter_that_is_none_is_refused),
		TEST(what_is_no_capture_is_refused),
		TEST(what_is_no_file_is_refused),
		TEST(other_links_than_ethernet_are_named),
		TEST(a_second_interface_of_another_link_is_refused),
		TEST(a_truncated_file_says_at_which_packet),
		TEST(a_frame_that_was_cut_is_refused),
		TEST(a_frame_that_was_cut_does_no_harm_to_others),
		TEST(a_huge_length_of_captures_is_as_good_as_any),
		TEST(a_huge_frame_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
