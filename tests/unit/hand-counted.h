/* SPDX-License-Identifier: GPL-2.0-only */
/* hand-counted.h - how often the lines of tests/bpf/cov_*.bpf.c are reached, as
 * their sources say; cov_returns.bpf.c explains how */
#ifndef HAND_COUNTED_H
#define HAND_COUNTED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NR_PACKETS 8
#define MAX_LINES  200

struct wanted {
	bool counted, none, jumps; /* what of the rest is said */
	unsigned int hits;
	unsigned int branches, taken;
	bool decides[NR_PACKETS];
};

/* The words of the comment that ends a line. */
static inline void read_comment(struct wanted *wanted, char *comment)
{
	bool decides = false;

	for (char *word = strtok(comment, " "); word;
	     word = strtok(NULL, " ")) {
		unsigned int first = strtoul(word, &word, 10);

		if (*word == '/') {
			wanted->jumps = true;
			wanted->taken = first;
			wanted->branches = strtoul(word + 1, NULL, 10);
		} else if (*word == '<')
			decides = true;
		else if (*word == '-')
			wanted->none = true;
		else if (decides)
			wanted->decides[first] = true;
		else
			wanted->counted = true, wanted->hits = first;
	}
}

static inline void read_source(struct wanted wanted[MAX_LINES],
			       const char *name)
{
	char path[256], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "tests/bpf/%s.bpf.c", name);
	file = fopen(path, "r");
	assert_non_null(file);
	memset(wanted, 0, MAX_LINES * sizeof(*wanted));
	for (int i = 1; fgets(line, sizeof(line), file); i++) {
		char *comment = strstr(line, "/* ");
		char *end = comment ? strstr(comment, " */\n") : NULL;

		assert_true(i < MAX_LINES);
		if (!end || comment == line)
			continue;
		*end = 0;
		read_comment(&wanted[i], comment + strlen("/* "));
	}
	fclose(file);
}

/* ---- whether it is so ---- */

/* Every decision that the source has is at its line, and every other one is
 * anywhere else. */
static inline size_t check_decision(const char *name,
				    const struct wanted *wanted, int packet,
				    unsigned int line)
{
	size_t wrong = 0;

	for (unsigned int i = 1; i < MAX_LINES; i++) {
		if (!wanted[i].decides[packet] || line == i)
			continue;
		print_error("%s: packet %d is decided in line %u, not %u\n",
			    name, packet, i, line);
		wrong++;
	}
	return wrong;
}

static inline size_t check_line(const char *name, unsigned int number,
				const struct wanted *wanted,
				const struct xdplab_coverage_line *line)
{
	static const struct xdplab_coverage_line nothing;
	bool wrong = line ? wanted->none : wanted->counted;

	line = line ?: &nothing;
	wrong |= wanted->counted && wanted->hits != line->hits;
	wrong |= wanted->jumps && (wanted->branches != line->branches ||
				   wanted->taken != line->taken);
	if (wrong)
		print_error("%s: line %u is reached %lu times, %u/%u\n", name,
			    number, (unsigned long)line->hits, line->taken,
			    line->branches);
	return wrong;
}

static inline size_t check_lines(const char *name, const struct wanted *wanted,
				 const struct xdplab_coverage *coverage)
{
	const struct xdplab_coverage_line *found[MAX_LINES] = { 0 };
	size_t wrong = 0;

	for (size_t i = 0; i < xdplab_coverage_count(coverage); i++) {
		const struct xdplab_coverage_line *line =
			xdplab_coverage_at(coverage, i);

		if (line->line < MAX_LINES && strstr(line->file, name))
			found[line->line] = line;
	}
	for (unsigned int i = 1; i < MAX_LINES; i++)
		wrong += check_line(name, i, &wanted[i], found[i]);
	return wrong;
}

#endif
