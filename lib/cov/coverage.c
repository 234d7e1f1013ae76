// SPDX-License-Identifier: LGPL-2.1-only
/* coverage - how often the lines of several programs were reached */
#include <errno.h>
#include <stdlib.h>

#include "instrument.h"
#include "internal.h"
#include "test/test.h"

struct xdplab_coverage {
	struct coverage_line *lines;
	size_t nr;
};

/* Of lines that are not counted there is nothing to take over. */
static int append(struct xdplab_coverage *coverage,
		  const struct coverage_line *lines, size_t nr)
{
	struct coverage_line *more = reallocarray(
		coverage->lines, coverage->nr + nr + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	coverage->lines = more;
	for (size_t i = 0; i < nr; i++)
		if (lines[i].counted)
			more[coverage->nr++] = lines[i];
	return 0;
}

static int read_program(struct xdplab_coverage *coverage,
			struct counting *counting)
{
	struct coverage_line *lines;
	size_t nr;
	int err = coverage_lines(&lines, &nr, counting);

	if (err)
		return err;
	err = append(coverage, lines, nr);
	if (err)
		coverage_lines_free(lines, nr);
	else
		free(lines);
	return err;
}

static int by_line(const void *a, const void *b)
{
	const struct coverage_line *first = a, *second = b;

	return coverage_compare(first->shown.file, first->shown.line,
				second->shown.file, second->shown.line);
}

/* Several programs have code of the same line. */
static int merge(struct xdplab_coverage *coverage)
{
	struct coverage_line *lines = coverage->lines;
	size_t all = coverage->nr;
	int err = 0;

	qsort(lines, all, sizeof(*lines), by_line);
	coverage->nr = 0;
	for (size_t i = 0; i < all; i++) {
		struct coverage_line *last;

		if (!i || by_line(&lines[coverage->nr - 1], &lines[i])) {
			lines[coverage->nr++] = lines[i];
			continue;
		}
		last = &lines[coverage->nr - 1];
		last->shown.hits += lines[i].shown.hits;
		if (!err && lines[i].ways)
			err = coverage_add_ways(last, lines[i].ways,
						lines[i].shown.branches);
		free(lines[i].ways);
	}
	return err;
}

int coverage_of(struct xdplab_coverage **out, struct counting *const *countings,
		size_t nr)
{
	struct xdplab_coverage *coverage = calloc(1, sizeof(*coverage));
	int err = coverage ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < nr; i++)
		err = read_program(coverage, countings[i]);
	if (!err)
		err = merge(coverage);
	if (err) {
		xdplab_coverage_free(coverage);
		return fail(err, "coverage: out of memory");
	}
	if (!coverage->nr) {
		xdplab_coverage_free(coverage);
		fail(-ENODATA,
		     "coverage: the programs have no line information");
		return advise(-ENODATA, "compile them with `clang -g`");
	}
	*out = coverage;
	return 0;
}

int xdplab_coverage_read(struct xdplab_coverage **out,
			 const struct xdplab_tests *tests)
{
	if (!tests->nr_counted)
		return fail(-ENODATA, "coverage: no data");
	return coverage_of(out, tests->counted, tests->nr_counted);
}

size_t xdplab_coverage_count(const struct xdplab_coverage *coverage)
{
	return coverage->nr;
}

const struct xdplab_coverage_line *
xdplab_coverage_at(const struct xdplab_coverage *coverage, size_t index)
{
	return index < coverage->nr ? &coverage->lines[index].shown : NULL;
}

void xdplab_coverage_free(struct xdplab_coverage *coverage)
{
	if (!coverage)
		return;
	coverage_lines_free(coverage->lines, coverage->nr);
	free(coverage);
}
