// SPDX-License-Identifier: GPL-2.0-only
/* text - what the tests have reached, and what not, as text */
#include <string.h>

#include "cov.h"
#include "out.h"
#include "test/test.h"

#define ALL_FILES "all files"

static void print_part(FILE *file, size_t part, size_t all)
{
	char text[64];

	snprintf(text, sizeof(text), "%zu of %zu", part, all);
	if (all)
		fprintf(file, "  %12s %3d%%", text, cov_percent(part, all));
	else
		fprintf(file, "  %17s", "none");
}

static void print_sum(FILE *file, int indent, const char *name, size_t width,
		      struct cov_sum sum)
{
	char clean[1024];

	out_clean(clean, sizeof(clean), name);
	fprintf(file, "%*s%s%*s", indent, "", clean,
		(int)(width - indent - out_width(clean)), "");
	print_part(file, sum.reached, sum.lines);
	print_part(file, sum.taken, sum.branches);
	fputc('\n', file);
}

static size_t widest(const struct cov *cov)
{
	size_t width = strlen(ALL_FILES);

	for (size_t i = 0; i < cov->nr; i++) {
		size_t name = out_width(test_near_path(cov->lines[i].file));
		size_t function = out_width(cov->lines[i].function) + 2;

		width = name > width ? name : width;
		width = function > width ? function : width;
	}
	return width;
}

static void print_file(FILE *file, const struct xdplab_coverage_line *lines,
		       size_t nr, size_t width)
{
	print_sum(file, 0, test_near_path(lines->file), width,
		  cov_count(lines, nr, NULL));
	for (size_t i = 0; i < nr; i++) {
		const char *function = lines[i].function;

		if (cov_is_first_of_function(lines, i))
			print_sum(file, 2, function, width,
				  cov_count(lines, nr, function));
	}
}

static void print_clean(FILE *file, const char *text)
{
	char clean[2048];

	out_clean(clean, sizeof(clean), text);
	fputs(clean, file);
}

/* Also to which lines none of them lead. */
static void print_taken(FILE *file, const struct xdplab_coverage_line *line,
			const struct xdplab_coverage_line *lines, size_t nr)
{
	const char *before = ", never to line ";

	fprintf(file, "%u of %u branches taken", line->taken, line->branches);
	for (unsigned int to = cov_never(lines, nr, 0); to;
	     to = cov_never(lines, nr, to)) {
		fprintf(file, "%s%u", before, to);
		before = ", ";
	}
}

/* What an editor can follow: FILE:LINE: what is wrong, and the source.  `line` is
 * what lines[0..nr) are together. */
static void print_missing(FILE *file, const struct xdplab_coverage_line *line,
			  const struct xdplab_coverage_line *lines, size_t nr)
{
	if (line->hits && line->taken == line->branches)
		return;
	print_clean(file, test_near_path(line->file));
	fprintf(file, ":%u: ", line->line);
	if (line->hits)
		print_taken(file, line, lines, nr);
	else
		fputs("not reached", file);
	fputs(": ", file);
	print_clean(file, line->text + strspn(line->text, " \t"));
	fputc('\n', file);
}

static void print_missing_of_file(FILE *file,
				  const struct xdplab_coverage_line *lines,
				  size_t nr)
{
	struct xdplab_coverage_line line;

	for (size_t i = 0, same; i < nr; i += same) {
		same = cov_line(&line, lines + i, nr - i);
		print_missing(file, &line, lines + i, same);
	}
}

void cov_text(const struct cov *cov, FILE *file)
{
	size_t width = widest(cov), nr_files = 0, nr;

	fprintf(file, "\n%*s  %17s  %17s\n", (int)width, "", "lines reached",
		"branches taken");
	for (size_t i = 0; i < cov->nr; i += nr) {
		nr = cov_file(cov->lines + i, cov->nr - i);
		print_file(file, cov->lines + i, nr, width);
		nr_files++;
	}
	if (nr_files > 1)
		print_sum(file, 0, ALL_FILES, width, cov_total(cov));
	fputc('\n', file);
	for (size_t i = 0; i < cov->nr; i += nr) {
		nr = cov_file(cov->lines + i, cov->nr - i);
		print_missing_of_file(file, cov->lines + i, nr);
	}
}
