// SPDX-License-Identifier: GPL-2.0-only
/* test_cov - coverage as text, lcov and HTML, of lines made by hand */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cli/cov/cov.h"

#define PATH "p.c" /* a source, of which some lines have code */

static char directory[] = "/tmp/test_cov-XXXXXX";

static const char source[] = "#include <x>\n"
			     "int p(int a)\n"
			     "{\n"
			     "\tif (a < 1 && a)\n"
			     "\t\treturn 1;\n"
			     "\treturn q();\n"
			     "}\n";

static int write_source(void **state)
{
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(chdir(directory), 0);
	file = fopen(PATH, "w");
	fputs(source, file);
	return fclose(file);
}

static int remove_source(void **state)
{
	(void)state;
	return unlink(PATH) || rmdir(directory);
}

static void add(struct cov *cov, const char *file, int line, const char *text,
		const char *function, int hits, json_t *ways)
{
	json_t *row = json_pack("{s:s, s:i, s:s, s:s, s:i, s:o}", "file", file,
				"line", line, "text", text, "function",
				function, "hits", hits, "ways", ways);

	assert_non_null(row);
	cov_add(cov, row);
	json_decref(row);
}

/* As two workers tell it; q() is inlined, so that its line is in two functions. */
static struct cov example(void)
{
	struct cov cov = { 0 };

	add(&cov, PATH, 6, "\treturn q();", "p", 3, json_pack("[]"));
	add(&cov, PATH, 5, "\t\treturn 1;", "p", 0, json_pack("[]"));
	add(&cov, PATH, 4, "if (a < 1 && a)", "p", 3,
	    json_pack("[[i,i], [i,i], [i,i]]", 3, 4, 0, 5, 0, 6));
	add(&cov, PATH, 6, "return q();", "q", 0,
	    json_pack("[[i,i], [i,i]]", 0, 9, 0, 0));
	add(&cov, PATH, 6, "\treturn q();", "p", 1, json_pack("[]"));
	add(&cov, PATH, 5, "\t\treturn 1;", "p", 0, json_pack("[]"));
	add(&cov, PATH, 4, "if (a < 1 && a)", "p", 1,
	    json_pack("[[i,i], [i,i], [i,i]]", 0, 4, 1, 5, 0, 6));
	cov_sort(&cov);
	return cov;
}

static char *written(const struct cov *cov,
		     void (*write)(const struct cov *cov, FILE *file))
{
	char *text;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	write(cov, memory);
	fclose(memory);
	return text;
}

static void assert_written(void (*write)(const struct cov *cov, FILE *file),
			   const char *wanted)
{
	struct cov cov = example();
	char *text = written(&cov, write);

	assert_string_equal(text, wanted);
	free(text);
	cov_free(&cov);
}

static void what_several_workers_tell_is_added_up(void **state)
{
	struct cov cov = example();

	(void)state;
	assert_int_equal(cov.nr, 4);
	assert_int_equal(cov.lines[0].line, 4);
	assert_int_equal(cov.lines[0].hits, 4);
	assert_int_equal(cov.lines[0].branches, 3);
	assert_int_equal(cov.lines[0].taken, 2);
	assert_int_equal(cov.lines[0].ways[0].times, 3);
	assert_int_equal(cov.lines[0].ways[1].times, 1);
	assert_int_equal(cov.lines[1].hits, 0);
	assert_string_equal(cov.lines[2].function, "p");
	assert_int_equal(cov.lines[2].hits, 4);
	assert_string_equal(cov.lines[3].function, "q");
	cov_free(&cov);
}

static void text_tells_what_is_not_reached(void **state)
{
	(void)state;
	assert_written(
		cov_text,
		"\n"
		"               lines reached     branches taken\n"
		"p.c              2 of 3  66%        2 of 5  40%\n"
		"  p              2 of 3  66%        2 of 3  66%\n"
		"  q              0 of 1   0%        0 of 2   0%\n"
		"\n"
		"p.c:4: 2 of 3 branches taken, never to line 6: if (a < 1 && a)\n"
		"p.c:5: not reached: return 1;\n"
		"p.c:6: 0 of 2 branches taken, never to line 9: return q();\n");
}

