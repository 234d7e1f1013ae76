// SPDX-License-Identifier: GPL-2.0-only
/* junit - results as JUnit's XML, which build servers read */
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "xml.h"

static void begin(struct test_writer *writer, size_t nr_tests)
{
	(void)nr_tests;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n",
	      writer->file);
}

/* The counts of a file stand before its tests, which are kept until then. */
static FILE *cases_of(struct test_writer *writer)
{
	if (!writer->cases)
		writer->cases = open_memstream(&writer->text, &writer->length);
	return writer->cases;
}

static void print_failure(FILE *file, const json_t *row)
{
	bool failed = !strcmp(row_text(row, "result"), "failed");
	const char *element = failed ? "failure" : "error";
	char *text = NULL;
	size_t length;
	FILE *memory = open_memstream(&text, &length);

	if (!memory)
		return;
	test_failure_print(memory, row, "", false);
	fclose(memory);
	fprintf(file, ">\n<%s", element);
	xml_attribute(file, "message", row_message(row));
	fputc('>', file);
	xml_lines(file, text);
	fprintf(file, "</%s>\n</testcase>\n", element);
	free(text);
}

static void test(struct test_writer *writer, const json_t *row)
{
	FILE *file = cases_of(writer);
	unsigned int nr = row_number(row, "line");
	char line[16];

	if (!file)
		return;
	snprintf(line, sizeof(line), "%u", nr);
	fputs("<testcase", file);
	xml_attribute(file, "name", row_text(row, "name"));
	xml_attribute(file, "classname", row_text(row, "file"));
	xml_attribute(file, "file", row_text(row, "file"));
	if (nr)
		xml_attribute(file, "line", line);
	fprintf(file, " time=\"%.6f\"", row_number(row, "ns") / 1e9);
	if (row_passed(row))
		fputs("/>\n", file);
	else
		print_failure(file, row);
}

static void file(struct test_writer *writer, const char *path,
		 const struct test_sum *sum)
{
	if (!writer->cases)
		return;
	fclose(writer->cases);
	fputs("<testsuite", writer->file);
	xml_attribute(writer->file, "name", path);
	fprintf(writer->file,
		" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\""
		" time=\"%.6f\">\n%s</testsuite>\n",
		sum->passed + sum->failed + sum->not_run, sum->failed,
		sum->not_run, sum->seconds, writer->text);
	free(writer->text);
	writer->text = NULL;
	writer->cases = NULL;
}

/* A test of its own, as build servers show nothing that is none. */
static void wrong(struct test_writer *writer, const char *path,
		  const json_t *rows)
{
	const struct test_sum sum = { .not_run = 1 };
	json_t *row = need_memory(json_copy(json_array_get(rows, 0)));
	char line[2048];

	test_first_wrong(rows, line, sizeof(line));
	row_set_text(row, "name", "file");
	row_set_text(row, "file", path);
	row_set_text(row, "error", line);
	test(writer, row);
	file(writer, path, &sum);
	json_decref(row);
}

static void end(struct test_writer *writer, const struct test_sum *sum)
{
	(void)sum;
	fputs("</testsuites>\n", writer->file);
}

const struct test_output test_junit = { begin, test, file, wrong, end };
