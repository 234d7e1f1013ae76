/* SPDX-License-Identifier: GPL-2.0-only */
/* captures.h - files of packets, written as hexadecimal */
#ifndef CAPTURES_H
#define CAPTURES_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Two frames, to port 53 and 80 of UDP over IPv4, without payload. */
#define FRAME(port)                                                            \
	"020000000002 020000000001 0800"                                       \
	"4500001c 00010000 40110000 0a000001 0a000002"                         \
	"0400" port "0008 0000 "
#define DNS FRAME("0035")
#define WEB FRAME("0050")

/* The header of a file, and of a frame of 42 bytes, all of them there. */
#define LITTLE	"d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000 "
#define LITTLE_ "00000000 00000000 2a000000 2a000000 "

#define UNTOUCHED ((void *)1)

static char path[512];

static inline int hex_digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static inline size_t from_hex(uint8_t *bytes, const char *hex)
{
	size_t length = 0;

	while (*(hex += strspn(hex, " "))) {
		bytes[length++] = hex_digit(hex[0]) << 4 | hex_digit(hex[1]);
		hex += 2;
	}
	return length;
}

static inline void write_hex(const char *hex)
{
	FILE *file = fopen(path, "w");
	uint8_t bytes[1024];
	size_t length = from_hex(bytes, hex);

	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static inline void assert_next(struct pcap_in *in, const char *hex)
{
	const uint8_t *bytes = NULL;
	uint8_t wanted[1024];
	size_t length = 0;

	assert_int_equal(pcap_in_next(in, &bytes, &length), 1);
	assert_int_equal(length, from_hex(wanted, hex));
	assert_memory_equal(bytes, wanted, length);
}

static inline void assert_end(struct pcap_in *in)
{
	const uint8_t *bytes = UNTOUCHED;
	size_t length = 77;

	assert_int_equal(pcap_in_next(in, &bytes, &length), 0);
	assert_ptr_equal(bytes, UNTOUCHED);
	assert_int_equal(length, 77);
}

/* Each test has a file of its own, and closes what it opens. */
static inline int nr_descriptors(void)
{
	int nr = 0;

	for (int fd = 0; fd < 256; fd++)
		nr += fcntl(fd, F_GETFD) >= 0;
	return nr;
}

static int descriptors_before;

static inline int make_path(void **state)
{
	const char *directory = getenv("TMPDIR") ?: "/tmp";

	(void)state;
	snprintf(path, sizeof(path), "%s/test_pcap.%d", directory, getpid());
	descriptors_before = nr_descriptors();
	return 0;
}

static inline int remove_path(void **state)
{
	(void)state;
	unlink(path);
	return nr_descriptors() != descriptors_before;
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, make_path, remove_path)

#endif
