// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_pcap - any bytes as a file of packets
 *
 * However far it can be read, it is read as far again from its beginning; what
 * is written of it is read as the same frames.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../lib/internal.h"
#include "../../lib/packet/pcap.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed);
/* libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t room);

static char directory[] = "/tmp/fuzz_pcap.XXXXXX";
static char given[64], copied[64];

static void remove_files(void)
{
	unlink(given);
	unlink(copied);
	rmdir(directory);
}

__attribute__((constructor)) static void make_files(void)
{
	if (!mkdtemp(directory))
		abort();
	snprintf(given, sizeof(given), "%s/given", directory);
	snprintf(copied, sizeof(copied), "%s/copied", directory);
	atexit(remove_files);
}

/* ---- where to begin, as libFuzzer does not see into libpcap ---- */

static const uint8_t pcap[] = {
	0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0,
	4,    0,    1,	  0,	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 14, 0, 0, 0,
	14,   0,    0,	  0,	2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0,  1, 8, 0,
};

static const uint8_t pcapng[] = {
	10, 13, 13, 10, 28,   0,    0,	  0,	0x4d, 0x3c, 0x2b, 0x1a,
	1,  0,	0,  0,	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	28, 0,	0,  0,	1,    0,    0,	  0,	20,   0,    0,	  0,
	1,  0,	0,  0,	0,    0,    4,	  0,	20,   0,    0,	  0,
	6,  0,	0,  0,	48,   0,    0,	  0,	0,    0,    0,	  0,
	0,  0,	0,  0,	0,    0,    0,	  0,	14,   0,    0,	  0,
	14, 0,	0,  0,	2,    0,    0,	  0,	0,    2,    2,	  0,
	0,  0,	0,  1,	8,    0,    0,	  0,	48,   0,    0,	  0,
};

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room,
			       unsigned int seed)
{
	const uint8_t *from = seed % 2 ? pcap : pcapng;
	size_t length = seed % 2 ? sizeof(pcap) : sizeof(pcapng);

	if (size >= 24 || room < length)
		return LLVMFuzzerMutate(bytes, size, room);
	memcpy(bytes, from, length);
	return length;
}

/* ---- what holds for any file ---- */

/* Writes what it finds into `to`, and returns how many packets that is. */
static size_t copy_all(struct pcap_in *in, struct pcap_out *to)
{
	const uint8_t *bytes;
	size_t length, nr;

	for (nr = 0; pcap_in_next(in, &bytes, &length) > 0; nr++)
		if (pcap_out_add(to, bytes, length))
			abort();
	return nr;
}

static void compare(struct pcap_in *in, struct pcap_in *copy, size_t nr)
{
	const uint8_t *a, *b;
	size_t length_a, length_b;

	for (size_t i = 0; i < nr; i++)
		if (pcap_in_next(in, &a, &length_a) != 1 ||
		    pcap_in_next(copy, &b, &length_b) != 1 ||
		    length_a != length_b || memcmp(a, b, length_a))
			abort();
	if (pcap_in_next(copy, &b, &length_b))
		abort();
}

/* What `in` finds, from its beginning on, and what `again` finds likewise. */
static void copy_and_compare(struct pcap_in *in, struct pcap_in *again)
{
	struct pcap_in *copy;
	struct pcap_out *to;
	size_t nr;

	if (pcap_out_open(&to, copied))
		abort();
	nr = copy_all(in, to);
	if (pcap_out_close(to) || pcap_in_open(&copy, copied, NULL))
		abort();
	compare(again, copy, nr);
	pcap_in_close(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	FILE *file = fopen(given, "w");
	const char *filter = size % 2 ? "ip or ether[0] > 2" : NULL;
	struct pcap_in *in, *again;
	int err;

	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file))
		abort();
	fail(0, "%s", "");
	err = pcap_in_open(&in, given, filter);
	if (!err) {
		if (pcap_in_open(&again, given, filter))
			abort();
		copy_and_compare(in, again);
		pcap_in_close(in);
		pcap_in_close(again);
	} else if (err != -EINVAL || !*xdplab_error()) {
		abort();
	}
	return 0;
}
