// SPDX-License-Identifier: GPL-2.0-only
/*
 * test - what bench/test.sh needs besides the commands that it compares
 *
 *	test loop OBJECT NR      runs its program NR times, a system call each
 *	test pcap NR             a capture of NR packets, on stdout
 *	test file OBJECT NR      a file of NR tests, on stdout
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <xdplab.h>

#define LENGTH 64

static int die(const char *what)
{
	fprintf(stderr, "test: %s\n", what);
	exit(EXIT_FAILURE);
}

/* UDP from another port each. */
static void make(uint8_t packet[LENGTH], uint32_t i)
{
	static const char text[] = "eth / ip(id=7) / udp(chksum=0) / bytes(22)";
	struct xdplab_packet *parsed;
	size_t length;

	if (!i) {
		if (xdplab_packet_parse(&parsed, text, NULL, NULL))
			die(xdplab_error());
		memcpy(packet, xdplab_packet_bytes(parsed, &length), LENGTH);
		xdplab_packet_free(parsed);
	}
	packet[34] = i >> 8;
	packet[35] = i;
}

/* The packet that comes out is wanted, too, as a test does. */
static int loop(const char *path, uint32_t nr)
{
	uint8_t packet[LENGTH], out[LENGTH + 256];
	struct timespec begin, end;
	struct xdplab_prog *prog;

	if (xdplab_prog_open(&prog, path, NULL) || xdplab_prog_load(prog, 0))
		die(xdplab_error());
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (uint32_t i = 0; i < nr; i++) {
		LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet,
			    .data_size_in = LENGTH, .data_out = out,
			    .data_size_out = sizeof(out), .repeat = 1);

		make(packet, i);
		if (bpf_prog_test_run_opts(xdplab_prog_fd(prog), &opts))
			die("test run");
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	xdplab_prog_free(prog);
	printf("%.0f runs a second\n",
	       nr / ((double)(end.tv_sec - begin.tv_sec) +
		     (double)(end.tv_nsec - begin.tv_nsec) / 1e9));
	return EXIT_SUCCESS;
}

struct record {
	uint32_t seconds, micros, captured, length;
	uint8_t packet[LENGTH];
};

static int write_pcap(uint32_t nr)
{
	const uint32_t head[] = { 0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 1 };
	struct record record = { .captured = LENGTH, .length = LENGTH };

	fwrite(head, sizeof(head), 1, stdout);
	for (uint32_t i = 0; i < nr; i++) {
		make(record.packet, i);
		fwrite(&record, sizeof(record), 1, stdout);
	}
	return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int write_file(const char *path, uint32_t nr)
{
	printf("program \"%s\"\n", path);
	for (uint32_t i = 0; i < nr; i++)
		printf("\ntest \"packets from port %u pass\"\n"
		       "  send eth / ip / udp(sport=%u, dport=53) / \"hello\"\n"
		       "  expect PASS eth / ip / udp(sport=%u, dport=53) / "
		       "\"hello\"\n",
		       i + 1024, i + 1024, i + 1024);
	return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "loop"))
		return loop(argv[2], atoi(argv[3]));
	if (argc == 3 && !strcmp(argv[1], "pcap"))
		return write_pcap(atoi(argv[2]));
	if (argc == 4 && !strcmp(argv[1], "file"))
		return write_file(argv[2], atoi(argv[3]));
	return die("loop OBJECT NR | pcap NR | file OBJECT NR");
}
