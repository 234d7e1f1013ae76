// SPDX-License-Identifier: GPL-2.0-only
/* tap - results in the Test Anything Protocol, testanything.org */
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "test.h"

/* Version 13: what 14 brings is not needed, and not every reader knows it. */
static void begin(struct test_writer *writer, size_t nr_tests)
{
	writer->number = 0;
	fprintf(writer->file, "TAP version 13\n1..%zu\n", nr_tests);
}

/* A '#' would begin a directive, such as SKIP. */
static void print_name(FILE *file, const json_t *row)
{
	char name[1024];

	snprintf(name, sizeof(name), "%s: %s", row_text(row, "file"),
		 row_text(row, "name"));
	out_clean(name, sizeof(name), name);
	for (const char *c = name; *c; c++) {
		if (*c == '#' || *c == '\\')
			fputc('\\', file);
		fputc(*c, file);
	}
	fputc('\n', file);
}

/* JSON is YAML, too; a line of it has no line breaks. */
static void print_member(FILE *file, const char *key, const json_t *value)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY);

	if (!text)
		return;
	out_clean(text, strlen(text) + 1, text);
	fprintf(file, "  %s: %s\n", key, text);
	free(text);
}

static void print_diagnosis(FILE *file, const json_t *row)
{
	json_t *text = out_string(row_message(row));
	const char *key;
	json_t *value;

	fputs("  ---\n", file);
	print_member(file, "message", text);
	json_decref(text);
	json_object_foreach((json_t *)row, key,
			    value) if (strcmp(key, "kind") &&
				       strcmp(key, "result"))
		print_member(file, key, value);
	fputs("  ...\n", file);
}

static void test(struct test_writer *writer, const json_t *row)
{
	bool passed = row_passed(row);

	fprintf(writer->file, "%sok %zu - ", passed ? "" : "not ",
		++writer->number);
	print_name(writer->file, row);
	if (!passed)
		print_diagnosis(writer->file, row);
	fflush(writer->file);
}

/* Whoever reads it reads no further than the first. */
static void wrong(struct test_writer *writer, const char *path,
		  const json_t *rows)
{
	char line[2048];

	(void)path;
	if (writer->number++)
		return;
	test_first_wrong(rows, line, sizeof(line));
	fprintf(writer->file, "Bail out!  %s\n", line);
}

static void end(struct test_writer *writer, const struct test_sum *sum)
{
	if (sum->ended)
		fprintf(writer->file, "Bail out!  %s\n", sum->ended);
}

const struct test_output test_tap = { begin, test, NULL, wrong, end };