static void ways_that_are_taken_somewhere_are_not_missing(void **state)
{
	struct cov cov = { 0 };

	(void)state;
	add(&cov, PATH, 4, "if (a < 1 && a)", "p", 3,
	    json_pack("[[i,i], [i,i], [i,i], [i,i]]", 0, 6, 0, 5, 0, 4, 0, 8));
	add(&cov, PATH, 4, "if (a < 1 && a)", "q", 3,
	    json_pack("[[i,i], [i,i]]", 1, 5, 0, 7));
	assert_int_equal(cov_never(cov.lines, 2, 0), 6);
	assert_int_equal(cov_never(cov.lines, 2, 6), 7);
	assert_int_equal(cov_never(cov.lines, 2, 7), 8);
	assert_int_equal(cov_never(cov.lines, 2, 8), 0);
	cov_free(&cov);
}

static void lcov_has_functions_branches_and_lines(void **state)
{
	(void)state;
	assert_written(cov_lcov, "TN:\n"
				 "SF:p.c\n"
				 "FN:4,p\n"
				 "FN:6,q\n"
				 "FNDA:4,p\n"
				 "FNDA:0,q\n"
				 "FNF:2\n"
				 "FNH:1\n"
				 "BRDA:4,0,0,3\n"
				 "BRDA:4,0,1,1\n"
				 "BRDA:4,0,2,0\n"
				 "BRDA:6,1,0,-\n"
				 "BRDA:6,1,1,-\n"
				 "BRF:5\n"
				 "BRH:2\n"
				 "DA:4,4\n"
				 "DA:5,0\n"
				 "DA:6,4\n"
				 "LF:3\n"
				 "LH:2\n"
				 "end_of_record\n");
}

static void html_has_all_of_the_source_escaped(void **state)
{
	struct cov cov = example();
	char *text = written(&cov, cov_html);

	(void)state;
	assert_non_null(strstr(
		text,
		"<tr><td>1<td><td><td>#include &lt;x&gt;</tr>\n"
		"<tr><td>2<td><td><td>int p(int a)</tr>\n"
		"<tr><td>3<td><td><td>{</tr>\n"
		"<tr class=\"part\" id=\"file1-4\"><td><a href=\"#file1-4\">4</a>"
		"<td>4<td title=\"3 times to line 4&#10;1 time to line 5&#10;"
		"0 times to line 6&#10;\">2/3<td>\tif (a &lt; 1 "
		"&amp;&amp; a)</tr>\n"
		"<tr class=\"miss\" id=\"file1-5\"><td><a href=\"#file1-5\">5</a>"
		"<td>0<td><td>\t\treturn 1;</tr>\n"
		"<tr class=\"part\" id=\"file1-6\"><td><a href=\"#file1-6\">6</a>"
		"<td>4<td title=\"0 times to line 9&#10;0 times&#10;\">0/2<td>\treturn q();</tr>\n"
		"<tr><td>7<td><td><td>}</tr>\n"
		"</table>"));
	free(text);
	cov_free(&cov);
}

static void a_source_that_has_changed_is_left_out(void **state)
{
	struct cov cov = example();
	char *text;

	(void)state;
	add(&cov, PATH, 1, "something else", "p", 1, json_pack("[]"));
	cov_sort(&cov);
	text = written(&cov, cov_html);
	assert_null(strstr(text, "#include"));
	assert_non_null(strstr(text, ">1</a><td>1<td><td>something else</tr>\n"
				     "<tr><td><td><td><td>...</tr>\n"
				     "<tr class=\"part\" id=\"file1-4\">"));
	assert_non_null(strstr(text, "<p>Only lines with code"));
	free(text);
	cov_free(&cov);
}

