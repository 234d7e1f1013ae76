// SPDX-License-Identifier: GPL-2.0-only
/*
 * map - what bench/map.sh needs besides the tools that it compares
 *
 *	map fill PIN             a million entries of struct rec by a number
 *	map load PIN             what `xdplab map save` printed, as xdplab reads
 *	                         it, but written by one call for each entry
 *	map batch PIN            the same entries, for `bpftool batch file`
 *	map memory COMMAND...    the most memory that it had, in MiB
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <xdplab.h>

#define ENTRIES 1000000U

struct rec {
	uint64_t rx_packets, rx_bytes;
};

static int die(const char *what)
{
	fprintf(stderr, "map: %s\n", what);
	exit(EXIT_FAILURE);
}

static struct xdplab_map *open_map(const char *pin)
{
	struct xdplab_map *map;

	if (xdplab_map_open(&map, pin))
		die(xdplab_error());
	return map;
}

static void make(uint32_t i, uint32_t *key, struct rec *value)
{
	*key = i * 2654435761U;
	*value = (struct rec){ i * 12345ULL, i * 1500000ULL };
}

static int fill(const char *pin)
{
	struct xdplab_map *map = open_map(pin);
	struct rec value;
	uint32_t key;

	for (uint32_t i = 0; i < ENTRIES; i++) {
		make(i, &key, &value);
		if (xdplab_map_set(map, &key, &value, BPF_ANY))
			die(xdplab_error());
	}
	xdplab_map_close(map);
	return EXIT_SUCCESS;
}

static void read_entry(const struct xdplab_map *map, const char *line,
		       void *key, void *value)
{
	const char *at = line + strlen("{\"key\":");

	if (xdplab_value_parse(xdplab_map_key_type(map), key, at, &at))
		die(xdplab_error());
	at += strlen(",\"value\":");
	if (xdplab_value_parse(xdplab_map_value_type(map), value, at, &at))
		die(xdplab_error());
}

static int load(const char *pin)
{
	struct xdplab_map *map = open_map(pin);
	char *line = NULL;
	struct rec value;
	size_t room = 0;
	uint32_t key;

	if (getline(&line, &room, stdin) < 0)
		die("nothing to load");
	while (getline(&line, &room, stdin) > 0) {
		read_entry(map, line, &key, &value);
		if (xdplab_map_set(map, &key, &value, BPF_ANY))
			die(xdplab_error());
	}
	free(line);
	xdplab_map_close(map);
	return EXIT_SUCCESS;
}

static void print_bytes(const char *what, const void *bytes, size_t size)
{
	printf(" %s hex", what);
	for (size_t i = 0; i < size; i++)
		printf(" %02x", ((const unsigned char *)bytes)[i]);
}

static int batch(const char *pin)
{
	struct rec value;
	uint32_t key;

	for (uint32_t i = 0; i < ENTRIES; i++) {
		make(i, &key, &value);
		printf("map update pinned %s", pin);
		print_bytes("key", &key, sizeof(key));
		print_bytes("value", &value, sizeof(value));
		putchar('\n');
	}
	return EXIT_SUCCESS;
}

static int memory(char **command)
{
	struct rusage usage;
	pid_t child = fork();

	if (child < 0)
		die(strerror(errno));
	if (!child) {
		if (freopen("/dev/null", "w", stdout))
			execvp(command[0], command);
		_exit(127);
	}
	if (wait4(child, NULL, 0, &usage) < 0)
		die(strerror(errno));
	printf("%.1f\n", usage.ru_maxrss / 1024.0);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc >= 3 && !strcmp(argv[1], "fill"))
		return fill(argv[2]);
	if (argc >= 3 && !strcmp(argv[1], "load"))
		return load(argv[2]);
	if (argc >= 3 && !strcmp(argv[1], "batch"))
		return batch(argv[2]);
	if (argc >= 3 && !strcmp(argv[1], "memory"))
		return memory(argv + 2);
	return die("fill, load, batch or memory?");
}
