// SPDX-License-Identifier: GPL-2.0-only
/* lcov - what the tests have reached, as lcov and genhtml read it:
 * geninfo(1) describes the records */
#include <inttypes.h>
#include <string.h>

#include "cov.h"
#include "out.h"

static void print_record(FILE *file, const char *record, const char *text)
{
	char clean[4096];

	out_clean(clean, sizeof(clean), text);
	fprintf(file, "%s%s\n", record, clean);
}

static void print_functions(FILE *file,
			    const struct xdplab_coverage_line *lines, size_t nr)
{
	size_t found = 0, hit = 0;
	char record[64];

	for (size_t i = 0; i < nr; i++) {
		if (!cov_is_first_of_function(lines, i))
			continue;
		snprintf(record, sizeof(record), "FN:%u,", lines[i].line);
		print_record(file, record, lines[i].function);
	}
	for (size_t i = 0; i < nr; i++) {
		if (!cov_is_first_of_function(lines, i))
			continue;
		snprintf(record, sizeof(record), "FNDA:%" PRIu64 ",",
			 lines[i].hits);
		print_record(file, record, lines[i].function);
		found++;
		hit += lines[i].hits > 0;
	}
	fprintf(file, "FNF:%zu\nFNH:%zu\n", found, hit);
}

/* A branch of a line that was not reached has no number of times. */
static void print_branches(FILE *file, const struct xdplab_coverage_line *line,
			   uint32_t block)
{
	for (uint32_t i = 0; i < line->branches; i++) {
		fprintf(file, "BRDA:%u,%u,%u,", line->line, block, i);
		if (line->hits)
			fprintf(file, "%" PRIu64 "\n", line->ways[i].times);
		else
			fputs("-\n", file);
	}
}

static void print_all_branches(FILE *file,
			       const struct xdplab_coverage_line *lines,
			       size_t nr, const struct cov_sum *sum)
{
	for (size_t i = 0, block = 0; i < nr; i++) {
		block = i && lines[i].line == lines[i - 1].line ? block + 1 : 0;
		print_branches(file, &lines[i], block);
	}
	fprintf(file, "BRF:%zu\nBRH:%zu\n", sum->branches, sum->taken);
}

static void print_file(FILE *file, const struct xdplab_coverage_line *lines,
		       size_t nr)
{
	struct cov_sum sum = cov_count(lines, nr, NULL);
	struct xdplab_coverage_line line;

	fputs("TN:\n", file);
	print_record(file, "SF:", lines->file);
	print_functions(file, lines, nr);
	print_all_branches(file, lines, nr, &sum);
	for (size_t i = 0; i < nr;) {
		i += cov_line(&line, lines + i, nr - i);
		fprintf(file, "DA:%u,%" PRIu64 "\n", line.line, line.hits);
	}
	fprintf(file, "LF:%zu\nLH:%zu\nend_of_record\n", sum.lines,
		sum.reached);
}

void cov_lcov(const struct cov *cov, FILE *file)
{
	size_t nr;

	for (size_t i = 0; i < cov->nr; i += nr) {
		nr = cov_file(cov->lines + i, cov->nr - i);
		print_file(file, cov->lines + i, nr);
	}
}
