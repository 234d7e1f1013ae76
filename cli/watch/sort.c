// SPDX-License-Identifier: GPL-2.0-only
/* sort - lines in another order */
#include <stdlib.h>
#include <string.h>

#include "watch.h"

const char *watch_order_name(enum watch_order order)
{
	static const char *const names[WATCH_ORDERS] = {
		[WATCH_AS_IT_IS] = "interface",
		[WATCH_BY_PACKETS] = "packets/s",
		[WATCH_BY_BYTES] = "bytes/s",
		[WATCH_BY_DROPS] = "drops/s",
		[WATCH_BY_NAME] = "name",
	};

	return names[order];
}

/* A line with what it is ordered by: that of its chain, and where it was. */
struct keyed {
	struct watch_line line;
	double number;
	const char *name;
	size_t group, at;
};

static double map_number(const struct watch_line *line)
{
	return line->number ? line->number->counter.rate : -1;
}

static double program_number(const struct watch_program *program,
			     enum watch_order order)
{
	switch (order) {
	case WATCH_BY_PACKETS:
		return program_pps(program);
	case WATCH_BY_BYTES:
		return tally_bytes_rate(&program->tally);
	case WATCH_BY_DROPS:
		return program->tally.packets[1].rate;
	default:
		return 0;
	}
}

static double number_of(const struct watch_line *line, enum watch_order order)
{
	if (order == WATCH_BY_NAME)
		return 0;
	if (line->map)
		return map_number(line);
	return line->program ? program_number(line->program, order) : -1;
}

static const char *name_of(const struct watch_line *line,
			   enum watch_order order)
{
	if (order != WATCH_BY_NAME)
		return "";
	if (line->map)
		return line->map->name;
	return line->program ? line->program->name : "";
}

static int compare(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;
	int names = strcmp(left->name, right->name);

	if (left->number != right->number)
		return left->number > right->number ? -1 : 1;
	if (names)
		return names;
	if (left->group != right->group)
		return left->group < right->group ? -1 : 1;
	return left->at < right->at ? -1 : left->at > right->at;
}

void watch_lines_sort(struct watch_lines *lines, enum watch_order order)
{
	struct keyed *keyed;
	size_t group = 0;

	if (order == WATCH_AS_IT_IS || !lines->nr)
		return;
	keyed = need_memory(calloc(lines->nr, sizeof(*keyed)));
	for (size_t i = 0; i < lines->nr; i++) {
		const struct watch_line *line = &lines->lines[i];

		group += !line->stage;
		keyed[i] = (struct keyed){ *line, number_of(line, order),
					   name_of(line, order), group, i };
	}
	qsort(keyed, lines->nr, sizeof(*keyed), compare);
	for (size_t i = 0; i < lines->nr; i++) {
		lines->lines[i] = keyed[i].line;
		lines->lines[i].again &=
			i && keyed[i - 1].line.map == keyed[i].line.map;
	}
	free(keyed);
}
