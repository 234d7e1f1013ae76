// SPDX-License-Identifier: GPL-2.0-only
/* cov - lines and branches that the tests have reached, added up */
#include <stdlib.h>
#include <string.h>

#include "cov.h"
#include "test/test.h"

static char *copy(const json_t *row, const char *key)
{
	return need_memory(strdup(row_text(row, key)));
}

static struct xdplab_coverage_way *copy_ways(const json_t *list, uint32_t nr)
{
	struct xdplab_coverage_way *ways =
		need_memory(calloc(nr + 1, sizeof(*ways)));

	for (uint32_t i = 0; i < nr; i++) {
		const json_t *way = json_array_get(list, i);

		ways[i].times = json_integer_value(json_array_get(way, 0));
		ways[i].to = json_integer_value(json_array_get(way, 1));
	}
	return ways;
}

void cov_add(struct cov *cov, const json_t *row)
{
	const json_t *ways = json_object_get(row, "ways");
	struct xdplab_coverage_line *line;

	cov->lines = need_memory(
		reallocarray(cov->lines, cov->nr + 1, sizeof(*cov->lines)));
	line = &cov->lines[cov->nr++];
	*line = (struct xdplab_coverage_line){
		.file = copy(row, "file"),
		.line = row_number(row, "line"),
		.text = copy(row, "text"),
		.function = copy(row, "function"),
		.hits = row_number(row, "hits"),
		.branches = json_array_size(ways),
		.ways = copy_ways(ways, json_array_size(ways)),
	};
	for (uint32_t i = 0; i < line->branches; i++)
		line->taken += line->ways[i].times > 0;
}

static void free_line(struct xdplab_coverage_line *line)
{
	free((void *)line->file);
	free((void *)line->text);
	free((void *)line->function);
	free((void *)line->ways);
}

void cov_free(struct cov *cov)
{
	for (size_t i = 0; i < cov->nr; i++)
		free_line(&cov->lines[i]);
	free(cov->lines);
	*cov = (struct cov){ 0 };
}

/* ---- the same line, seen by several workers ---- */

static int compare(const void *a, const void *b)
{
	const struct xdplab_coverage_line *one = a, *other = b;
	int order = strcmp(one->file, other->file);

	if (!order && one->line != other->line)
		order = one->line < other->line ? -1 : 1;
	if (!order)
		order = strcmp(one->function, other->function);
	/* Of two programs that were compiled differently. */
	if (!order && one->branches != other->branches)
		order = one->branches < other->branches ? -1 : 1;
	return order;
}

static void merge(struct xdplab_coverage_line *into,
		  struct xdplab_coverage_line *line)
{
	struct xdplab_coverage_way *ways = (void *)into->ways;

	into->hits += line->hits;
	into->taken = 0;
	for (uint32_t i = 0; i < into->branches; i++) {
		ways[i].times += line->ways[i].times;
		into->taken += ways[i].times > 0;
	}
	free_line(line);
}

void cov_sort(struct cov *cov)
{
	size_t nr = 0;

	if (cov->nr)
		qsort(cov->lines, cov->nr, sizeof(*cov->lines), compare);
	for (size_t i = 0; i < cov->nr; i++) {
		if (nr && !compare(&cov->lines[nr - 1], &cov->lines[i]))
			merge(&cov->lines[nr - 1], &cov->lines[i]);
		else
			cov->lines[nr++] = cov->lines[i];
	}
	cov->nr = nr;
}

/* ---- parts ---- */

size_t cov_file(const struct xdplab_coverage_line *lines, size_t nr)
{
	size_t i = 1;

	while (i < nr && !strcmp(lines[i].file, lines->file))
		i++;
	return i;
}

size_t cov_line(struct xdplab_coverage_line *line,
		const struct xdplab_coverage_line *lines, size_t nr)
{
	size_t i = 1;

	*line = lines[0];
	for (; i < nr && lines[i].line == line->line; i++) {
		line->hits += lines[i].hits;
		line->branches += lines[i].branches;
		line->taken += lines[i].taken;
	}
	line->ways = NULL;
	return i;
}

/* Whether none of the ways to that line was taken, of which there are some. */
static bool is_never_taken(const struct xdplab_coverage_line *lines, size_t nr,
			   unsigned int to)
{
	for (size_t i = 0; i < nr; i++)
		for (uint32_t k = 0; k < lines[i].branches; k++)
			if (lines[i].ways[k].to == to && lines[i].ways[k].times)
				return false;
	return true;
}

unsigned int cov_never(const struct xdplab_coverage_line *lines, size_t nr,
		       unsigned int after)
{
	unsigned int least = 0;

	for (size_t i = 0; i < nr; i++)
		for (uint32_t k = 0; k < lines[i].branches; k++) {
			unsigned int to = lines[i].ways[k].to;

			if (to > after && to != lines[i].line &&
			    (!least || to < least) &&
			    is_never_taken(lines, nr, to))
				least = to;
		}
	return least;
}

bool cov_is_first_of_function(const struct xdplab_coverage_line *lines,
			      size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (!strcmp(lines[i].function, lines[index].function))
			return false;
	return true;
}

struct cov_sum cov_count(const struct xdplab_coverage_line *lines, size_t nr,
			 const char *function)
{
	struct cov_sum sum = { 0 };
	unsigned int number = 0;
	bool reached = false;

	for (size_t i = 0; i < nr; i++) {
		if (function && strcmp(lines[i].function, function))
			continue;
		if (lines[i].line != number) {
			number = lines[i].line;
			reached = false;
			sum.lines++;
		}
		sum.reached += lines[i].hits && !reached;
		reached |= lines[i].hits > 0;
		sum.branches += lines[i].branches;
		sum.taken += lines[i].taken;
	}
	return sum;
}

struct cov_sum cov_total(const struct cov *cov)
{
	struct cov_sum total = { 0 };
	size_t nr;

	for (size_t i = 0; i < cov->nr; i += nr) {
		struct cov_sum sum;

		nr = cov_file(cov->lines + i, cov->nr - i);
		sum = cov_count(cov->lines + i, nr, NULL);
		total.lines += sum.lines;
		total.reached += sum.reached;
		total.branches += sum.branches;
		total.taken += sum.taken;
	}
	return total;
}

int cov_percent(size_t part, size_t all)
{
	return all ? (int)(100 * part / all) : 100;
}
