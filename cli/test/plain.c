// SPDX-License-Identifier: GPL-2.0-only
/* plain - results for people: a line a file, and failures in full */
#include <string.h>

#include "out.h"
#include "test.h"

static void begin(struct test_writer *writer, size_t nr_tests)
{
	writer->total = nr_tests;
	writer->number = 0;
	progress_begin(&writer->progress, false);
	writer->progress.what = "tests";
}

static void print_word(const struct test_writer *writer, bool passed)
{
	fprintf(writer->file, "%s%s%s  ", out_style(passed ? "green" : "red"),
		passed ? "ok  " : "FAIL", out_style("off"));
}

static void print_name(const struct test_writer *writer, const json_t *row)
{
	char name[1024];

	snprintf(name, sizeof(name), "%s:%d: %s", row_text(row, "file"),
		 (int)row_number(row, "line"), row_text(row, "name"));
	out_clean(name, sizeof(name), name);
	fputs(name, writer->file);
}

static void test(struct test_writer *writer, const json_t *row)
{
	bool passed = row_passed(row);

	writer->number++;
	if (!strcmp(row_text(row, "result"), "not-run"))
		return;
	if (passed && !writer->verbose) {
		progress_tell(&writer->progress, writer->number, writer->total);
		return;
	}
	progress_end(&writer->progress);
	print_word(writer, passed);
	print_name(writer, row);
	fputc('\n', writer->file);
	if (!passed) {
		test_failure_print(writer->file, row, "      ", out_colour());
		fputc('\n', writer->file);
	}
	fflush(writer->file);
}

static void print_sum(const struct test_writer *writer,
		      const struct test_sum *sum)
{
	fprintf(writer->file, "%zu passed", sum->passed);
	if (sum->failed)
		fprintf(writer->file, ", %zu failed", sum->failed);
	if (sum->not_run)
		fprintf(writer->file, ", %zu not run", sum->not_run);
}

static void file(struct test_writer *writer, const char *path,
		 const struct test_sum *sum)
{
	char name[1024];

	progress_end(&writer->progress);
	out_clean(name, sizeof(name), path);
	print_word(writer, !sum->failed && !sum->not_run);
	fprintf(writer->file, "%s: ", name);
	print_sum(writer, sum);
	fputc('\n', writer->file);
	fflush(writer->file);
}

static void end(struct test_writer *writer, const struct test_sum *sum)
{
	progress_end(&writer->progress);
	print_sum(writer, sum);
	fprintf(writer->file, " in %.2f s", sum->seconds);
	if (sum->ended)
		fprintf(writer->file, "; %s", sum->ended);
	fputc('\n', writer->file);
	fflush(writer->file);
}

const struct test_output test_plain = { begin, test, file, NULL, end };
