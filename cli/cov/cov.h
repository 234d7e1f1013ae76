/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cov.h - which lines and branches of programs the tests have reached
 *
 * cov.c adds up what workers tell, text.c, html.c and lcov.c show
 * it.
 */
#ifndef COV_H
#define COV_H

#include <stdio.h>
#include <jansson.h>

#include <xdplab.h>

struct cov {
	struct xdplab_coverage_line *lines; /* by file, line and function */
	size_t nr;
};

/* Adds a row of a line: `file`, `line`, `text`, `function`, `hits`, and `ways`,
 * how often each way out of its branches was taken, and the line it leads to.
 */
void cov_add(struct cov *cov, const json_t *row);
/* Makes one of those that are the same, and puts them in order. */
void cov_sort(struct cov *cov);
void cov_free(struct cov *cov);

/* How many of lines[0..nr) are of the first one's file. */
size_t cov_file(const struct xdplab_coverage_line *lines, size_t nr);
/* Makes one of those of a file that are of the first one's line, which several
 * functions can have.  How many they are; .ways is not added up. */
size_t cov_line(struct xdplab_coverage_line *line,
		const struct xdplab_coverage_line *lines, size_t nr);
/* Of lines[0..nr), which are the same line, the next line after `after` to
 * which its branches lead, but never did; 0: none. */
unsigned int cov_never(const struct xdplab_coverage_line *lines, size_t nr,
		       unsigned int after);
/* Whether none of lines[0..index) is of that one's function. */
bool cov_is_first_of_function(const struct xdplab_coverage_line *lines,
			      size_t index);

struct cov_sum {
	size_t lines, reached;
	size_t branches, taken;
};

/* Counts a file, lines[0..nr), or what of it is of a function. */
struct cov_sum cov_count(const struct xdplab_coverage_line *lines, size_t nr,
			 const char *function);

/* All files together. */
struct cov_sum cov_total(const struct cov *cov);

/* In hundredths, of which the last is not there before all is: 100 if `all` is
 * zero. */
int cov_percent(size_t part, size_t all);

void cov_text(const struct cov *cov, FILE *file);
void cov_lcov(const struct cov *cov, FILE *file);
void cov_html(const struct cov *cov, FILE *file);

/* ---- source.c ---- */

/*
 * The lines of the source from which lines[0..nr) were compiled, if it can be
 * found and still has the text of each of them; else NULL.  *nr_source is how
 * many they are.
 */
char **cov_source(const struct xdplab_coverage_line *lines, size_t nr,
		  size_t *nr_source);
void cov_source_free(char **source, size_t nr_source);

#endif