static void a_source_that_is_no_plain_file_is_left_out(void **state)
{
	static const char *const others[] = { "/dev/zero", "/", "/none",
					      "/dev/tty" };
	struct cov cov = { 0 };
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		add(&cov, others[i], 1, "", "p", 1, json_pack("[]"));
	cov_sort(&cov);
	text = written(&cov, cov_html);
	assert_non_null(strstr(text, "<h2 id=\"file4\">/none</h2>"));
	free(text);
	cov_free(&cov);
}

static void a_source_that_ends_before_a_line_is_left_out(void **state)
{
	struct cov cov = { 0 };
	char *text;

	(void)state;
	fclose(fopen("empty.c", "w"));
	add(&cov, "empty.c", 1, "#include \"a.h\"", "p", 1, json_pack("[]"));
	cov_sort(&cov);
	text = written(&cov, cov_html);
	assert_non_null(strstr(text, "<p>Only lines with code"));
	free(text);
	cov_free(&cov);
	unlink("empty.c");
}

static void html_leads_from_a_function_to_its_first_line(void **state)
{
	struct cov cov = example();
	char *text = written(&cov, cov_html);

	(void)state;
	assert_non_null(strstr(
		text,
		"<a href=\"#file1-6\">q</a><td>0 of 1"
		"<td class=\"bar\" style=\"--part-of: 0%\">0%"
		"<td>0 of 2<td class=\"bar\" style=\"--part-of: 0%\">0%</tr>"));
	free(text);
	cov_free(&cov);
}

/* In whichever function that was. */
static void a_line_is_reached_once(void **state)
{
	struct cov cov = { 0 };

	(void)state;
	add(&cov, PATH, 6, "x", "p", 3, json_pack("[]"));
	add(&cov, PATH, 6, "x", "q", 2, json_pack("[]"));
	assert_int_equal(cov_total(&cov).lines, 1);
	assert_int_equal(cov_total(&cov).reached, 1);
	cov_free(&cov);
}

static void several_files_have_a_sum(void **state)
{
	struct cov cov = example();
	char *text;

	(void)state;
	add(&cov, "other.c", 1, "x", "x", 1, json_pack("[]"));
	cov_sort(&cov);
	text = written(&cov, cov_text);
	assert_non_null(strstr(
		text, "\n  x              1 of 1 100%               none\n"
		      "p.c              2 of 3  66%"));
	assert_non_null(strstr(
		text, "\nall files        3 of 4  75%        2 of 5  40%\n"));
	free(text);
	text = written(&cov, cov_html);
	assert_non_null(strstr(text, "<td>all files<td>3 of 4<td"));
	free(text);
	cov_free(&cov);
}

static void nothing_to_cover_is_no_failure(void **state)
{
	struct cov cov = { 0 };
	char *text;

	(void)state;
	cov_sort(&cov);
	text = written(&cov, cov_lcov);
	assert_string_equal(text, "");
	free(text);
	assert_int_equal(cov_percent(0, 0), 100);
	assert_int_equal(cov_percent(999, 1000), 99);
}

int main(void)
{
	const struct CMUnitTest list[] = {
		cmocka_unit_test(what_several_workers_tell_is_added_up),
		cmocka_unit_test(text_tells_what_is_not_reached),
		cmocka_unit_test(ways_that_are_taken_somewhere_are_not_missing),
		cmocka_unit_test(lcov_has_functions_branches_and_lines),
		cmocka_unit_test(html_has_all_of_the_source_escaped),
		cmocka_unit_test(a_source_that_has_changed_is_left_out),
		cmocka_unit_test(a_source_that_is_no_plain_file_is_left_out),
		cmocka_unit_test(a_source_that_ends_before_a_line_is_left_out),
		cmocka_unit_test(html_leads_from_a_function_to_its_first_line),
		cmocka_unit_test(a_line_is_reached_once),
		cmocka_unit_test(several_files_have_a_sum),
		cmocka_unit_test(nothing_to_cover_is_no_failure),
	};

	return cmocka_run_group_tests(list, write_source, remove_source);
}
