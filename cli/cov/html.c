// SPDX-License-Identifier: GPL-2.0-only
/* html - what the tests have reached, as one page of HTML with the source in
 * colours, which needs nothing beside it */
#include <inttypes.h>
#include <string.h>

#include "cov.h"
#include "test/test.h"
#include "xml.h"

static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head>\n"
	"<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n"
	"<title>Coverage</title>\n"
	"<style>\n"
	":root { color-scheme: light dark; --hit: #d8f3dc; --part: #ffeeba;\n"
	"  --miss: #f8c9c9; --dim: #666 }\n"
	"@media (prefers-color-scheme: dark) {\n"
	"  :root { --hit: #12391f; --part: #4a3b0a; --miss: #561c1c;\n"
	"    --dim: #aaa } }\n"
	"body { font-family: sans-serif; margin: 2em }\n"
	"a { color: inherit }\n"
	"table { border-collapse: collapse }\n"
	"td, th { padding: 0 .7em; text-align: right }\n"
	"td:first-child, th:first-child { text-align: left }\n"
	".sum td, .sum th { padding: .1em .7em }\n"
	".sum td.function { padding-left: 2em }\n"
	".sum .total td { border-top: 1px solid }\n"
	".sum .bar { min-width: 5em; background: linear-gradient(to right,\n"
	"  var(--hit) var(--part-of), var(--miss) var(--part-of)) }\n"
	".key span { padding: .1em .7em }\n"
	".source { font-family: monospace; width: 100%; margin-bottom: 2em }\n"
	".source th { font-weight: normal; color: var(--dim) }\n"
	".source td { text-align: right; color: var(--dim); width: 1% }\n"
	".source td:last-child, .source th:last-child { text-align: left }\n"
	".source td:last-child { white-space: pre; color: inherit;\n"
	"  width: auto; tab-size: 8 }\n"
	".source a { text-decoration: none }\n"
	":target td { outline: 1px solid }\n"
	"span.hit, .hit td:last-child { background: var(--hit) }\n"
	"span.part, .part td:last-child { background: var(--part) }\n"
	"span.miss, .miss td:last-child { background: var(--miss) }\n"
	"</style>\n"
	"</head>\n"
	"<body>\n"
	"<h1>Coverage</h1>\n";

static const char key[] =
	"<p class=\"key\"><span class=\"hit\">reached</span>\n"
	"<span class=\"part\">reached, but not all of its branches taken</span>\n"
	"<span class=\"miss\">not reached</span>\n"
	"<span>without colour: no code of its own, or none that can be reached</span>\n";

static void print_text(FILE *file, const char *text)
{
	xml_line(file, text, strlen(text));
}

/* ---- sums ---- */

static void print_part(FILE *file, size_t part, size_t all)
{
	int percent = cov_percent(part, all);

	if (all)
		fprintf(file,
			"<td>%zu of %zu<td class=\"bar\" "
			"style=\"--part-of: %d%%\">%d%%",
			part, all, percent, percent);
	else
		fputs("<td><td>", file);
}

static void print_sum(FILE *file, struct cov_sum sum)
{
	print_part(file, sum.reached, sum.lines);
	print_part(file, sum.taken, sum.branches);
	fputs("</tr>\n", file);
}

static void print_sums_of_file(FILE *file,
			       const struct xdplab_coverage_line *lines,
			       size_t nr, size_t number)
{
	fprintf(file, "<tr><td><a href=\"#file%zu\">", number);
	print_text(file, test_near_path(lines->file));
	fputs("</a>", file);
	print_sum(file, cov_count(lines, nr, NULL));
	for (size_t i = 0; i < nr; i++) {
		const char *function = lines[i].function;

		if (!cov_is_first_of_function(lines, i))
			continue;
		fprintf(file,
			"<tr><td class=\"function\"><a href=\"#file%zu-%u\">",
			number, lines[i].line);
		print_text(file, function);
		fputs("</a>", file);
		print_sum(file, cov_count(lines, nr, function));
	}
}

