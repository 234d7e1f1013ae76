// SPDX-License-Identifier: GPL-2.0-only
/* cov-html - what the tests have reached, as one page of HTML with the source in
 * colours, which needs nothing beside it */
#include <inttypes.h>
#include <string.h>

#include "cov.h"
#include "test.h"
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
	"  --miss: #f8c9c9; --dim: #777 }\n"
	"@media (prefers-color-scheme: dark) {\n"
	"  :root { --hit: #12391f; --part: #4a3b0a; --miss: #561c1c;\n"
	"    --dim: #999 } }\n"
	"body { font-family: sans-serif; margin: 2em }\n"
	"table { border-collapse: collapse }\n"
	"td, th { padding: 0 .7em; text-align: right }\n"
	"td:first-child, th:first-child { text-align: left }\n"
	"td.function { padding-left: 2em }\n"
	".source { font-family: monospace; width: 100%; margin-bottom: 2em }\n"
	".source td { text-align: right; color: var(--dim); width: 1% }\n"
	".source td:last-child { text-align: left; white-space: pre;\n"
	"  color: inherit; width: auto; tab-size: 8 }\n"
	".hit td:last-child, mark.hit { background: var(--hit) }\n"
	".part td:last-child, mark.part { background: var(--part) }\n"
	".miss td:last-child, mark.miss { background: var(--miss) }\n"
	"mark { color: inherit; padding: 0 .3em }\n"
	"</style>\n"
	"</head>\n"
	"<body>\n"
	"<h1>Coverage</h1>\n"
	"<p><mark class=\"hit\">reached</mark>\n"
	"<mark class=\"part\">reached, but not all branches taken</mark>\n"
	"<mark class=\"miss\">not reached</mark></p>\n";

static void print_text(FILE *file, const char *text)
{
	xml_line(file, text, strlen(text));
}

/* ---- sums ---- */

static void print_part(FILE *file, size_t part, size_t all)
{
	if (all)
		fprintf(file, "<td>%zu of %zu<td>%d%%", part, all,
			cov_percent(part, all));
	else
		fputs("<td><td>", file);
}

static void print_sum(FILE *file, struct cov_sum sum)
{
	print_part(file, sum.reached, sum.lines);
	print_part(file, sum.taken, sum.branches);
	fputs("</tr>\n", file);
}

static void print_sums(FILE *file, const struct xdplab_coverage_line *lines,
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
		fputs("<tr><td class=\"function\">", file);
		print_text(file, function);
		print_sum(file, cov_count(lines, nr, function));
	}
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

static void print_line(FILE *file, const struct xdplab_coverage_line *line,
		       const char *text)
{
	fprintf(file, "<tr class=\"%s\"><td>%u<td>%" PRIu64 "<td>",
		line_class(line), line->line, line->hits);
	if (line->branches)
		fprintf(file, "%u/%u", line->taken, line->branches);
	fputs("<td>", file);
	print_text(file, text);
	fputs("</tr>\n", file);
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

static void print_source(FILE *file, const struct xdplab_coverage_line *lines,
			 size_t nr)
{
	struct xdplab_coverage_line line;
	size_t nr_source;
	char **source = cov_source(lines, nr, &nr_source);
	unsigned int next = 1;

	fputs("<table class=\"source\">\n", file);
	for (size_t i = 0; i < nr;) {
		i += cov_line(&line, lines + i, nr - i);
		print_between(file, source, &next, line.line);
		print_line(file, &line,
			   source ? source[line.line - 1] : line.text);
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
	fputs("<table>\n<tr><th><th colspan=\"2\">lines reached"
	      "<th colspan=\"2\">branches taken</tr>\n",
	      file);
	for (size_t i = 0; i < cov->nr; i += nr) {
		nr = cov_file(cov->lines + i, cov->nr - i);
		print_sums(file, cov->lines + i, nr, ++number);
	}
	fputs("</table>\n", file);
	number = 0;
	for (size_t i = 0; i < cov->nr; i += nr) {
		nr = cov_file(cov->lines + i, cov->nr - i);
		fprintf(file, "<h2 id=\"file%zu\">", ++number);
		print_text(file, test_near_path(cov->lines[i].file));
		fputs("</h2>\n<p>Line, how often it was reached, and how many "
		      "of its branches were taken</p>\n",
		      file);
		print_source(file, cov->lines + i, nr);
	}
	fputs("</body>\n</html>\n", file);
}