static void print_sums(FILE *file, const struct cov *cov)
{
	size_t nr, number = 0;

	fputs("<table class=\"sum\">\n<tr><th><th colspan=\"2\">lines reached"
	      "<th colspan=\"2\">branches taken</tr>\n",
	      file);
	for (size_t i = 0; i < cov->nr; i += nr) {
		nr = cov_file(cov->lines + i, cov->nr - i);
		print_sums_of_file(file, cov->lines + i, nr, ++number);
	}
	if (number > 1) {
		fputs("<tr class=\"total\"><td>all files", file);
		print_sum(file, cov_total(cov));
	}
	fputs("</table>\n", file);
}

/* ---- the source ---- */

static void print_plain_line(FILE *file, unsigned int number, const char *text)
{
	fprintf(file, "<tr><td>%u<td><td><td>", number);
	print_text(file, text);
	fputs("</tr>\n", file);
}

static const char *line_class(const struct xdplab_coverage_line *line)
{
	if (!line->hits)
		return "miss";
	return line->taken < line->branches ? "part" : "hit";
}

static void print_way(FILE *file, const struct xdplab_coverage_way *way)
{
	fprintf(file, "%" PRIu64 " time%s", way->times,
		way->times == 1 ? "" : "s");
	if (way->to)
		fprintf(file, " to line %u", way->to);
	fputs("&#10;", file);
}

/* How many were taken, and where one points at it how often each was. */
static void print_branches(FILE *file, const struct xdplab_coverage_line *sum,
			   const struct xdplab_coverage_line *lines, size_t nr)
{
	if (!sum->branches) {
		fputs("<td>", file);
		return;
	}
	fputs("<td title=\"", file);
	for (size_t i = 0; i < nr; i++)
		for (uint32_t k = 0; k < lines[i].branches; k++)
			print_way(file, &lines[i].ways[k]);
	fprintf(file, "\">%u/%u", sum->taken, sum->branches);
}

/* The first line of lines[0..nr); how many are of the same. */
static size_t print_line(FILE *file, size_t number,
			 const struct xdplab_coverage_line *lines, size_t nr,
			 const char *text)
{
	struct xdplab_coverage_line line;
	size_t same = cov_line(&line, lines, nr);

	fprintf(file,
		"<tr class=\"%s\" id=\"file%zu-%u\"><td>"
		"<a href=\"#file%zu-%u\">%u</a><td>%" PRIu64,
		line_class(&line), number, line.line, number, line.line,
		line.line, line.hits);
	print_branches(file, &line, lines, same);
	fputs("<td>", file);
	print_text(file, text);
	fputs("</tr>\n", file);
	return same;
}

/* Lines [*next, line), which have no code. */
static void print_between(FILE *file, char *const *source, unsigned int *next,
			  size_t line)
{
	if (!source && line > *next && *next > 1)
		fputs("<tr><td><td><td><td>...</tr>\n", file);
	for (; source && *next < line; ++*next)
		print_plain_line(file, *next, source[*next - 1]);
	*next = line + 1;
}

static void print_source(FILE *file, size_t number,
			 const struct xdplab_coverage_line *lines, size_t nr)
{
	size_t nr_source;
	char **source = cov_source(lines, nr, &nr_source);
	unsigned int next = 1;

	if (!source)
		fputs("<p>Only lines with code: the source is missing, or has "
		      "changed since it was compiled\n",
		      file);
	fputs("<table class=\"source\">\n"
	      "<tr><th>line<th>times<th>branches<th></tr>\n",
	      file);
	for (size_t i = 0; i < nr;) {
		unsigned int line = lines[i].line;

		print_between(file, source, &next, line);
		i += print_line(file, number, lines + i, nr - i,
				source ? source[line - 1] : lines[i].text);
	}
	if (source)
		print_between(file, source, &next, nr_source + 1);
	fputs("</table>\n", file);
	cov_source_free(source, nr_source);
}

void cov_html(const struct cov *cov, FILE *file)
{
	size_t nr, number = 0;

	fputs(head, file);
	print_sums(file, cov);
	fputs(key, file);
	for (size_t i = 0; i < cov->nr; i += nr) {
		nr = cov_file(cov->lines + i, cov->nr - i);
		fprintf(file, "<h2 id=\"file%zu\">", ++number);
		print_text(file, test_near_path(cov->lines[i].file));
		fputs("</h2>\n", file);
		print_source(file, number, cov->lines + i, nr);
	}
	fputs("</body>\n</html>\n", file);
}
